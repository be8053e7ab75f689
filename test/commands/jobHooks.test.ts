/** A rendered chart with hooks, deployed as whole commands on a sandbox: docs/jobs.md. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { runKapply } from './runKapply.js';
import { sandboxScene } from './sandboxScene.js';

const hooked = (name: string, annotations: string, script = 'true'): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { ${annotations} } }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: 'shop/${name}:1', command: [sh, -c, "${script}"] }]
`;
const helm = (name: string, moments: string, script?: string): string =>
  hooked(name, `helm.sh/hook: "${moments}", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"`, script);
const WEB = (image = 'nginx'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: ${image} }] }
`;
const SECRET = (password: string): string => `
apiVersion: v1
kind: Secret
metadata: { name: password, annotations: { helm.sh/hook: pre-install } }
stringData: { password: ${password} }
`;

describe('a chart with hooks', function () {
  this.timeout(60_000);
  const scene = sandboxScene();
  let namespace = '';
  const enter = (name: string): void => {
    namespace = name;
    scene.sandbox.store.create('Namespace', { metadata: { name } } as never);
  };
  beforeEach(() => enter('hooks'));

  const jobs = (): readonly KubeObject[] => scene.sandbox.store.list('batch/Job', { namespace });
  const names = (): string[] =>
    jobs()
      .map(({ metadata }) => metadata.name)
      .sort();
  function kapply(verb: string, documents: readonly string[], ...more: string[]) {
    scene.later();
    const argv = [verb, '-f', '-', '-n', namespace, '--set', 'shop', ...more];
    const stdin = documents.join('---\n');
    return runKapply(argv, { ...scene.environment(), stdin });
  }
  /** What was sent or settled, in order: `created Job/migrate`, `Current Job/migrate`. */
  async function deploy(documents: readonly string[], exit = 0): Promise<{ told: string[]; warnings: string[] }> {
    const { exitCode, stdout, stderr } = await kapply('deploy', documents, '-o', 'ndjson');
    assert.equal(exitCode, exit, stdout + stderr);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    return {
      told: events.flatMap((event) => {
        if (event.type === 'applied') return [`${event.action ?? event.outcome} ${event.kind}/${event.name}`];
        return event.type === 'settled' ? [`${event.status} ${event.kind}/${event.name}`] : [];
      }),
      warnings: events.flatMap(({ type, message = '' }) => (type === 'warning' ? [message] : [])),
    };
  }

  it('runs an install’s and an upgrade’s at their place, and none of the others', async () => {
    const chart = [
      helm('seed', 'post-install'),
      helm('migrate', 'post-install,pre-upgrade'),
      helm('check', 'post-upgrade'),
      helm('wipe', 'pre-delete'),
      helm('undo', 'pre-rollback'),
      hooked('notify', 'argocd.argoproj.io/hook: SyncFail'),
    ];
    const first = await deploy([...chart, WEB()]);
    assert.deepEqual(names(), ['migrate-r1', 'seed']);
    const at = (told: readonly string[], what: string): number => told.indexOf(what);
    assert.ok(at(first.told, 'Current Deployment/web') < at(first.told, 'created Job/migrate-r1'), first.told.join());
    assert.equal(first.warnings.filter((text) => /is a hook/.test(text)).length, 4);
    assert.ok(
      first.warnings.some((text) => /Job\/check is a hook .*: there is nothing to upgrade yet/.test(text)),
      first.warnings.join('\n'),
    );

    const second = await deploy([...chart, WEB('nginx:2')]);
    assert.deepEqual(names(), ['check-r1', 'migrate-r2', 'seed']);
    assert.ok(
      at(second.told, 'Current Job/migrate-r2') < at(second.told, 'configured Deployment/web'),
      second.told.join(),
    );
    assert.ok(at(second.told, 'Current Deployment/web') < at(second.told, 'created Job/check-r1'), second.told.join());
    assert.ok(second.told.includes('unchanged Job/seed'));

    assert.equal((await kapply('status', [...chart, WEB('nginx:2')], '--exit-code')).exitCode, 0);
    assert.equal((await kapply('delete', [...chart, WEB('nginx:2')], '--yes')).exitCode, 0);
    assert.deepEqual(names(), []);
  });

  it('sends nothing of the rest when a first hook fails, and tries it again', async () => {
    const { told } = await deploy([helm('migrate', 'pre-install,pre-upgrade', 'exit 1'), WEB()], 3);
    assert.ok(told.includes('Failed Job/migrate-r1'));
    assert.equal(scene.sandbox.store.get('apps/Deployment', namespace, 'web'), undefined);
    await deploy([helm('migrate', 'pre-install,pre-upgrade'), WEB()]);
    assert.deepEqual(names(), ['migrate-r2']);
  });

  it('makes what an install made once only, and leaves it as it is', async () => {
    await deploy([SECRET('first1'), WEB()]);
    const before = scene.sandbox.store.get('Secret', namespace, 'password');
    const { told } = await deploy([SECRET('second2'), WEB()]);
    assert.ok(told.includes('unchanged Secret/password'), told.join());
    assert.deepEqual(scene.sandbox.store.get('Secret', namespace, 'password'), before);
    assert.equal((await kapply('diff', [SECRET('third3'), WEB()])).exitCode, 0);
  });

  it('runs an install’s Job that was cut off, and not where somebody else installed', async () => {
    // The first deploy ended before its last hook.
    await deploy([WEB()]);
    await deploy([WEB(), helm('seed', 'post-install'), helm('prepare', 'pre-install')]);
    assert.deepEqual(names(), ['seed']);

    enter('others');
    const web = { containers: [{ name: 'web', image: 'nginx' }] };
    const labels = { app: 'web' };
    const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: web } };
    scene.sandbox.store.create('apps/Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace },
      spec,
    });
    await deploy([WEB(), helm('seed', 'post-install'), helm('prepare', 'pre-install')]);
    assert.deepEqual(names(), []);
  });
});
