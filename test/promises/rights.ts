import assert from 'node:assert/strict';
import { accessRules, COMMANDS, type CommandWord } from '../../src/engine/access/commandRules.js';
import { policyRules, type PolicyRule } from '../../src/engine/access/policyRules.js';
import type { PromiseTable, RanKapply, World } from './world.js';

const RBAC = 'rbac.authorization.k8s.io';

/** What one version of the set has, and the other one lacks. */
const only = (name: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 0
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: busybox:1.37 }] }
---
`;

const shop = (value: string): Record<string, string> => ({
  'kustomization.yaml': [
    'resources: [all.yaml]',
    'metadata: { name: shop }',
    'labels: [{ pairs: { part: shop } }]',
    `configMapGenerator: [{ name: cfg, literals: [a=${value}] }]`,
    `secretGenerator: [{ name: key, literals: [a=${value}] }]`,
  ].join('\n'),
  'all.yaml': `
apiVersion: v1
kind: Service
metadata: { name: web, annotations: { version: v${value} } }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
${only(`v${value}`)}apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: app
          image: busybox:1.37
          command: [sleep, infinity]
          envFrom: [{ configMapRef: { name: cfg } }, { secretRef: { name: key } }]
`,
});

/** A namespace with the set deployed, beside stale revisions that nothing uses, and the next version of the set in a folder. */
async function deployed(world: World): Promise<{ namespace: string; cwd: string }> {
  const namespace = await world.namespace();
  const cwd = await world.folder(shop('1'));
  const first = await world.kapply(['deploy', '-k', '.', '-n', namespace], { cwd });
  assert.equal(first.exitCode, 0, first.stdout + first.stderr);
  await world.apply(
    ['cfg', 'key'].map((family) => ({
      apiVersion: 'v1',
      kind: family === 'cfg' ? 'ConfigMap' : 'Secret',
      metadata: { name: `${family}-2222222222`, namespace, labels: { part: 'shop' } },
      data: {},
    })),
  );
  return { namespace, cwd };
}

async function userWith(world: World, namespace: string, rules: readonly PolicyRule[]): Promise<string> {
  const user = `user-of-${namespace}`;
  await world.apply([
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name: 'rights', namespace }, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'rights', namespace },
      roleRef: { apiGroup: RBAC, kind: 'Role', name: 'rights' },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: user }],
    },
  ]);
  return user;
}

const WORDS: Readonly<Record<CommandWord, readonly string[]>> = {
  deploy: ['deploy', '-k', '.'],
  'deploy --prune-label': ['deploy', '-k', '.', '--prune-label', 'part=shop'],
  rollback: ['rollback', '--set', 'shop', '--yes'],
  diff: ['diff', '-k', '.'],
  plan: ['plan', '-k', '.'],
  'status -k': ['status', '-k', '.'],
  'status -l': ['status', '-l', 'part=shop'],
  history: ['history'],
  'history --set': ['history', '--set', 'shop'],
  uses: ['uses', 'configmap/cfg', 'secret/key'],
  'uses --unused': ['uses', '--unused'],
  prune: ['prune', '-l', 'part=shop', '--older-than', '0s', '--include-newest', '--yes'],
  delete: ['delete', '-k', '.', '--yes'],
};
const DONE: Readonly<Partial<Record<CommandWord, number>>> = { diff: 1 };

async function runAs(world: World, command: CommandWord, rules: readonly PolicyRule[]) {
  const { namespace, cwd } = await deployed(world);
  const user = await userWith(world, namespace, rules);
  // A new revision, so that there is something to apply, and something to compare.
  if (command !== 'delete') await world.write(cwd, shop('2'));
  if (command === 'rollback') {
    const second = await world.kapply(['deploy', '-k', '.', '-n', namespace], { cwd });
    assert.equal(second.exitCode, 0, second.stdout + second.stderr);
  }
  const ran = await world.kapply([...WORDS[command], '-n', namespace, '--as', user], { cwd });
  return { ran, namespace };
}

/** Whatever the pods of the Deployment need is there, as long as the Deployment is. */
async function nothingUsedIsGone(world: World, namespace: string, ran: RanKapply): Promise<void> {
  const web = await world.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
  if (web === undefined) return;
  const text = JSON.stringify(web.spec);
  for (const [kind, family] of [
    ['ConfigMap', 'cfg'],
    ['Secret', 'key'],
  ] as const) {
    const name = new RegExp(`${family}-[a-z0-9]{10}`).exec(text)?.[0] ?? '';
    const names = await world.names('v1', kind, namespace);
    assert.ok(names.includes(name), `${name} is used and gone: ${ran.stdout}${ran.stderr}`);
  }
}

/** One right at a time: the rules without it. `*` is left out as well where it would give it back. */
function withoutRight(rules: readonly PolicyRule[], resource: string, verb: string): PolicyRule[] {
  return rules.flatMap((rule): PolicyRule[] => {
    if (rule.resources.includes('*')) return verb === 'list' ? [] : [rule];
    if (!rule.resources.includes(resource) || !rule.verbs.includes(verb as never)) return [rule];
    const others = rule.resources.filter((one) => one !== resource);
    const verbs = rule.verbs.filter((one) => one !== verb);
    return [
      ...(others.length === 0 ? [] : [{ ...rule, resources: others }]),
      ...(verbs.length === 0 ? [] : [{ ...rule, resources: [resource], verbs }]),
    ];
  });
}

/** What may be missing without a word, as kubectl does without it, and what is needed in races alone. */
const UNSAID = new Set(['guesses']);

function rightsOf(command: CommandWord) {
  const rights = new Map<string, { group: string; resource: string; verb: string; without: string }>();
  for (const { apiGroups, resources, verbs, without } of accessRules(command)) {
    for (const group of apiGroups) {
      for (const resource of resources) {
        for (const verb of verbs) {
          const key = `${group}/${resource} ${verb}`;
          const known = rights.get(key);
          // Of two needs, the stricter one shows.
          if (resource !== '*' && (known === undefined || UNSAID.has(known.without)))
            rights.set(key, { group, resource, verb, without });
        }
      }
    }
  }
  return [...rights.values()];
}

/** A whole command takes a second: a run tries a part of the table, always the same; KAPPLY_RIGHTS=all tries all of it. */
const PARTS = 12;

function aPart<T>(rights: readonly T[], nth: number): readonly T[] {
  if (process.env.KAPPLY_RIGHTS === 'all') return rights;
  return rights.filter((_, index) => (index + nth) % PARTS === 0);
}

export const rightsTable: PromiseTable = {
  promise: 'each command needs what docs/permissions.md says, and names what is missing',
  cases: COMMANDS.flatMap((command, nth) => [
    {
      name: `${command} does all under exactly its role`,
      run: async (world: World) => {
        const { ran, namespace } = await runAs(world, command, policyRules(command));
        const said = ran.stdout + ran.stderr;
        assert.equal(ran.exitCode, DONE[command] ?? 0, said);
        assert.doesNotMatch(said, /auth can-i|forbidden/, said);
        await nothingUsedIsGone(world, namespace, ran);
        if (command.includes('prune')) {
          assert.equal((await world.names('v1', 'Secret', namespace)).includes('key-2222222222'), false, said);
        }
      },
    },
    ...aPart(rightsOf(command), nth).map(({ group, resource, verb, without: alone }) => {
      // With the list of one kind goes that of everything, without which no workload goes.
      const without = command === 'delete' && verb === 'list' ? 'incomplete' : alone;
      return {
        name: `${command} without ${verb} on ${resource}: ${without}`,
        run: async (world: World) => {
          const { ran, namespace } = await runAs(world, command, withoutRight(policyRules(command), resource, verb));
          const said = ran.stdout + ran.stderr;
          await nothingUsedIsGone(world, namespace, ran);
          const done = DONE[command] ?? 0;
          if (without === 'ends') assert.equal(ran.exitCode, 5, said);
          else if (without === 'incomplete') assert.equal(ran.exitCode, 6, said);
          else assert.equal(ran.exitCode, done, said);
          // A watch may be refused after all is ready, and the Lease is there since the first deploy.
          if (verb === 'watch' || (verb === 'create' && resource === 'leases')) return;
          // Whether a namespace is there is asked where nothing was found in it: test/promises/permissions.ts.
          if (UNSAID.has(without) || resource === 'namespaces') return;
          const full = group === '' ? resource : `${resource}.${group}`;
          // What is of little consequence is said in one sentence for all kinds.
          if (
            without === 'warns' &&
            new RegExp(`not searched for uses, .*\\b${full.replaceAll('.', '\\.')}.*needs list`).test(said)
          )
            return;
          // With the list of everything goes that of what scales a workload: it stays, and so do the configs that it uses.
          if (command === 'delete' && verb === 'list') {
            assert.match(said, /auth can-i list \S+ -n /);
            return;
          }
          assert.match(said, new RegExp(`auth can-i ${verb} ${full.replaceAll('.', '\\.')}(/\\S+)? .*${namespace}`));
        },
      };
    }),
  ]),
};
