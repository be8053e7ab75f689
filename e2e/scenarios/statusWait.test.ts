/** `status --wait` and `--watch`, beside the deploy that another job runs. They only read. */
import assert from 'node:assert/strict';
import { startKapply } from '../harness/program.js';
import { eventually, useScenario } from '../harness/scenario.js';
import { deployShop, overlayOf, pruneLabel, shopTree } from '../harness/shop.js';

/** Starts a status that goes on. */
const startStatus = (overlay: string, flags: readonly string[]) =>
  startKapply(['status', '-k', overlay, '--prune-label', pruneLabel, ...flags]);

describe('status that goes on', () => {
  const scenario = useScenario();

  it('--wait ends when a deploy that began later is through, and --watch tells of it until Ctrl-C', async () => {
    const { current } = scenario;
    await current.write(shopTree(current.namespace, { password: 'password1' }));
    const waiting = startStatus(overlayOf(current), ['--wait', '--timeout', '2m']);
    const watching = startStatus(overlayOf(current), ['--watch']);
    try {
      for (const { said } of [waiting, watching]) {
        await eventually('it has looked', () => Promise.resolve(said().includes('NotFound') ? true : undefined));
      }
      const deployed = await deployShop(current, { password: 'password1' });
      assert.equal(deployed.code, 0, deployed.transcript);
      assert.equal(await waiting.ended, 0, waiting.said());
      await eventually('the watch has seen it', () =>
        Promise.resolve(/^\d\d:\d\d:\d\dZ ✔ Current .*Deployment\/web /m.test(watching.said()) ? true : undefined),
      );
      watching.child.kill('SIGINT');
      assert.equal(await watching.ended, 130, watching.said());
      assert.doesNotMatch(watching.said(), /error/);
    } finally {
      for (const { child } of [waiting, watching]) child.kill('SIGKILL');
    }
  });
});
