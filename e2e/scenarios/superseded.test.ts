/** A fix need not wait for the time-out of the deploy that it mends: `--supersede`. */
import assert from 'node:assert/strict';
import { startKapply } from '../harness/program.js';
import { aSecondLater, eventually, useScenario } from '../harness/scenario.js';
import { deployShop, generated, overlayOf, pruneLabel, shopTree } from '../harness/shop.js';

describe('a deploy that a newer one supersedes', () => {
  const scenario = useScenario();

  it('ends with 8 and says by whom, and the newer one finishes its work', async () => {
    const { current } = scenario;
    const { namespace } = current;
    // A set of this scenario alone: those of others may still be going.
    const set = `superseded-${namespace}`;
    const before = await deployShop(current, { password: 'password1' }, ['--set', set]);
    assert.equal(before.code, 0, before.transcript);
    const container = "\n          readinessProbe: { exec: { command: ['false'] } }\n";
    await current.write(shopTree(namespace, { password: 'password2', container }));
    const args = ['deploy', '-k', overlayOf(current), '--prune-label', pruneLabel, '--timeout', '10m', '--set', set];
    const { child, said, ended } = startKapply(args);
    try {
      await eventually('everything is applied', () =>
        Promise.resolve(/Apply +\d+\/\d+/.test(said()) ? true : undefined),
      );
      await aSecondLater();
      const fix = await deployShop(current, { password: 'password3' }, ['--supersede', '--set', set]);
      assert.equal(fix.code, 0, fix.transcript);
      assert.match(fix.transcript, /asked the other run of set superseded-\S+ to stop/);
      assert.equal(await ended, 8, said());
      assert.match(said(), /superseded by another run of set superseded-\S+: \S+ pid \d+/);
    } finally {
      child.kill('SIGKILL');
    }
    assert.equal((await generated(current, 'Secret')).length, 1);
  });
});
