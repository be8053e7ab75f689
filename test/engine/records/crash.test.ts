/**
 * A crash at every request of a rollback, and of a deploy that fails and goes back by itself. Whatever was referenced is still
 * there, records stay readable and keep their numbers, and the rollback again, or the next deploy, ends where an undisturbed one does.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isGood } from '../../../src/engine/records/record.js';
import { DEPLOY_DEFAULTS } from '../../../src/engine/run/defaults.js';
import { deploy } from '../../../src/engine/run/deploy.js';
import { mapConcurrently } from '../../../src/engine/run/mapConcurrently.js';
import type { DeployOptions } from '../../../src/engine/run/options.js';
import type { Report } from '../../../src/engine/run/report.js';
import { rollback } from '../../../src/engine/run/rollback.js';
import { rollbackOnFailure } from '../../../src/engine/run/rollbackOnFailure.js';
import { KapplyError } from '../../../src/errors.js';
import type { RenderedObject } from '../../../src/objects/rendered.js';
import { render } from '../../../src/render/render.js';
import { defaultDeployOptions } from '../run/deployOptions.js';
import { assertDone, checkInvariants, createForeign, objectsOf, OVERLAYS, stateOf } from '../run/invariants.js';
import { checkRecords, recordsOf } from './recordsOf.js';
import { killedRun, type Crash } from '../run/killedRun.js';
import { makeStages, onStage, type Stage, type Stages } from '../run/stages.js';

/** All of them take minutes: by default a spread of them is tried, as many as this. */
const CASES = process.env.KAPPLY_CRASHES === 'all' ? Infinity : Number(process.env.KAPPLY_CRASHES ?? 5);
const RECORDS = 3;

type Run = (stage: Stage, killed?: AbortSignal) => Promise<Report>;
describe('a rollback that is killed at any request', function () {
  this.timeout(900_000);
  let stages: Stages;

  before(async () => {
    stages = await makeStages();
    const first = await stages.open();
    await createForeign(first.sandbox);
    assertDone(await deployOf('v1')(first), 'the first deploy');
    await stages.close(first, 'one');
    const second = await stages.open('one');
    assertDone(await deployOf('v2')(second), 'the second deploy');
    await stages.close(second, 'two');
  });
  after(() => stages.remove());

  it('rollback: again, or the next deploy', async () => {
    const ends = { back: await endOf('two', back()), forth: await endOf('two', deployOf('v2')) };
    await killAll('two', back(), async (stage, { n, when }, what) => {
      // Both roads from each place, one after the other where all are tried.
      const isBack = (n + (when === 'after' ? 1 : 0)) % 2 === 0;
      if (isBack || CASES === Infinity) {
        assertDone(await backAgain(stage), `${what}, and again`);
        assert.deepEqual(stateOf(stage.sandbox), ends.back, what);
        stage.later();
      }
      if (isBack && CASES !== Infinity) return;
      assertDone(await deployOf('v2')(stage), `${what}, and deployed`);
      assert.deepEqual(stateOf(stage.sandbox), ends.forth, what);
    });
  });

  it('deploy --rollback-on-failure: rolled back by hand, or deployed again', async () => {
    const undisturbed = await stages.open('one');
    const { rollback: outcome } = await failing(undisturbed);
    assert.equal(outcome?.result, 'rolledBack', JSON.stringify(outcome));
    const wentBack = ofV1(stateOf(undisturbed.sandbox));
    await stages.close(undisturbed);
    const forth = withoutJobs(await endOf('two', deployOf('v2')));
    await killAll('one', failing, async (stage, { n, when }, what) => {
      const isBack = (n + (when === 'after' ? 1 : 0)) % 2 === 0;
      if (isBack || CASES === Infinity) {
        assertDone(await backAgain(stage), `${what}, and rolled back`);
        assert.deepEqual(ofV1(stateOf(stage.sandbox)), wentBack, what);
        stage.later();
      }
      if (isBack && CASES !== Infinity) return;
      assertDone(await deployOf('v2')(stage), `${what}, and deployed`);
      assert.deepEqual(withoutJobs(stateOf(stage.sandbox)), forth, what);
    });
  });

  /** A rollback runs no Job: which of them is there is a matter of when it was killed. */
  const withoutJobs = (state: readonly string[]): string[] => state.filter((line) => !line.startsWith('["Job"'));
  /** The configs of v2 were there already, or were not yet. */
  const ofV1 = (state: readonly string[]): string[] =>
    withoutJobs(state).filter((line) => !line.includes('version2') && !line.includes(btoa('version2')));

  async function endOf(state: string, run: Run): Promise<string[]> {
    const stage = await stages.open(state);
    assertDone(await run(stage), 'undisturbed');
    const end = stateOf(stage.sandbox);
    await stages.close(stage);
    return end;
  }

  async function killAll(
    state: string,
    run: Run,
    check: (stage: Stage, crash: Crash, what: string) => Promise<void>,
  ): Promise<void> {
    const undisturbed = await stages.open(state);
    const original = objectsOf(undisturbed.sandbox);
    const records = recordsOf(undisturbed.sandbox);
    await run(undisturbed);
    const asked = undisturbed.sandbox.faults.requests();
    await stages.close(undisturbed);
    const all = asked.flatMap(({ verb }, index): Crash[] => {
      const isRead = ['get', 'list', 'watch'].includes(verb);
      const when = isRead ? (['before'] as const) : (['before', 'after'] as const);
      return when.map((one) => ({ n: index + 1, when: one }));
    });
    const step = Math.max(1, all.length / CASES);
    const cases = all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
    if (CASES === Infinity) console.log(`      ${asked.length} requests, ${cases.length} crashes`);
    await mapConcurrently(cases, 6, async (crash) => {
      const what = `killed ${crash.when} request ${crash.n} took effect`;
      const stage = await stages.open(state);
      try {
        await killedRun(stage.sandbox, crash, (killed) => run(stage, killed));
        checkInvariants(original, objectsOf(stage.sandbox), what);
        checkRecords(stage.sandbox, records, RECORDS, what);
        stage.later();
        await check(stage, crash, what);
        checkInvariants(original, objectsOf(stage.sandbox), what);
        checkRecords(stage.sandbox, records, RECORDS, what);
      } finally {
        await stages.close(stage);
      }
    });
  }

  /** As a person does: the same again, and with the number where it is asked for. */
  async function backAgain(stage: Stage): Promise<Report> {
    try {
      return await back()(stage);
    } catch (error) {
      if (!(error instanceof KapplyError)) throw error;
      assert.ok(['UnrecordedRun', 'NothingToGoBackTo'].includes(error.code), error.message);
      const good = recordsOf(stage.sandbox).find((record) => isGood(record) && record.number === 1);
      assert.ok(good, 'the deploy to go back to is still recorded');
      return back(1)(stage);
    }
  }

  function back(to?: number): Run {
    return (stage, killed) =>
      onShop(stage, killed, (context) => {
        const { lockTimeoutMs, timeoutMs } = defaultDeployOptions('shop');
        const options = { ...DEPLOY_DEFAULTS, dryRun: undefined, allowPartial: false, lockTimeoutMs, timeoutMs };
        return rollback({ ...options, set: 'shop', to, record: RECORD }, context);
      });
  }

  function deployOf(version: 'v1' | 'v2'): Run {
    return (stage, killed) =>
      onShop(stage, killed, async (context) => {
        const { objects } = await render(join(OVERLAYS, version), {});
        return deploy(objects, OPTIONS, context);
      });
  }

  /** v2, with a Job that fails. */
  const failing: Run = (stage, killed) =>
    onShop(stage, killed, async (context) => {
      const { objects } = await render(join(OVERLAYS, 'v2'), {});
      return rollbackOnFailure(await deploy([...objects, FAILING_JOB], OPTIONS, context), OPTIONS, context);
    });
});

const onShop = (
  stage: Stage,
  killed: AbortSignal | undefined,
  act: Parameters<typeof onStage<Report>>[2],
): Promise<Report> => onStage(stage, killed, act, { namespace: 'shop' });

const RECORD = { keep: RECORDS, maskRules: [], commit: undefined };
const OPTIONS: DeployOptions = {
  ...defaultDeployOptions('shop'),
  pruneLabel: 'appconfig=shop',
  // ConfigMaps go with each deploy and come back out of the record; Secrets, which no record holds, stay.
  pruneKinds: ['ConfigMap'],
  record: RECORD,
};
const FAILING_JOB: RenderedObject = {
  object: {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'check', namespace: 'shop' },
    spec: {
      backoffLimit: 0,
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'shop/check', command: ['false'] }] },
      },
    },
  },
  origin: { file: 'check.yaml' },
  generated: false,
};
