/** A fix need not wait for the time-out of the deploy that it mends: `--supersede`, of a deploy and of a rollback. */
import assert from 'node:assert/strict';
import { kapply, startKapply, type StartedKapply } from '../harness/program.js';
import { aSecondLater, eventually, useScenario, type Scenario } from '../harness/scenario.js';
import { deployShop, generated, overlayOf, pruneLabel, shopTree } from '../harness/shop.js';

describe('a deploy that a newer one supersedes', () => {
  const scenario = useScenario();

  it('ends with 8 and says by whom, and the newer one finishes its work', async () => {
    const { current } = scenario;
    // A set of this scenario alone: those of others may still be going.
    const set = `superseded-${current.namespace}`;
    const before = await deployShop(current, { password: 'password1' }, ['--set', set]);
    assert.equal(before.code, 0, before.transcript);
    const { child, said, ended } = await startHanging(current, set);
    try {
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

describe('a rollback that supersedes a deploy', () => {
  const scenario = useScenario();

  it('goes back at once, where it is said to which deploy', async () => {
    const { current } = scenario;
    const set = `back-${current.namespace}`;
    for (const password of ['password1', 'password2']) {
      const deployed = await deployShop(current, { password }, ['--set', set]);
      assert.equal(deployed.code, 0, deployed.transcript);
    }
    const { child, said, ended } = await startHanging(current, set);
    try {
      const rollback = ['rollback', '--set', set, '-n', current.namespace, '--yes', '--supersede'];
      const unsaid = await kapply(rollback);
      assert.equal(unsaid.code, 2, unsaid.transcript);
      assert.match(unsaid.transcript, /a run of set \S+ after deploy 2 \(\S+ pid \d+\) is under way, or was killed/);
      const back = await kapply([...rollback, '--to', '2']);
      assert.equal(back.code, 0, back.transcript);
      assert.equal(await ended, 8, said());
    } finally {
      child.kill('SIGKILL');
    }
    const { transcript } = await kapply(['history', '--set', set, '-n', current.namespace]);
    assert.match(transcript, /#4 .*deployed.*back to #2[^]*#3 .*superseded/);
  });
});

/** Starts a deploy of a change that never gets ready, and lets it apply everything. */
async function startHanging(current: Scenario, set: string): Promise<StartedKapply> {
  const container = "\n          readinessProbe: { exec: { command: ['false'] } }\n";
  await current.write(shopTree(current.namespace, { password: 'broken', container }));
  await aSecondLater();
  const args = ['deploy', '-k', overlayOf(current), '--prune-label', pruneLabel, '--timeout', '10m', '--set', set];
  const started = startKapply(args);
  await eventually('everything is applied', () =>
    Promise.resolve(/Apply +\d+\/\d+/.test(started.said()) ? true : undefined),
  );
  await aSecondLater();
  return started;
}
