import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPLETION_SCRIPTS } from '../../src/cli/completion/completionScripts.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const CONFIGS = ['cfg-9h2kf8d2tm', 'cfg-4fk2m9ttgh', 'plain']
  .map(
    (name) => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: default, labels: { app: ${name === 'plain' ? 'other' : 'shop'} } }
`,
  )
  .join('');

describe('completion of values', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  before(async () => {
    sandbox = await startSandbox({ controllers: false });
    overlay = await makeOverlay({ 'a.yaml': CONFIGS });
    await runKapply(['deploy', '-f', 'a.yaml', '--set', 'shop', '--no-wait'], {
      cwd: overlay.folder,
      env: { KUBECONFIG: sandbox.kubeconfig },
    });
  });
  after(async () => {
    await overlay.remove();
    await sandbox.close();
  });
  const complete = async (words: readonly string[], kubeconfig = sandbox.kubeconfig): Promise<string[]> => {
    const { exitCode, stdout, stderr } = await runKapply(['__complete', ...words], { env: { KUBECONFIG: kubeconfig } });
    assert.equal(exitCode, 0);
    assert.equal(stderr, '');
    return stdout.trimEnd().split('\n');
  };

  const cases: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
    [
      ['deploy', '--context', ''],
      ['kapply-sandbox', ':4'],
    ],
    [
      ['deploy', '--context=ka'],
      ['--context=kapply-sandbox', ':4'],
    ],
    [
      ['prune', '-n', 'kube-p'],
      ['kube-public', ':4'],
    ],
    [
      ['prune', '-l', 'app'],
      ['app=shop', ':4'],
    ],
    [
      ['history', ''],
      ['cfg', ':4'],
    ],
    [
      ['uses', 'ConfigMap/p'],
      ['ConfigMap/plain', ':4'],
    ],
    [
      ['rollback', '--set', ''],
      ['shop', ':4'],
    ],
    [
      ['rollback', '--set', 'shop', '--to', ''],
      ['1', ':4'],
    ],
    [['rollback', '--to', ''], [':4']],
    [['rollback', '--set', 'no/name', '--to', ''], [':4']],
    [['deploy', '-n', 'elsewhere', '--set', ''], [':4']],
    [['history', '-n', 'elsewhere', ''], [':4']],
    [
      ['deploy', '--dry-run', '=', 's'],
      ['--dry-run=server', ':4'],
    ],
  ];
  for (const [words, expected] of cases) {
    it(`kapply ${words.join(' ')}<TAB>`, async () => {
      assert.deepEqual(await complete(words), expected);
    });
  }

  it('says nothing where there is no cluster, no kubeconfig, or one that is none', async () => {
    await overlay.write({ 'broken.kubeconfig': 'clusters: {' });
    for (const file of ['gone.kubeconfig', 'broken.kubeconfig']) {
      assert.deepEqual(await complete(['prune', '-n', ''], join(overlay.folder, file)), [':4']);
      assert.deepEqual(await complete(['deploy', '--context', ''], join(overlay.folder, file)), [':4']);
    }
  });

  it('proposes no name that a shell would run', async () => {
    const names = [
      'eu prod',
      'eu;reboot',
      'eu$(reboot)',
      'eu`reboot`',
      'eu\u001b[2J',
      'eu\nreboot',
      'arn:aws:eks:eu/prod@1',
    ];
    const contexts = names.map((name) => ({ name, context: { cluster: 'c', user: 'u' } }));
    await overlay.write({ 'hostile.kubeconfig': JSON.stringify({ apiVersion: 'v1', kind: 'Config', contexts }) });
    const kubeconfig = join(overlay.folder, 'hostile.kubeconfig');
    assert.deepEqual(await complete(['deploy', '--context', 'eu'], kubeconfig), [':4']);
    assert.deepEqual(await complete(['deploy', '--context', ''], kubeconfig), ['arn:aws:eks:eu/prod@1', ':4']);
  });

  // A second of the real clock: it is what is promised.
  it('waits for a second, and no longer', async () => {
    sandbox.faults.add({ kind: 'latency', ms: 5000 }, { on: () => true, times: 100 });
    const began = performance.now();
    const found = await complete(['prune', '-n', '']);
    sandbox.faults.clear();
    assert.deepEqual(found, [':4']);
    assert.ok(performance.now() - began < 3000);
  });

  it('reaches bash, in front of which readline has broken the words', async () => {
    const flag = { name: 'context', type: 'option' };
    const script = COMPLETION_SCRIPTS.bash('kapply', [{ id: 'deploy', summary: '', flags: [flag] }]);
    await overlay.write({
      'completion.bash': script,
      kapply:
        '#!/bin/sh\ncase "$*" in *"= p") echo --context=prod-eu ;; *) echo prod-eu; echo prod-us ;; esac\necho :4\n',
    });
    await chmod(join(overlay.folder, 'kapply'), 0o755);
    const reply = (words: readonly string[]): string[] =>
      execFileSync(
        'bash',
        [
          '-c',
          `. ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kapply; printf '%s\\n' "\${COMPREPLY[@]}"`,
          '-',
          './kapply',
          ...words,
        ],
        { cwd: overlay.folder, encoding: 'utf8' },
      )
        .trimEnd()
        .split('\n');
    assert.deepEqual(reply(['deploy', '--context', '']), ['prod-eu', 'prod-us']);
    assert.deepEqual(reply(['deploy', '--context', '=', 'p']), ['prod-eu']);
  });
});
