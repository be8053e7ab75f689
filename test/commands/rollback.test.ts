/** Back to an earlier deploy, as whole commands: workloads and configs, what cannot come back, and the deploy after it. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { webDeployment } from './overlay.js';
import { runKapply } from './runKapply.js';
import { sandboxScene } from './sandboxScene.js';

interface Version {
  readonly color: string;
  readonly password: string;
  readonly plain?: string;
  readonly image?: string;
  readonly more?: string;
}

const files = ({ color, password, plain = 'same', image = 'nginx', more = '' }: Version) => ({
  'kustomization.yaml': `
metadata: { name: shop }
resources: [all.yaml]
labels: [{ pairs: { part: shop } }]
configMapGenerator: [{ name: cfg, literals: [color=${color}] }]
secretGenerator: [{ name: db, literals: [password=${password}] }]
`,
  'all.yaml': `
apiVersion: v1
kind: Service
metadata: { name: web, annotations: { color: ${color} } }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Secret
metadata: { name: plain }
stringData: { key: ${plain} }
---
apiVersion: batch/v1
kind: Job
metadata: { name: migrate-${color} }
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: app, image: busybox, command: ['true'] }] }
---${webDeployment(`        envFrom: [{ configMapRef: { name: cfg } }, { secretRef: { name: db } }]\n${more}`, { image })}`,
});
const EXTRA = `---
apiVersion: v1
kind: Service
metadata: { name: extra }
spec: { selector: { app: web }, ports: [{ port: 81 }] }
`;
const SIDE = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: side }
spec:
  selector: { matchLabels: { app: side } }
  template:
    metadata: { labels: { app: side } }
    spec: { containers: [{ name: app, image: nginx }] }
`;

/** A run that prunes reads the whole cluster three times: only where something has to go. */
const PRUNE = ['--prune-label', 'part=shop'];

describe('kapply rollback', () => {
  const scene = sandboxScene();
  function kapply(...argv: string[]) {
    scene.later();
    return runKapply(argv, { ...scene.environment(), now: scene.now });
  }
  async function deploy(version: Version, ...more: string[]) {
    await scene.overlay.write(files(version));
    return kapply('deploy', '-k', '.', '-y', ...more);
  }
  async function deployed(version: Version, ...more: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await deploy(version, ...more);
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout;
  }
  const rollback = (...more: string[]) => kapply('rollback', '--set', 'shop', ...more);
  async function rolledBack(...more: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await rollback('-y', ...more);
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout;
  }
  const stored = (kind: string): readonly KubeObject[] => scene.sandbox.store.list(kind, { namespace: 'default' });
  const named = (kind: string, name: string) => stored(kind).find(({ metadata }) => metadata.name === name);
  const names = (kind: string): string[] => stored(kind).map(({ metadata }) => metadata.name);
  /** What the running Deployment reads: the contents of its configs. */
  function reads(): string {
    const text = JSON.stringify(named('apps/Deployment', 'web')?.spec);
    const config = named('ConfigMap', /cfg-\w{10}/.exec(text)?.[0] ?? '');
    const secret = named('Secret', /db-\w{10}/.exec(text)?.[0] ?? '');
    const password = (secret?.data as { password?: string } | undefined)?.password ?? '';
    return `${(config?.data as { color?: string } | undefined)?.color} ${Buffer.from(password, 'base64').toString()}`;
  }

  it('brings workloads, configs and all else back, and the next deploy is no surprise', async () => {
    await deployed({ color: 'red', password: 'one', plain: 'then' });
    const before = named('Service', 'web')?.metadata.managedFields?.map(({ manager }) => manager);
    await deployed({ color: 'blue', password: 'two', plain: 'now', more: EXTRA }, ...PRUNE, '--keep', '1');
    assert.equal(reads(), 'blue two');

    const asked = await rollback();
    assert.equal(asked.exitCode, 2, 'without a terminal it needs --yes');
    assert.match(asked.stdout, /goes back to deploy 1 of /);
    const dry = await rollback('--dry-run', 'server');
    assert.equal(dry.exitCode, 0, dry.stdout + dry.stderr);
    assert.equal(reads(), 'blue two', 'a dry run changes nothing');

    const text = await rolledBack();
    assert.equal(reads(), 'red one');
    assert.equal(named('Service', 'web')?.metadata.annotations?.color, 'red');
    assert.deepEqual(
      named('Service', 'web')?.metadata.managedFields?.map(({ manager }) => manager),
      before,
    );
    assert.equal(named('Service', 'extra'), undefined, 'what only the later deploy had is pruned');
    assert.match(text, /Secret\/plain has changed since/);
    assert.equal((named('Secret', 'plain')?.data as { key: string }).key, Buffer.from('now').toString('base64'));
    assert.match(text, /runs no Job, and deletes none: Job\/migrate-red/);
    assert.ok(names('batch/Job').includes('migrate-blue'));
    assert.ok(names('ConfigMap').some((name) => name.startsWith('cfg-')));

    const { stdout } = await kapply('history', '--set', 'shop');
    assert.match(stdout, /#3 .*deployed.*back to #1/);
    const again = await rollback('-y');
    assert.equal(again.exitCode, 2, 'the next one goes further, and nothing is further');
    assert.match(again.stderr, /no earlier deploy of set shop that went well/);

    await deployed({ color: 'green', password: 'three' });
    assert.equal(reads(), 'green three');
  });

  it('makes a pruned ConfigMap again, and refuses where a Secret is gone', async () => {
    await deployed({ color: 'red', password: 'same' });
    await deployed({ color: 'blue', password: 'same' }, ...PRUNE);
    assert.equal(stored('ConfigMap').filter(({ metadata }) => metadata.name.startsWith('cfg-')).length, 1);
    await rolledBack();
    assert.equal(reads(), 'red same');

    await deployed({ color: 'blue', password: 'other', more: SIDE }, ...PRUNE);
    const refused = await rollback('-y', '--to', '1');
    assert.equal(refused.exitCode, 2, refused.stdout);
    assert.match(
      refused.stderr,
      /Deployment\/web cannot come back: Secret\/db-\w{10} is gone, and its values are in no record/,
    );
    assert.equal(reads(), 'blue other');

    const text = await rolledBack('--to', '1', '--allow-partial');
    assert.equal(reads(), 'blue other', 'the workload stays as it is');
    assert.equal(named('Service', 'web')?.metadata.annotations?.color, 'red', 'the rest goes back');
    assert.match(text, /Deployment\/web stays as it is now/);
    assert.equal(named('apps/Deployment', 'side'), undefined, 'what only the later deploy had is pruned');
    assert.doesNotMatch(text, /became stale/);
    assert.match(text, /Secret\/db-\w{10} +kept +in use by .*Deployment\/web/);
  });

  it('goes back from a deploy that failed to the last good one', async () => {
    await deployed({ color: 'red', password: 'one' });
    const bad = { color: 'green', password: 'one', image: 'no-such-image:1' };
    const back = await deploy(bad, '--timeout', '300ms', '--rollback-on-failure', '-o', 'json');
    assert.equal(back.exitCode, 4, back.stderr);
    assert.equal(reads(), 'red one');
    const report = JSON.parse(back.stdout) as { readonly rollback: object };
    assert.deepEqual(report.rollback, { result: 'rolledBack', reason: '', record: 3 });
    assert.match(
      back.stderr,
      /error: deploy .*not ready in time[^]*Rolling back[^]*Deployment\/web +ready 1\/1[^]*rolled back: /,
    );

    const failed = await deploy({ color: 'blue', password: 'two', image: 'no-such-image' }, '--timeout', '300ms');
    assert.equal(failed.exitCode, 4);
    await rolledBack();
    assert.equal(reads(), 'red one');
    const refused = await rollback('-y', '--to', '2');
    assert.match(refused.stderr, /deploy 2 of set shop ended failed/);
  });
});
