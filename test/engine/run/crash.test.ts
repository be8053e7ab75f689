/**
 * A crash at every request that writes: a deploy that changes four configs of six workloads is killed before and after it
 * took effect, and at some reads between. Nothing that was referenced may be gone, nothing foreign may be touched, and one plain deploy
 * must end where an undisturbed one does.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { deploy } from '../../../src/engine/run/deploy.js';
import { mapConcurrently } from '../../../src/engine/run/mapConcurrently.js';
import type { Report } from '../../../src/engine/run/report.js';
import { render } from '../../../src/render/render.js';
import { defaultDeployOptions } from './deployOptions.js';
import { assertDone, checkInvariants, createForeign, objectsOf, OVERLAYS, stateOf } from './invariants.js';
import { killedRun } from './killedRun.js';
import { makeStages, onStage, type Stage, type Stages } from './stages.js';

describe('a deploy that is killed at any request', function () {
  this.timeout(600_000);
  let stages: Stages;

  before(async () => {
    stages = await makeStages();
    const first = await stages.open();
    await createForeign(first.sandbox);
    assertDone(await run(first, 'v1'), 'the first deploy');
    await stages.close(first, 'before');
  });
  after(() => stages.remove());

  it('leaves every reference good, and is finished by the next one', async () => {
    const undisturbed = await stages.open('before');
    const original = objectsOf(undisturbed.sandbox);
    assertDone(await run(undisturbed, 'v2'), 'the undisturbed deploy');
    const asked = undisturbed.sandbox.faults.requests();
    const requests = asked.length;
    const wanted = stateOf(undisturbed.sandbox);
    await stages.close(undisturbed);
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
      const stage = await stages.open('before');
      const { sandbox, later } = stage;
      try {
        await killedRun(sandbox, { n, when }, (killed) => run(stage, 'v2', killed));
        checkInvariants(original, objectsOf(sandbox), what);
        later();
        assertDone(await run(stage, 'v2'), what);
        assert.deepEqual(stateOf(sandbox), wanted, what);
      } finally {
        await stages.close(stage);
      }
    });
  });

  // The bare Pod of the application is recreated at each change, which a person has to agree to.
  function run(stage: Stage, version: 'v1' | 'v2', killed?: AbortSignal): Promise<Report> {
    return onStage(stage, killed, async (context) => {
      const { objects } = await render(join(OVERLAYS, version), {});
      return deploy(objects, { ...defaultDeployOptions('shop'), pruneLabel: 'appconfig=shop' }, context);
    });
  }
});
