import assert from 'node:assert/strict';
import type { PromiseTable, World } from './world.js';

const READS = ['get', 'list'];

/** Lets a user of its own do this with everything in the namespace, and nothing else anywhere. */
async function userWhoMay(world: World, namespace: string, verbs: readonly string[]): Promise<string> {
  const user = `reader-of-${namespace}`;
  const rbac = 'rbac.authorization.k8s.io';
  await world.apply([
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { name: 'reader', namespace },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'reader', namespace },
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
    },
  ]);
  return user;
}

const shop = (image = 'busybox:1.37', value = 'a') => ({
  'kustomization.yaml': [
    'resources: [web.yaml]',
    'metadata: { name: shop }',
    `configMapGenerator: [{ name: cfg, literals: ["a=${value}"], options: { labels: { part: shop } } }]`,
  ].join('\n'),
  'web.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { part: shop } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: app, image: "${image}", command: [sleep, infinity], envFrom: [{ configMapRef: { name: cfg } }] }]
`,
});

interface Document {
  readonly objects: readonly {
    readonly id: { readonly kind: string };
    readonly drift: readonly { readonly path: string; readonly why: string; readonly manager: string | null }[];
  }[];
  readonly stale: readonly { readonly id: { readonly name: string }; readonly inUseNow: string | null }[];
}

export const statusReadsTable: PromiseTable = {
  promise: 'status and history only get and list, and say what others changed',
  cases: [
    {
      name: 'status names who changed what, where a deploy would meet a conflict',
      run: async (world) => {
        const namespace = await world.namespace();
        const cwd = await world.folder(shop());
        const label = ['--prune-label', 'part=shop'];
        const deployed = await world.kapply(['deploy', '-k', '.', '-n', namespace, ...label], { cwd });
        assert.equal(deployed.exitCode, 0, deployed.stdout + deployed.stderr);
        const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
        await world.patch(web, { spec: { replicas: 1, minReadySeconds: 1 } }, 'somebody');
        const flags = ['-n', namespace, '--as', await userWhoMay(world, namespace, READS), ...label];
        const ran = await world.kapply(['status', '-k', '.', ...flags, '-o', 'json'], { cwd });
        assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
        const { objects } = JSON.parse(ran.stdout) as Document;
        assert.deepEqual(
          objects.map(({ id, drift }) => [id.kind, drift.map(({ path, why, manager }) => `${path} ${why} ${manager}`)]),
          [
            ['ConfigMap', []],
            ['Deployment', ['.spec.replicas changed somebody']],
          ],
        );
        const text = await world.kapply(['status', '-k', '.', ...flags], { cwd });
        assert.match(text.stdout, /differs from the manifest, changed by somebody \S+Z: \.spec\.replicas/);
      },
    },
    {
      name: 'status says who uses a config now that goes when the rollout is done',
      run: async (world) => {
        const namespace = await world.namespace();
        const cwd = await world.folder(shop());
        const label = ['--prune-label', 'part=shop'];
        const first = await world.kapply(['deploy', '-k', '.', '-n', namespace, ...label], { cwd });
        assert.equal(first.exitCode, 0, first.stdout + first.stderr);
        const [old = ''] = await world.names('v1', 'ConfigMap', namespace);
        await world.write(cwd, shop('busybox:1.37', 'b'));
        const flags = ['-n', namespace, '--as', await userWhoMay(world, namespace, READS), ...label];
        const ran = await world.kapply(['status', '-k', '.', ...flags, '-o', 'json'], { cwd });
        assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
        const { stale } = JSON.parse(ran.stdout) as Document;
        assert.equal(stale[0]?.id.name, old, ran.stdout);
        assert.match(stale[0].inUseNow ?? '', /Deployment\/web/);
        const text = await world.kapply(['status', '-k', '.', ...flags], { cwd });
        assert.match(
          text.stdout,
          new RegExp(`${old}  in use now by .*Deployment/web.*; goes when the rollout is done`),
        );
      },
    },
    {
      name: 'status and history of an account that may only list are whole, where no single object is read',
      run: async (world) => {
        const namespace = await world.namespace();
        const cwd = await world.folder(shop());
        const first = await world.kapply(['deploy', '-k', '.', '-n', namespace], { cwd });
        assert.equal(first.exitCode, 0, first.stdout + first.stderr);
        const flags = ['-n', namespace, '--as', await userWhoMay(world, namespace, ['list'])];
        for (const args of [['status', '-l', 'part=shop'], ['history']]) {
          const ran = await world.kapply([...args, ...flags], { cwd });
          assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
        }
        const rendered = await world.kapply(['status', '-k', '.', ...flags], { cwd });
        assert.equal(rendered.exitCode, 5, rendered.stdout + rendered.stderr);
        assert.match(rendered.stderr, new RegExp(`auth can-i get deployments.apps/web -n ${namespace}`));
      },
    },
  ],
};
