import assert from 'node:assert/strict';
import { asCalled, reasonsAsCalled, programName } from '../../src/cli/programName.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { runKapply } from '../commands/runKapply.js';

const program = 'kubectl kapply';
const PLUGIN = { program, whereWords: '' } as const;
const PLAIN = { program: 'kapply', whereWords: '' } as const;

/** As they are typed. */
const whereOf = (flags: readonly string[]): string =>
  flags.map((flag) => (flag.includes(' ') ? `"${flag}"` : flag)).join(' ');

describe('what the program is called', () => {
  let sandbox: Sandbox;
  let kubeconfig = '';
  before(async () => {
    sandbox = await startSandbox();
    ({ kubeconfig } = sandbox);
    sandbox.store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  });
  after(() => sandbox.close());
  const paths: readonly (readonly [script: string | undefined, name: string])[] = [
    ['/usr/local/bin/kapply', 'kapply'],
    ['/usr/lib/node_modules/kapply/bin/run.js', 'kapply'],
    ['/usr/local/bin/kubectl-kapply', program],
    ['/home/me/.krew/bin/kubectl-kapply', program],
    [String.raw`C:\npm\node_modules\kapply\bin\kubectl-kapply.js`, program],
    ['/opt/kubectl-kapply/bin/run.js', 'kapply'],
    [undefined, 'kapply'],
  ];
  for (const [script, name] of paths) {
    it(`is ${name} for ${script ?? 'nothing'}`, () => assert.equal(programName(script), name));
  }

  it('is what usage errors say', async () => {
    assert.match((await runKapply(['deploy', '--nope'], { program })).stderr, /Run "kubectl kapply deploy --help"/);
    assert.match((await runKapply(['nope'], { program })).stderr, /Run "kubectl kapply --help"/);
  });

  it('comes with the flags of the cluster and the namespace in what is proposed', async () => {
    const suggestions = ['kapply history --set shop shows them.', 'kapply --help', 'use kapply delete.'];
    const error = { code: 'X', message: 'kapply history --set x', suggestions, position: undefined };
    const whereWords = '-n shop --context prod-eu';
    const placed = 'history -n shop --context prod-eu --set shop shows them.';
    assert.deepEqual(asCalled(error, { program: 'kapply', whereWords }).suggestions, [
      `kapply ${placed}`,
      ...suggestions.slice(1),
    ]);
    assert.equal(asCalled(error, { program, whereWords }).suggestions[0], `kubectl kapply ${placed}`);
    const asked = ['-n', 'shop', '--kubeconfig', kubeconfig, '--as', 'a b', '--as-group', 'system:masters'];
    const { stderr, stdout } = await runKapply(['deploy', '--plan', 'package.json', ...asked], {});
    const told = `kapply plan -n shop --kubeconfig ${kubeconfig} --as "a b" --as-group system:masters -k DIR -o plan.json`;
    assert.ok((stderr + stdout).includes(told), stderr + stdout);
  });

  it('comes with the flags of the cluster in what is proposed of kubectl', async () => {
    const suggestions = [
      'Check with: kubectl auth whoami',
      'kubectl auth can-i list secrets -n other',
      'Promote it: kubectl argo rollouts promote web',
      'kubectl --context prod-eu -n shop describe pod web',
    ];
    const error = { code: 'X', message: 'kubectl get pods', suggestions, reason: 'after kubectl get pods' };
    const calling = { program: 'kapply', whereWords: '-n shop --context $&' } as const;
    const placed = [
      'Check with: kubectl -n shop --context $& auth whoami',
      'kubectl -n shop --context $& auth can-i list secrets -n other',
      ...suggestions.slice(2),
    ];
    assert.deepEqual(asCalled(error, calling), { ...error, suggestions: placed });
    assert.deepEqual(reasonsAsCalled({ failure: error }, calling), { failure: { ...error, suggestions: placed } });
    assert.equal(asCalled(error, { program: 'kapply', whereWords: '--sandbox' }).suggestions[0], suggestions[0]);
    // By a run, and by a command that reads.
    for (const argv of [
      ['deploy', '-k', 'examples/password/k8s/overlays/prod'],
      ['history', '-A'],
    ]) {
      const asked = ['--server', 'https://127.0.0.1:1', '--as', 'a b'];
      const { stderr, stdout } = await runKapply([...argv, ...asked], { cwd: process.cwd() });
      assert.ok((stderr + stdout).includes(`kubectl ${whereOf(asked)} config view --minify`), stderr + stdout);
    }
  });

  it('stands in reasons, and not in what others wrote', () => {
    const told = {
      reason: 'nothing replaced it (kapply prune --include-newest takes it)',
      message: 'kapply prune ran',
      logs: ['kapply prune ran'],
      pods: [{ reason: 'kapply uses x', name: 'kapply prune' }],
    };
    assert.deepEqual(reasonsAsCalled(told, PLUGIN), {
      ...told,
      reason: 'nothing replaced it (kubectl kapply prune --include-newest takes it)',
      pods: [{ reason: 'kubectl kapply uses x', name: 'kapply prune' }],
    });
    assert.equal(reasonsAsCalled(told, PLAIN), told);
  });

  it('stands in what an error proposes, and nowhere else in it', () => {
    const error = { code: 'X', message: 'kapply prune', suggestions: ['kapply uses --unused', 'kapply is fine'] };
    assert.deepEqual(asCalled(error, PLUGIN), {
      code: 'X',
      message: 'kapply prune',
      suggestions: ['kubectl kapply uses --unused', 'kapply is fine'],
    });
    assert.equal(asCalled(error, PLAIN), error);
  });
});
