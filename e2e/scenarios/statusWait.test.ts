/** `status --wait` and `--watch`, beside the deploy that another job runs. They only read. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { environment } from '../harness/environment.js';
import { eventually, useScenario } from '../harness/scenario.js';
import { deployShop, overlayOf, pruneLabel, shopTree } from '../harness/shop.js';

const root = join(import.meta.dirname, '../..');

/** Starts a status that goes on, and collects what it says. */
function startStatus(overlay: string, flags: readonly string[]) {
  const argv = ['bin/run.js', 'status', '-k', overlay, '--prune-label', pruneLabel, ...flags];
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, argv, {
    cwd: root,
    env: { PATH, HOME, KUBECONFIG: environment().kubeconfig },
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said.text += chunk.toString()));
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, said, ended };
}

describe('status that goes on', () => {
  const scenario = useScenario();

  it('--wait ends when a deploy that began later is through, and --watch tells of it until Ctrl-C', async () => {
    const { current } = scenario;
    await current.write(shopTree(current.namespace, { password: 'password1' }));
    const waiting = startStatus(overlayOf(current), ['--wait', '--timeout', '2m']);
    const watching = startStatus(overlayOf(current), ['--watch']);
    try {
      for (const { said } of [waiting, watching]) {
        await eventually('it has looked', () => Promise.resolve(said.text.includes('NotFound') ? true : undefined));
      }
      const deployed = await deployShop(current, { password: 'password1' });
      assert.equal(deployed.code, 0, deployed.transcript);
      assert.equal(await waiting.ended, 0, waiting.said.text);
      await eventually('the watch has seen it', () =>
        Promise.resolve(/^\d\d:\d\d:\d\dZ ✔ Current .*Deployment\/web /m.test(watching.said.text) ? true : undefined),
      );
      watching.child.kill('SIGINT');
      assert.equal(await watching.ended, 130, watching.said.text);
      assert.doesNotMatch(watching.said.text, /error/);
    } finally {
      for (const { child } of [waiting, watching]) child.kill('SIGKILL');
    }
  });
});
