/** Whose an object is: a name that somebody gave, and an identity that a copy does not have. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import type { Name, PromiseTable, RanKapply, World } from './world.js';

/** An application of a Deployment, a Service and a plain and a generated ConfigMap, all with the label team=shop. */
export function app(name: string, options: { readonly set?: string; readonly value?: string } = {}) {
  const { set, value = 'one' } = options;
  return {
    'kustomization.yaml': `
${set === undefined ? '' : `metadata: { name: ${set} }`}
resources: [objects.yaml]
labels: [{ pairs: { team: shop } }]
configMapGenerator: [{ name: ${name}-cfg, literals: [value=${value}] }]
`,
    'objects.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 1
  selector: { matchLabels: { run: ${name} } }
  template:
    metadata: { labels: { run: ${name} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: web
        image: registry.example.com/shop/web:1
        command: [sleep, infinity]
        envFrom: [{ configMapRef: { name: ${name}-cfg } }]
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { run: ${name} }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}-plain }
data: { a: b }
`,
  };
}

const LABEL = ['--prune-label', 'team=shop'];

/** Every object of these kinds, `Kind/name`, generated ones without their hash. */
export async function everything(world: World, namespace: string): Promise<string[]> {
  const lists = await Promise.all(
    (
      [
        ['apps/v1', 'Deployment'],
        ['v1', 'Service'],
        ['v1', 'ConfigMap'],
      ] as const
    ).map(async ([apiVersion, kind]) =>
      (await world.names(apiVersion, kind, namespace)).map(
        (name) => `${kind}/${name.replace(/-[2456789bcdfghkmt]{10}$/, '-HASH')}`,
      ),
    ),
  );
  return lists.flat().sort();
}

const whole = (...names: readonly string[]): string[] =>
  names
    .flatMap((name) => [
      `ConfigMap/${name}-cfg-HASH`,
      `ConfigMap/${name}-plain`,
      `Deployment/${name}`,
      `Service/${name}`,
    ])
    .sort();

type Files = Readonly<Record<string, string>>;

/** Namespaces and folders of one case, and deploys of them that say what they printed when they end otherwise. */
async function ground(world: World) {
  const namespace = await world.namespace();
  const run = async (
    exitCode: number,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<RanKapply> => {
    const ran = await world.kapply(args, { env });
    assert.equal(ran.exitCode, exitCode, `${args.join(' ')}\n${ran.stdout}\n${ran.stderr}`);
    return ran;
  };
  const deploy = async (files: Files, flags: readonly string[] = [], exitCode = 0): Promise<RanKapply> =>
    run(exitCode, ['deploy', '-k', await world.folder(files), '-n', namespace, ...LABEL, ...flags]);
  return { namespace, run, deploy, everything: (where = namespace) => everything(world, where) };
}

const nameOf = ({ apiVersion, kind, metadata: { name, namespace = '' } }: KubeObject): Name => ({
  apiVersion,
  kind,
  namespace,
  name,
});

/** What `kubectl get -o yaml` prints and people edit: everything but what the server keeps for itself. */
function exported(object: KubeObject, changes: Partial<KubeObject['metadata']>): KubeObject {
  const { name, namespace, labels, annotations } = object.metadata;
  const { metadata: _, status: __, ...rest } = object;
  return {
    ...(rest as KubeObject),
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...changes,
    },
  };
}

async function theOnly(world: World, kind: string, namespace: string, pattern: RegExp): Promise<KubeObject> {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  const found = (await world.list(apiVersion, kind, namespace)).filter(({ metadata }) => pattern.test(metadata.name));
  assert.equal(found.length, 1, `${found.length} ${kind} match ${pattern.source}`);
  return found[0]!;
}

/** `kubectl annotate NAME KEY-` and the like. */
const annotate = (world: World, of: KubeObject, annotations: Record<string, string | null>): Promise<KubeObject> =>
  world.patch(nameOf(of), { metadata: { annotations } });

const service = (name: string, more: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: { team: 'shop' }, ...more },
  spec: { ports: [{ port: 80 }] },
});

export const identityTable: PromiseTable = {
  promise: 'a set has the name that somebody gave it, and a deploy takes nothing that is not its own',
  cases: [
    {
      name: 'two applications in folders called overlays/prod, without names, leave each other alone',
      run: async (world) => {
        const { namespace, run, everything: all } = await ground(world);
        const folder = await world.folder({});
        for (const name of ['a', 'b']) {
          const files = app(name);
          await world.write(folder, {
            [`${name}/overlays/prod/kustomization.yaml`]: files['kustomization.yaml'],
            [`${name}/overlays/prod/objects.yaml`]: files['objects.yaml'],
          });
        }
        for (const name of ['a', 'b', 'a']) {
          await run(0, ['deploy', '-k', `${folder}/${name}/overlays/prod`, '-n', namespace, ...LABEL]);
        }
        assert.deepEqual(await all(), whole('a', 'b'));
      },
    },
    {
      name: 'without a name what is stale of its own generated configs goes, and what left stays, with the cure named',
      run: async (world) => {
        const { deploy, everything: all } = await ground(world);
        await deploy(app('a'));
        const ran = await deploy({ ...app('a', { value: 'two' }), 'objects.yaml': without('a', 'Service') });
        assert.match(ran.stdout, /Service\/a .*this deploy has no set name/);
        assert.deepEqual(await all(), whole('a'));
      },
    },
    {
      name: 'two applications with names of their own leave each other alone, and each takes what left it',
      run: async (world) => {
        const { deploy, everything: all } = await ground(world);
        await deploy(app('a', { set: 'a' }));
        await deploy(app('b', { set: 'b' }));
        await deploy({ ...app('a', { set: 'a', value: 'two' }), 'objects.yaml': without('a', 'Service') });
        assert.deepEqual(
          await all(),
          whole('a', 'b').filter((name) => name !== 'Service/a'),
        );
      },
    },
    {
      name: 'another application under the same name is asked about, and has sent nothing',
      run: async (world) => {
        const { deploy, everything: all } = await ground(world);
        await deploy(app('a', { set: 'shop' }));
        const ran = await deploy(app('b', { set: 'shop' }), [], 2);
        assert.match(ran.stdout, /set shop has 3 objects here, and none of them is in what you deploy/);
        assert.deepEqual(await all(), whole('a'));
        await deploy(app('b', { set: 'shop' }), ['--yes']);
        assert.deepEqual(await all(), whole('b'));
      },
    },
    {
      name: 'a deploy that would delete more than half of the live set is asked about',
      run: async (world) => {
        const { deploy, everything: all } = await ground(world);
        await deploy(app('a', { set: 'shop' }));
        const ran = await deploy(
          { ...app('a', { set: 'shop' }), 'objects.yaml': without('a', 'Service', 'ConfigMap') },
          [],
          2,
        );
        assert.match(ran.stdout, /2 of the 3 objects of set shop/);
        assert.deepEqual(await all(), whole('a'));
      },
    },
    {
      name: 'the name is that of the kustomization that is deployed, not of its base',
      run: async (world) => {
        const { namespace, run } = await ground(world);
        const files = app('a', { set: 'base' });
        const folder = await world.folder({
          'base/kustomization.yaml': files['kustomization.yaml'],
          'base/objects.yaml': files['objects.yaml'],
          'prod/kustomization.yaml': 'resources: [../base]\n',
        });
        await run(0, ['deploy', '-k', `${folder}/prod`, '-n', namespace, ...LABEL]);
        const made = await theOnly(world, 'Service', namespace, /^a$/);
        assert.equal(made.metadata.annotations?.['kapply.dev/set'], undefined);
        assert.equal(made.metadata.annotations?.['kapply.dev/id'], undefined);
      },
    },
    {
      name: '--set goes before KAPPLY_SET, and that before metadata.name',
      run: async (world) => {
        const { namespace, run } = await ground(world);
        const folder = await world.folder(app('a', { set: 'file' }));
        const setNow = async (): Promise<string | undefined> =>
          (await theOnly(world, 'Service', namespace, /^a$/)).metadata.annotations?.['kapply.dev/set'];
        const args = ['deploy', '-k', folder, '-n', namespace];
        await run(0, args, { KAPPLY_SET: 'environment' });
        assert.equal(await setNow(), 'environment');
        await run(0, [...args, '--set', 'flag', '--take-over'], { KAPPLY_SET: 'environment' });
        assert.equal(await setNow(), 'flag');
        await run(0, [...args, '--take-over']);
        assert.equal(await setNow(), 'file');
      },
    },
    {
      name: 'names that no Lease or annotation can have, and an empty one, are usage errors',
      run: async (world) => {
        const { namespace, run } = await ground(world);
        const folder = await world.folder(app('a'));
        for (const name of ['', 'a b', 'a/b', '-a', 'a,b', 'ä', 'x'.repeat(64)]) {
          const ran = await run(2, ['deploy', '-k', folder, '-n', namespace, `--set=${name}`]);
          assert.match(ran.stderr, /name of a set/, name);
        }
        const named = await world.folder(app('a', { set: '"a/b"' }));
        assert.match((await run(2, ['diff', '-k', named, '-n', namespace])).stderr, /metadata.name/);
      },
    },
    {
      name: 'an object of another set is refused, before anything is sent, and taken with --take-over',
      run: async (world) => {
        const { deploy, namespace } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        const ran = await deploy(app('a', { set: 'two' }), [], 5);
        assert.match(ran.stdout + ran.stderr, /belongs to set one/);
        await deploy(app('a', { set: 'two' }), ['--take-over']);
        assert.equal(
          (await theOnly(world, 'Service', namespace, /^a$/)).metadata.annotations?.['kapply.dev/set'],
          'two',
        );
      },
    },
    {
      name: 'an object of a set is refused to a deploy without a name',
      run: async (world) => {
        const { deploy } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        assert.match((await deploy(app('a'), [], 5)).stdout, /belongs to set one/);
      },
    },
    {
      name: 'what a deploy without a name applied is not silently a named set’s',
      run: async (world) => {
        const { deploy, namespace } = await ground(world);
        await deploy(app('a'));
        assert.match((await deploy(app('a', { set: 'one' }), [], 5)).stdout, /is in no set/);
        await deploy(app('a', { set: 'one' }), ['--take-over']);
        assert.equal(
          (await theOnly(world, 'Service', namespace, /^a$/)).metadata.annotations?.['kapply.dev/set'],
          'one',
        );
      },
    },
    {
      name: 'kubectl annotate kapply.dev/set-: another set does not overwrite it, and does not delete it',
      run: async (world) => {
        const { deploy, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        await annotate(world, await theOnly(world, 'Service', namespace, /^a$/), { 'kapply.dev/set': null });
        await deploy(app('a', { set: 'two' }), [], 5);
        await deploy(app('b', { set: 'two' }));
        await deploy(app('b', { set: 'two', value: 'two' }));
        assert.deepEqual(await all(), whole('a', 'b'));
      },
    },
    {
      name: 'kubectl annotate of both stamps off: the set’s own next deploy says so, and nobody deletes it',
      run: async (world) => {
        const { deploy, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        const off = { 'kapply.dev/set': null, 'kapply.dev/id': null };
        await annotate(world, await theOnly(world, 'ConfigMap', namespace, /^a-plain$/), off);
        assert.match((await deploy(app('a', { set: 'one' }), [], 5)).stdout, /annotation was taken off/);
        await deploy(app('b', { set: 'two' }));
        assert.deepEqual(await all(), whole('a', 'b'));
      },
    },
    {
      name: 'kubectl annotate --overwrite with another set’s name: neither set deletes it',
      run: async (world) => {
        const { deploy, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        await annotate(world, await theOnly(world, 'Service', namespace, /^a$/), { 'kapply.dev/set': 'three' });
        await deploy({ ...app('a', { set: 'one' }), 'objects.yaml': without('a', 'Service') });
        assert.deepEqual(await all(), whole('a'));
      },
    },
    {
      name: 'kubectl get | sed name | kubectl apply: a copy under another name is in no set',
      run: async (world) => {
        const { deploy, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        for (const [kind, pattern] of [
          ['Service', /^a$/],
          ['ConfigMap', /^a-plain$/],
        ] as const) {
          const original = await theOnly(world, kind, namespace, pattern);
          const { clusterIP: _, clusterIPs: __, ...spec } = (original.spec ?? {}) as Record<string, unknown>;
          const copy = { ...exported(original, { name: 'copy' }), ...(original.spec !== undefined && { spec }) };
          await world.apply([copy]);
        }
        await world.aSecondLater();
        await deploy(app('a', { set: 'one', value: 'two' }));
        assert.deepEqual(await all(), [...whole('a'), 'ConfigMap/copy', 'Service/copy'].sort());
      },
    },
    {
      name: 'a copy that kept the managed fields of kapply (a restored backup) is in no set',
      run: async (world) => {
        const { deploy, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        const original = await theOnly(world, 'ConfigMap', namespace, /^a-plain$/);
        const { managedFields = [] } = original.metadata;
        await world.create(exported(original, { name: 'restored', managedFields }), 'velero-server');
        await world.aSecondLater();
        await deploy(app('a', { set: 'one', value: 'two' }));
        assert.deepEqual(await all(), [...whole('a'), 'ConfigMap/restored'].sort());
      },
    },
    {
      name: 'a namespace restored under another name is neither searched nor touched, also where it is named',
      run: async (world) => {
        const { deploy, run, namespace, everything: all } = await ground(world);
        const restored = await world.namespace();
        await deploy(app('a', { set: 'one' }));
        for (const [apiVersion, kind] of [
          ['v1', 'ConfigMap'],
          ['v1', 'Service'],
          ['coordination.k8s.io/v1', 'Lease'],
        ] as const) {
          for (const object of await world.list(apiVersion, kind, namespace)) {
            if (object.metadata.name === 'kube-root-ca.crt') continue;
            const { clusterIP: _, clusterIPs: __, ...spec } = (object.spec ?? {}) as Record<string, unknown>;
            await world.apply(
              [{ ...exported(object, { namespace: restored }), ...(object.spec !== undefined && { spec }) }],
              'velero',
            );
          }
        }
        await world.aSecondLater();
        const before = await all(restored);
        await deploy(app('a', { set: 'one', value: 'two' }), ['--prune-namespace', restored]);
        assert.deepEqual(await all(restored), before);
        await run(0, ['prune', '-n', restored, '-l', 'team=shop', '--older-than', '0s', '--include-newest', '--yes']);
        assert.deepEqual(await all(restored), before);
      },
    },
    {
      name: 'an operator’s clone in its own namespace, annotations and all, is in no set',
      run: async (world) => {
        const { deploy, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        const original = await theOnly(world, 'ConfigMap', namespace, /^a-cfg-/);
        await world.apply([exported(original, { name: 'a-cfg-2222222222' })], 'reflector');
        await world.aSecondLater();
        await deploy(app('a', { set: 'one', value: 'two' }));
        assert.ok((await world.names('v1', 'ConfigMap', namespace)).includes('a-cfg-2222222222'));
        assert.equal((await all()).length, 5);
      },
    },
    {
      name: 'a delete takes no copy, and nothing of another set',
      run: async (world) => {
        const { deploy, run, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        const original = await theOnly(world, 'ConfigMap', namespace, /^a-plain$/);
        await world.apply([exported(original, { name: 'b-plain' })]);
        const two = await world.folder(app('b', { set: 'two' }));
        await run(0, ['delete', '-k', two, '-n', namespace, '--yes']);
        assert.deepEqual(await all(), [...whole('a'), 'ConfigMap/b-plain'].sort());
      },
    },
    {
      name: 'a delete without a name takes what is rendered, and nothing else',
      run: async (world) => {
        const { deploy, run, namespace, everything: all } = await ground(world);
        await deploy(app('a'));
        await deploy(app('a', { value: 'two' }), ['--no-wait']);
        const folder = await world.folder(app('a', { value: 'two' }));
        await run(0, ['delete', '-k', folder, '-n', namespace, ...LABEL, '--yes']);
        // The revision before, of which this rendering knows nothing.
        assert.deepEqual(await all(), ['ConfigMap/a-cfg-HASH']);
      },
    },
    {
      name: '--renamed-from moves a set with all that it owns',
      run: async (world) => {
        const { deploy, run, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'old' }));
        const renamed = { ...app('a', { set: 'new', value: 'two' }), 'objects.yaml': without('a', 'Service') };
        await deploy(renamed, [], 5);
        await deploy(renamed, ['--renamed-from', 'old']);
        assert.deepEqual(
          await all(),
          whole('a').filter((name) => name !== 'Service/a'),
        );
        const leases = await world.names('coordination.k8s.io/v1', 'Lease', namespace);
        assert.deepEqual(leases, ['kapply-new']);
        await run(2, ['deploy', '-k', await world.folder(app('a')), '-n', namespace, '--renamed-from', 'old']);
      },
    },
    {
      name: '--renamed-from waits for a run of the old name',
      run: async (world) => {
        const { deploy, namespace } = await ground(world);
        await deploy(app('a', { set: 'old' }));
        const lease = (await world.list('coordination.k8s.io/v1', 'Lease', namespace))[0]!;
        const spec = { holderIdentity: 'ci@elsewhere pid 1', leaseDurationSeconds: 3600 };
        await world.patch(nameOf(lease), { spec });
        const ran = await deploy(app('a', { set: 'new' }), ['--renamed-from', 'old', '--lock-timeout', '1s'], 4);
        assert.match(ran.stdout, /lock of set old/);
      },
    },
    {
      name: 'what is left in a namespace that the set was deployed to before is found by its Lease',
      run: async (world) => {
        const { run, namespace } = await ground(world);
        const second = await world.namespace();
        const files = (both: boolean): Files => ({
          'kustomization.yaml': `metadata: { name: wide-${namespace} }\nresources: [all.yaml]\n`,
          'all.yaml': [...(both ? [second] : []), namespace]
            .flatMap((place) => ['one', 'two'].map((name) => JSON.stringify(service(name, { namespace: place }))))
            .join('\n---\n'),
        });
        await run(0, ['deploy', '-k', await world.folder(files(true)), ...LABEL]);
        await run(0, ['deploy', '-k', await world.folder(files(false)), ...LABEL]);
        assert.deepEqual(await world.names('v1', 'Service', second), []);
        assert.deepEqual(await world.names('v1', 'Service', namespace), ['one', 'two']);
      },
    },
    {
      name: 'one overlay with -n is deployed to two namespaces under one name: neither takes the other’s',
      run: async (world) => {
        const { run, namespace, everything: all } = await ground(world);
        const second = await world.namespace();
        for (const [place, value] of [
          [namespace, '1'],
          [second, '1'],
          [namespace, '2'],
          [second, '2'],
        ] as const) {
          const folder = await world.folder(app('a', { set: 'preview', value }));
          await run(0, ['deploy', '-k', folder, '-n', place, ...LABEL]);
        }
        assert.deepEqual(await all(), whole('a'));
        assert.deepEqual(await all(second), whole('a'));
      },
    },
    {
      name: 'a set that renders its own Namespace has one Lease, whatever the context of the caller says',
      run: async (world) => {
        const { run, namespace } = await ground(world);
        const own = `${namespace}-own`;
        const folder = await world.folder({
          'kustomization.yaml': `metadata: { name: ${own} }\nnamespace: ${own}\nresources: [all.yaml]\n`,
          'all.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${own} }\n---\n${JSON.stringify(service('web'))}`,
        });
        await run(0, ['deploy', '-k', folder]);
        const leases = async (place: string): Promise<string[]> =>
          (await world.names('coordination.k8s.io/v1', 'Lease', place)).filter((name) => name === `kapply-${own}`);
        assert.deepEqual(await leases('default'), [`kapply-${own}`]);
        assert.deepEqual(await leases(own), []);
        await world.remove({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name: own });
        await world.remove({
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          namespace: 'default',
          name: `kapply-${own}`,
        });
      },
    },
    {
      name: 'the newest revision that somebody else made stays, although nothing names it (a Grafana dashboard)',
      run: async (world) => {
        const { deploy, run, namespace } = await ground(world);
        const dashboard = {
          name: 'dashboards-2222222222',
          namespace,
          labels: { team: 'shop', grafana_dashboard: '1' },
        };
        await world.apply([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: dashboard, data: { a: 'b' } }]);
        await world.aSecondLater();
        await deploy(app('a', { set: 'one' }));
        await deploy(app('b'));
        const prune = ['prune', '-n', namespace, '-l', 'team=shop', '--older-than', '0s', '--yes'];
        assert.match((await run(0, prune)).stdout, /the newest of its family/);
        const there = async (): Promise<boolean> =>
          (await world.names('v1', 'ConfigMap', namespace)).includes(dashboard.name);
        assert.ok(await there());
        await run(0, [...prune, '--include-newest']);
        assert.ok(!(await there()));
      },
    },
    {
      name: 'what kubectl made a moment before its Deployment stays ten minutes, whoever deploys beside it',
      run: async (world) => {
        const { deploy, namespace } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        const config = (hash: string): KubeObject => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: `fresh-${hash}`, namespace, labels: { team: 'shop' } },
        });
        await world.apply([config('2222222222')]);
        await world.aSecondLater();
        await world.apply([config('4444444444')]);
        await world.aSecondLater();
        await deploy(app('a', { set: 'one', value: 'two' }));
        await deploy(app('b'));
        const names = await world.names('v1', 'ConfigMap', namespace);
        assert.deepEqual(
          names.filter((name) => name.startsWith('fresh-')),
          ['fresh-2222222222', 'fresh-4444444444'],
        );
      },
    },
    {
      name: 'kubectl label, scale and edit between two deploys change nothing about whose an object is',
      run: async (world) => {
        const { deploy, namespace, everything: all } = await ground(world);
        await deploy(app('a', { set: 'one' }));
        await deploy(app('b', { set: 'two' }));
        const web = await theOnly(world, 'Deployment', namespace, /^a$/);
        await world.patch(nameOf(web), { metadata: { labels: { edited: 'yes' } } });
        await world.patch(nameOf(web), { spec: { paused: true } });
        await world.patch(nameOf(web), { spec: { paused: false } });
        await world.patch(nameOf(await theOnly(world, 'ConfigMap', namespace, /^b-plain$/)), { data: { c: 'd' } });
        await deploy(app('b', { set: 'two', value: 'two' }));
        await deploy(app('a', { set: 'one', value: 'two' }));
        assert.deepEqual(await all(), whole('a', 'b'));
      },
    },
    {
      name: 'a manifest that was exported from a cluster, stamps and all, belongs to the set that deploys it',
      run: async (world) => {
        const { run, namespace } = await ground(world);
        const annotations = {
          'kapply.dev/set': 'other',
          'kapply.dev/id': '/Service/elsewhere/web',
          'co-owner.kapply.dev/x': 'true',
        };
        const file = JSON.stringify(service('web', { annotations }));
        const folder = await world.folder({ 'all.yaml': file });
        await run(0, ['deploy', '-f', `${folder}/all.yaml`, '-n', namespace, '--set', 'mine']);
        const made = await theOnly(world, 'Service', namespace, /^web$/);
        assert.deepEqual(made.metadata.annotations, {
          'kapply.dev/set': 'mine',
          'kapply.dev/id': `/Service/${namespace}/web`,
        });
      },
    },
  ],
};

/** The objects of an application without those of these kinds. */
function without(name: string, ...kinds: readonly string[]): string {
  const documents = app(name)['objects.yaml'].split('---\n');
  return documents.filter((document) => !kinds.some((kind) => document.includes(`kind: ${kind}\n`))).join('---\n');
}
