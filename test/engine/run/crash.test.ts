/**
 * A crash at every request that writes: a deploy that changes four configs of six workloads is killed before and after it
 * took effect, and at some reads between. Nothing that was referenced may be gone, nothing foreign may be touched, and one plain deploy
 * must end where an undisturbed one does.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/cluster/connect.js';
import { deploy } from '../../../src/engine/run/deploy.js';
import { mapConcurrently } from '../../../src/engine/run/mapConcurrently.js';
import type { Report } from '../../../src/engine/run/report.js';
import { render } from '../../../src/render/render.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.js';
import { defaultDeployOptions } from './deployOptions.js';
import { assertDone, checkInvariants, createForeign, objectsOf, OVERLAYS, stateOf } from './invariants.js';
import { killedRun } from './killedRun.js';

describe('a deploy that is killed at any request', function () {
  this.timeout(600_000);
  let folder: string;
  let firstState: string;
  let clock = 0;
  const now = (): number => Date.now() + clock;
  /** Creation times have whole seconds: what one run creates is older than the next run. */
  const later = (): number => (clock += 3000);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-crash-'));
    firstState = join(folder, 'before.json');
    const sandbox = await startSandbox({ now, stateFile: firstState });
    await createForeign(sandbox);
    assertDone(await run(sandbox, 'v1'), 'the first deploy');
    await sandbox.close();
  });
  after(() => rm(folder, { recursive: true }));

  it('leaves every reference good, and is finished by the next one', async () => {
    const undisturbed = await open();
    const original = objectsOf(undisturbed);
    assertDone(await run(undisturbed, 'v2'), 'the undisturbed deploy');
    const asked = undisturbed.faults.requests();
    const requests = asked.length;
    const wanted = stateOf(undisturbed);
    await undisturbed.close();
    assert.ok(requests > 40, `a deploy has ${requests} requests`);
    assert.ok(!wanted.some((line) => line.includes('version1')), 'the old configs are pruned');

    // A read leaves everything as it was: between two writes, one read in eight stands for all of them.
    const cases = asked.flatMap(({ verb }, index) => {
      const n = index + 1;
      const isWrite = !['get', 'list', 'watch'].includes(verb);
      if (isWrite) return (['before', 'after'] as const).map((when) => ({ n, when }));
      return n % 8 === 0 ? [{ n, when: 'before' as const }] : [];
    });
    assert.ok(cases.length > 40, `${cases.length} cases`);
    await mapConcurrently(cases, 6, async ({ n, when }) => {
      const what = `killed ${when} request ${n} took effect`;
      const sandbox = await open();
      try {
        await killedRun(sandbox, { n, when }, (killed) => run(sandbox, 'v2', killed));
        checkInvariants(original, objectsOf(sandbox), what);
        later();
        assertDone(await run(sandbox, 'v2'), what);
        assert.deepEqual(stateOf(sandbox), wanted, what);
      } finally {
        await sandbox.close();
      }
    });
  });

  async function open(): Promise<Sandbox> {
    later();
    const copy = join(folder, `copy-${randomUUID()}.json`);
    await copyFile(firstState, copy);
    return startSandbox({ now, stateFile: copy });
  }

  async function run(sandbox: Sandbox, version: 'v1' | 'v2', killed?: AbortSignal): Promise<Report> {
    const signal = killed ?? new AbortController().signal;
    const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig, signal });
    try {
      const { objects } = await render(join(OVERLAYS, version), {});
      return await deploy(
        objects,
        { ...defaultDeployOptions('shop'), pruneLabel: 'appconfig=shop' },
        {
          cluster,
          now,
          signal,
          emit: () => undefined,
          // The bare Pod of the application is recreated at each change, which a person has to agree to.
          confirm: () => Promise.resolve('agreed'),
          // The process that was killed is no more: its lock is free at once.
          runner: { identity: `run of ${version}`, hasEnded: () => true },
        },
      );
    } finally {
      await cluster.close();
    }
  }
});
