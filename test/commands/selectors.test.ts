/** Every flag of every command that is a label selector: a wrong one is a usage error before anything is read or sent. */
import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/commands/all.js';
import { runKapply } from './runKapply.js';

const MORE: Readonly<Record<string, readonly string[]>> = {
  deploy: ['-f', 'absent.yaml'],
  diff: ['-f', 'absent.yaml'],
  delete: ['-f', 'absent.yaml'],
  plan: ['-f', 'absent.yaml'],
  schedule: ['--every', '0 3 * * *'],
};

/** The flags that take a selector, each with its command. */
const FLAGS = Object.entries(COMMANDS).flatMap(([name, command]) =>
  Object.entries((command as { flags?: Record<string, { helpValue?: string }> }).flags ?? {}).flatMap(
    ([flag, { helpValue }]) => (helpValue === 'SELECTOR' ? [[name, flag] as const] : []),
  ),
);

describe('a label selector that is none', () => {
  it('can be given to these', () => {
    assert.deepEqual(FLAGS.map(([name, flag]) => `${name} --${flag}`).sort(), [
      'delete --prune-label',
      'deploy --prune-label',
      'diff --prune-label',
      'history --selector',
      'plan --prune-label',
      'prune --selector',
      'schedule --selector',
      'status --prune-label',
      'status --selector',
      'uses --selector',
    ]);
  });

  for (const [name, flag] of FLAGS) {
    it(`ends ${name} --${flag} with exit 2, and says where`, async () => {
      const { exitCode, stderr } = await runKapply([name, `--${flag}`, 'app=shop,a in (', ...(MORE[name] ?? [])], {
        env: { KUBECONFIG: '/absent' },
      });
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, /selector "app=shop,a in \(" is not valid at character 10: "a in \(" is not a requirement/);
    });
  }
});
