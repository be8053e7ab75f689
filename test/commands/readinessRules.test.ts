/** Rules of readiness in CEL, as whole commands: from `.kapply.yaml` and from annotations, for deploy and status. */
import assert from 'node:assert/strict';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const RULE = (current: string): string =>
  `readiness:\n- apiVersion: v1\n  kind: ConfigMap\n  current: ${JSON.stringify(current)}\n`;

describe('rules of readiness', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    overlay = await makeOverlay({
      'kustomization.yaml': 'resources: [cm.yaml]\n',
      'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: gate }\ndata: { open: "no" }\n',
    });
  });
  afterEach(() => overlay.remove());

  function kapply(...argv: string[]) {
    return runKapply(argv, { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } });
  }

  it('of .kapply.yaml are what deploy waits for and status goes by', async () => {
    await overlay.write({ '.kapply.yaml': RULE("data.open == 'yes'") });
    const waiting = await kapply('deploy', '-k', '.', '--timeout', '1s');
    assert.equal(waiting.exitCode, 4, waiting.stdout + waiting.stderr);
    assert.match(waiting.stdout, /ConfigMap\/gate.*not current yet by .*\.kapply\.yaml:2/);
    const status = await kapply('status', '-k', '.', '-o', 'json');
    const read = JSON.parse(status.stdout) as { objects: { status: string }[] };
    assert.deepEqual(
      read.objects.map((one) => one.status),
      ['InProgress'],
    );
    await overlay.write({
      'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: gate }\ndata: { open: "yes" }\n',
    });
    const open = await kapply('deploy', '-k', '.', '--timeout', '5s');
    assert.equal(open.exitCode, 0, open.stdout + open.stderr);
  });

  for (const [name, files, says] of [
    [
      'an expression that is none',
      { '.kapply.yaml': RULE('data.open ==') },
      /\.kapply\.yaml:2: current of ConfigMap: /,
    ],
    [
      'a rule without current',
      { '.kapply.yaml': 'readiness:\n- apiVersion: v1\n  kind: ConfigMap\n' },
      /\.kapply\.yaml:2:3: a rule needs apiVersion, kind and current/,
    ],
    [
      'a field that no rule has',
      { '.kapply.yaml': 'readiness:\n- apiVersion: v1\n  kinds: x\n' },
      /\.kapply\.yaml:3:3: "kinds" is no field of a rule/,
    ],
    ['what is no list', { '.kapply.yaml': 'readiness: yes\n' }, /\.kapply\.yaml:1:12: readiness is a list of rules/],
  ] as const) {
    it(`are refused with their line: ${name}`, async () => {
      await overlay.write(files);
      for (const verb of ['deploy', 'status', 'diff']) {
        const ran = await kapply(verb, '-k', '.');
        assert.equal(ran.exitCode, 2, ran.stdout + ran.stderr);
        assert.match(ran.stdout + ran.stderr, says);
      }
    });
  }
});
