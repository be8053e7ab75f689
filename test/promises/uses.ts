/** Nothing that something uses is deleted, in whatever form it is named; and what is no use keeps nothing. */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { groupOf, type KubeObject } from '../../src/objects/object.js';
import { CONFIG_FORMS, OTHER_FORMS, PLAIN_CONFIG_FORMS, type UseForm } from './useForms.js';
import type { PromiseTable, World } from './world.js';

const OLD = '2222222222';
const NEW = '4444444444';
const LABEL = 'uses.example.com/tried';

interface Fate {
  readonly isThere: boolean;
  /** What kapply said of it. */
  readonly words: string;
}

/** The custom resources of the examples. No schema: every field is taken as it comes. */
const DEFINITIONS = [
  ['uses.example.com', 'v1', 'Gadget', 'gadgets', 'Namespaced'],
  ['uses.example.com', 'v1', 'ClusterGadget', 'clustergadgets', 'Cluster'],
  ['wgpolicyk8s.io', 'v1alpha2', 'PolicyReport', 'policyreports', 'Namespaced'],
  ['gateway.networking.k8s.io', 'v1', 'Gateway', 'gateways', 'Namespaced'],
  ['gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes', 'Namespaced'],
  ['networking.istio.io', 'v1', 'Gateway', 'gateways', 'Namespaced'],
  ['traefik.io', 'v1alpha1', 'IngressRoute', 'ingressroutes', 'Namespaced'],
  ['traefik.io', 'v1alpha1', 'Middleware', 'middlewares', 'Namespaced'],
] as const;

function definition([group, version, kind, plural, scope]: (typeof DEFINITIONS)[number]): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
    },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
}

const IN_CLUSTER = new Set([
  'ValidatingWebhookConfiguration',
  'StorageClass',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'PriorityClass',
  'RuntimeClass',
  'IngressClass',
  'ClusterGadget',
]);

interface Place {
  readonly namespace: string;
  readonly other: string;
}

/** The object that names it, in this form. */
function userOf(form: UseForm, user: string, name: string, uid: string, { namespace, other }: Place): KubeObject {
  const text = form.example
    .replaceAll('NAME', name)
    .replaceAll('NS', namespace)
    .replaceAll('OTHER', other)
    .replaceAll('UID', uid);
  const value = parse(text) as Record<string, unknown>;
  const object = placed(form, value, user);
  const metadata = { namespace: form.place === 'custom elsewhere' ? other : namespace, ...object.metadata, name: user };
  const { namespace: _, ...ofCluster } = metadata;
  return { ...object, metadata: IN_CLUSTER.has(object.kind) ? ofCluster : metadata };
}

function placed(form: UseForm, value: Record<string, unknown>, user: string): KubeObject {
  const deployment = (pod: object, annotations: object): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: user, annotations: annotations as Record<string, string> },
    spec: {
      replicas: 0,
      selector: { matchLabels: { user } },
      template: {
        metadata: { labels: { user } },
        spec: { containers: [{ name: 'c', image: 'x.example.com/c' }], ...pod },
      },
    },
  });
  const gadget = (kind: string): KubeObject => ({
    apiVersion: 'uses.example.com/v1',
    kind,
    metadata: { name: user },
    spec: value,
  });
  switch (form.place) {
    case 'pod':
      return deployment(value, {});
    case 'container':
      return deployment({ containers: [{ name: 'c', image: 'x.example.com/c', ...value }] }, {});
    case 'annotations':
      return deployment({}, value);
    case 'custom':
    case 'custom elsewhere':
      return gadget('Gadget');
    case 'custom of the cluster':
      return gadget('ClusterGadget');
    case 'object':
      return value as unknown as KubeObject;
  }
}

const BODIES: Readonly<Record<string, object>> = {
  Service: { spec: { ports: [{ port: 80 }] } },
  Role: { rules: [] },
  ClusterRole: { rules: [] },
  ServiceAccount: {},
  PriorityClass: { value: 1 },
  RuntimeClass: { handler: 'none' },
  StorageClass: { provisioner: 'none.example.com' },
  IngressClass: { spec: { controller: 'example.com/none' } },
  Middleware: { spec: {} },
  Deployment: {
    spec: {
      replicas: 0,
      selector: { matchLabels: { of: 'it' } },
      template: { metadata: { labels: { of: 'it' } }, spec: { containers: [{ name: 'c', image: 'x.example.com/c' }] } },
    },
  },
};

function typeOf(of: string): { readonly apiVersion: string; readonly kind: string } {
  const [apiVersion = '', kind = ''] = of.split(' ');
  return { apiVersion, kind };
}

function named(of: string, name: string, namespace: string, label: string): KubeObject {
  const { apiVersion, kind } = typeOf(of);
  const body = BODIES[kind] ?? { data: {} };
  return {
    apiVersion,
    kind,
    ...body,
    metadata: { name, labels: { [LABEL]: label }, ...(!IN_CLUSTER.has(kind) && { namespace }) },
  };
}

/**
 * How what is named comes to be deleted: by an operator's prune, as revisions that have a successor or as anything else, or
 * by the deploy of the set that rendered it.
 */
type Way = 'revisions' | 'others' | 'configs of a set';

/** Puts the targets into a set; what is returned deploys it without them. */
async function deployedSet(
  world: World,
  targets: readonly KubeObject[],
  namespace: string,
): Promise<(args: readonly string[]) => ReturnType<World['kapply']>> {
  const rest = named('v1 ConfigMap', 'rest', namespace, namespace);
  const file = (objects: readonly KubeObject[]) => ({
    'all.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n'),
  });
  const folder = await world.folder({
    'kustomization.yaml': `metadata: { name: uses-${namespace} }\nresources: [all.yaml]\n`,
    ...file([rest, ...targets]),
  });
  const deploy = (args: readonly string[]) =>
    world.kapply(['deploy', '-k', folder, '-n', namespace, '--prune-label', `${LABEL}=${namespace}`, ...args]);
  const first = await deploy([]);
  assert.equal(first.exitCode, 0, first.stdout + first.stderr);
  await world.write(folder, file([rest]));
  return deploy;
}

/** Deletes what the forms name, all at once, and tells what became of each. */
async function fatesOf(world: World, forms: readonly UseForm[], way: Way): Promise<Fate[]> {
  const hashed = way === 'revisions';
  const [namespace, other] = [await world.namespace(), await world.namespace()];
  const apply = async (objects: readonly KubeObject[]): Promise<void> => {
    for (const object of objects) await world.apply([object]);
  };
  await apply(DEFINITIONS.map(definition));
  for (const [group, version, kind] of DEFINITIONS) {
    await world.eventually(`${kind} of ${group}`, async () => {
      const { resources } = await world.cluster.discover({ refresh: true });
      return resources.find((one) => one.group === group && one.version === version && one.kind === kind);
    });
  }
  // A name of the cluster must be nobody else's on a server that is shared.
  const nameOf = (index: number): string => (hashed ? `f${index}-${OLD}` : `${namespace}-f${index}`);
  const targets = forms.map((form, index) => named(form.of, nameOf(index), namespace, namespace));
  const redeploy = way === 'configs of a set' ? await deployedSet(world, targets, namespace) : undefined;
  if (redeploy === undefined) await apply(targets);
  // Without the label: it is no candidate.
  await apply(targets.filter((_, index) => forms[index]!.isThere).map((target) => inOther(target, other)));
  await world.aSecondLater();
  const successors = hashed ? forms.map((form, index) => named(form.of, `f${index}-${NEW}`, namespace, namespace)) : [];
  await apply(successors);
  const users: KubeObject[] = [];
  for (const [index, form] of forms.entries()) {
    const uid = (await world.get(addressOf(targets[index]!)))?.metadata.uid ?? '';
    const user = userOf(form, `${namespace}-u${index}`, nameOf(index), uid, { namespace, other });
    await world.create(user, 'kubectl-create');
    users.push(user);
  }
  await world.aSecondLater();
  const kinds = [...new Set(forms.map(({ of }) => typeOf(of)))].map(({ apiVersion, kind }) =>
    groupOf(apiVersion) === '' ? kind : `${groupOf(apiVersion)}/${kind}`,
  );
  const last = ['--prune-limit', '1000', '--yes', '-o', 'json'];
  const prune = [
    ...['prune', '-n', namespace, '-l', `${LABEL}=${namespace}`, '--older-than', '0s', ...last],
    ...(hashed ? [] : ['--adopt', ...[...new Set(kinds)].flatMap((kind) => ['--prune-kind', kind])]),
  ];
  const { exitCode, stdout, stderr } = await (redeploy?.(last) ?? world.kapply(prune));
  assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
  const report = JSON.parse(stdout) as {
    prune: readonly { kind: string; name: string; outcome: string; reason: string }[];
  };
  const fates: Fate[] = [];
  for (const target of targets) {
    const said = report.prune.find(({ kind, name }) => kind === target.kind && name === target.metadata.name);
    const isThere = (await world.get(addressOf(target))) !== undefined;
    fates.push({ isThere, words: said === undefined ? 'not named' : `${said.outcome}: ${said.reason}` });
  }
  // What belongs to the cluster does not go with the namespaces. A definition that is still going would take the next
  // one of its name with it: its end is awaited.
  const definitions = DEFINITIONS.map(definition);
  for (const object of [...users, ...targets, ...definitions]) {
    if (object.metadata.namespace === undefined) await world.remove(addressOf(object));
  }
  for (const object of definitions) {
    await world.eventually(`the end of ${object.metadata.name}`, async () =>
      (await world.get(addressOf(object))) === undefined ? true : undefined,
    );
  }
  return fates;
}

function addressOf({ apiVersion, kind, metadata: { name, namespace = '' } }: KubeObject) {
  return { apiVersion, kind, namespace, name };
}

/** The same name in another namespace. */
function inOther(target: KubeObject, namespace: string): KubeObject {
  const { name } = target.metadata;
  return { ...target, metadata: { name, namespace } };
}

/** One case for each form; the first that runs tries them all. */
function casesOf(forms: readonly UseForm[], way: Way): PromiseTable['cases'] {
  const tried = new WeakMap<World, Promise<readonly Fate[]>>();
  return forms.map((form, index) => ({
    name: `${typeOf(form.of).kind}: ${form.form} ${form.isUse ? 'keeps it' : 'is no use'}`,
    run: async (world) => {
      const fates = tried.get(world) ?? fatesOf(world, forms, way);
      tried.set(world, fates);
      const { isThere, words } = (await fates)[index]!;
      assert.match(words, form.isUse ? /^kept: in use by / : /^deleted: /, form.example);
      assert.equal(isThere, form.isUse, words);
    },
  }));
}

const SHOP = {
  'kustomization.yaml': `
metadata: { name: uses-shop }
resources: [service.yaml, route.yaml, role.yaml]
labels: [{ pairs: { app: uses-shop } }]
`,
  'service.yaml': `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: lonely }
spec: { ports: [{ port: 80 }] }
`,
  'route.yaml': `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { defaultBackend: { service: { name: lonely, port: { number: 80 } } } }
`,
  'role.yaml': `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: []
`,
};

/** Another application's Ingress and RoleBinding, which name the Service web and the Role reader. */
function neighbours(namespace: string): KubeObject[] {
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'neighbour', namespace },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'neighbour', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [],
    },
  ];
}

/** The users of the set's objects outside of it keep them, whichever command would delete them. */
const NEIGHBOUR_CASES: PromiseTable['cases'] = (
  [
    ['a deploy that renders them no more', 'deploy'],
    ['the delete of the set', 'delete'],
  ] as const
).map(([name, verb]) => ({
  name: `a Service and a Role that a neighbour uses survive ${name}; an Ingress and its own Service go together`,
  run: async (world) => {
    const namespace = await world.namespace();
    const folder = await world.folder(SHOP);
    const run = (args: readonly string[]) => world.kapply([...args, '-k', folder, '-n', namespace, '--yes']);
    const label = ['--prune-label', 'app=uses-shop'];
    const first = await run(['deploy', ...label]);
    assert.equal(first.exitCode, 0, first.stdout + first.stderr);
    await world.apply(neighbours(namespace));
    if (verb === 'deploy') {
      const left = SHOP['kustomization.yaml'].replace('service.yaml, route.yaml, role.yaml', 'other.yaml');
      const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\n';
      await world.write(folder, { 'kustomization.yaml': left, 'other.yaml': other });
    }
    const second = await run(verb === 'deploy' ? ['deploy', ...label] : ['delete']);
    assert.equal(second.exitCode, 0, second.stdout + second.stderr);
    assert.match(second.stdout, /Service\/web .*in use by Ingress\/neighbour/);
    assert.match(second.stdout, /Role\/reader .*in use by RoleBinding\/neighbour/);
    assert.deepEqual(await world.names('v1', 'Service', namespace), ['web']);
    assert.deepEqual(await world.names('networking.k8s.io/v1', 'Ingress', namespace), ['neighbour']);
    assert.deepEqual(await world.names('rbac.authorization.k8s.io/v1', 'Role', namespace), ['reader']);
  },
}));

export const usesTable: PromiseTable = {
  promise: 'what something uses stays, in whatever form it is named',
  cases: [
    ...casesOf(CONFIG_FORMS, 'revisions'),
    ...casesOf(PLAIN_CONFIG_FORMS, 'configs of a set'),
    ...casesOf(OTHER_FORMS, 'others'),
    ...NEIGHBOUR_CASES,
  ],
};
