import assert from 'node:assert/strict';
import type { PromiseTable, World } from './world.js';

interface Right {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

/** A namespace with a generated config that nothing uses, and flags with which a user comes who may list only this in it. */
async function limited(world: World, rights: readonly Right[]): Promise<{ namespace: string; flags: string[] }> {
  const namespace = await world.namespace();
  const user = `user-of-${namespace}`;
  const rbac = 'rbac.authorization.k8s.io/v1';
  const config = { name: 'cfg-2222222222', namespace, labels: { app: namespace } };
  await world.apply([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: config, data: { a: 'b' } },
    {
      apiVersion: rbac,
      kind: 'Role',
      metadata: { name: 'few', namespace },
      rules: rights.map((right) => ({ ...right, verbs: ['list'] })),
    },
    {
      apiVersion: rbac,
      kind: 'RoleBinding',
      metadata: { name: 'few', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'few' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    },
  ]);
  return { namespace, flags: ['-n', namespace, '--as', user] };
}

const CONFIGS: Right = { apiGroups: [''], resources: ['configmaps'] };
const BOTH: Right = { apiGroups: [''], resources: ['configmaps', 'secrets'] };
const DEPLOYMENTS: Right = { apiGroups: ['apps'], resources: ['deployments'] };

/** What `status` and `history` say that they could not list. */
interface UnlistedDocument {
  readonly unlisted: readonly {
    readonly verb: string;
    readonly resource: string;
    readonly namespace: string;
    readonly question?: string;
  }[];
}

/** Commands against a namespace that nobody made, one letter beside one that is there. */
async function misspelt(world: World): Promise<{ there: string; misspelt: string }> {
  const there = await world.namespace();
  return { there, misspelt: `${there}x` };
}

const OVERLAY = {
  'kustomization.yaml': 'resources: [all.yaml]',
  'all.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain }\ndata: { a: b }\n',
};

export const permissionsTable: PromiseTable = {
  promise: 'a run that may not look is not green, and deletes nothing',
  cases: [
    ...(['prune', 'history', 'status'] as const).map((verb) => ({
      name: `${verb} that may list nothing ends with 5, and says what and where`,
      run: async (world: World) => {
        const { namespace, flags } = await limited(world, []);
        const { exitCode, stdout, stderr } = await world.kapply([verb, '-l', `app=${namespace}`, ...flags]);
        const said = stdout + stderr;
        assert.equal(exitCode, 5, said);
        assert.match(said, new RegExp(`nothing could be listed: .* in ${namespace}`));
        assert.match(said, new RegExp(`kubectl .*--as user-of-${namespace} auth can-i list \\S+ -n ${namespace}`));
      },
    })),
    ...(['prune', 'history'] as const).map((verb) => ({
      name: `${verb} that may list ConfigMaps and no Secrets ends with 6`,
      run: async (world: World) => {
        const { namespace, flags } = await limited(world, [CONFIGS]);
        const { exitCode, stdout, stderr } = await world.kapply([verb, '-l', `app=${namespace}`, ...flags]);
        const said = stdout + stderr;
        assert.equal(exitCode, 6, said);
        assert.match(said, new RegExp(`not everything could be listed: secrets in ${namespace}`));
        assert.deepEqual(await world.names('v1', 'ConfigMap', namespace), ['cfg-2222222222']);
        const json = await world.kapply([verb, '-l', `app=${namespace}`, ...flags, '-o', 'json']);
        assert.equal(json.exitCode, 6, json.stdout);
        JSON.parse(json.stdout);
      },
    })),
    {
      name: 'prune --dry-run that may list ConfigMaps and no Secrets ends with 6',
      run: async (world) => {
        const { namespace, flags } = await limited(world, [CONFIGS]);
        for (const dryRun of ['--dry-run=client', '--dry-run=server']) {
          const ran = await world.kapply(['prune', '-l', `app=${namespace}`, ...flags, dryRun]);
          assert.equal(ran.exitCode, 6, ran.stdout + ran.stderr);
          assert.match(ran.stdout, new RegExp(`not everything could be listed: .*secrets in ${namespace}`));
        }
      },
    },
    {
      name: 'prune and history that may list configs and not who uses them end with 6',
      run: async (world) => {
        const { namespace, flags } = await limited(world, [BOTH]);
        for (const verb of ['prune', 'history'] as const) {
          const older = verb === 'prune' ? ['--older-than', '0s', '--include-newest', '--yes'] : [];
          const ran = await world.kapply([verb, '-l', `app=${namespace}`, ...flags, ...older]);
          const said = ran.stdout + ran.stderr;
          assert.equal(ran.exitCode, 6, said);
          assert.match(said, new RegExp(`not everything could be listed: .*pods in ${namespace}`));
        }
        assert.deepEqual(await world.names('v1', 'ConfigMap', namespace), ['cfg-2222222222']);
      },
    },
    {
      name: 'status -l that may list Deployments and nothing else ends with 6',
      run: async (world) => {
        const { namespace, flags } = await limited(world, [DEPLOYMENTS]);
        const ran = await world.kapply(['status', '-l', `app=${namespace}`, ...flags]);
        assert.equal(ran.exitCode, 6, ran.stdout + ran.stderr);
        assert.match(ran.stderr, new RegExp(`not everything could be listed: pods in ${namespace}`));
        assert.match(ran.stderr, /auth can-i list pods -n /);
      },
    },
    ...(['status', 'history'] as const).map((verb) => ({
      name: `the document of ${verb} has what could not be listed`,
      run: async (world: World) => {
        const { namespace, flags } = await limited(world, [CONFIGS, DEPLOYMENTS]);
        const ran = await world.kapply([verb, '-l', `app=${namespace}`, ...flags, '-o', 'json']);
        assert.equal(ran.exitCode, 6, ran.stdout + ran.stderr);
        const { unlisted } = JSON.parse(ran.stdout) as UnlistedDocument;
        const wanted = verb === 'status' ? 'pods' : 'secrets';
        const entry = unlisted.find(({ resource }) => resource === wanted);
        assert.deepEqual([entry?.verb, entry?.namespace], ['list', namespace]);
        assert.match(entry?.question ?? '', new RegExp(`^kubectl .*auth can-i list ${wanted} -n ${namespace}$`));
      },
    })),
    ...(
      [
        ['prune', ['-l', 'a=b', '--yes']],
        ['prune', ['-l', 'a=b', '--dry-run=client']],
        ['history', []],
        ['history', ['cfg']],
        ['status', ['-l', 'a=b']],
        ['status', ['-k', '.']],
        ['diff', ['-k', '.']],
        ['deploy', ['-k', '.']],
        ['deploy', ['-k', '.', '--dry-run=client']],
        ['delete', ['-k', '.', '--yes']],
      ] as const
    ).map(([verb, args]) => ({
      name: `${verb} ${args.join(' ')} in a namespace that is not there ends with 2, and names the one that was meant`,
      run: async (world: World) => {
        const { there, misspelt: wrong } = await misspelt(world);
        const cwd = await world.folder(OVERLAY);
        const ran = await world.kapply([verb, ...args, '-n', wrong], { cwd });
        const said = ran.stdout + ran.stderr;
        assert.equal(ran.exitCode, 2, said);
        assert.match(said, new RegExp(`the cluster has no namespace ${wrong}`));
        assert.match(said, new RegExp(`Did you mean ${there}`));
      },
    })),
    {
      name: 'deploy --prune-namespace of a namespace that is not there ends with 2, and sends nothing',
      run: async (world) => {
        const { there, misspelt: wrong } = await misspelt(world);
        const cwd = await world.folder(OVERLAY);
        const flags = ['--prune-label', 'a=b', '--prune-namespace', wrong];
        const ran = await world.kapply(['deploy', '-k', '.', '-n', there, ...flags], { cwd });
        assert.equal(ran.exitCode, 2, ran.stdout + ran.stderr);
        assert.deepEqual(await world.names('v1', 'ConfigMap', there), []);
      },
    },
    {
      name: 'deploy and delete of a set with its own Namespace need none before',
      run: async (world) => {
        const { misspelt: name } = await misspelt(world);
        const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n---\n`;
        const object = OVERLAY['all.yaml'].replace('name: plain', `name: plain, namespace: ${name}`);
        const cwd = await world.folder({ ...OVERLAY, 'all.yaml': namespace + object });
        for (const verb of ['delete', 'deploy'] as const) {
          const ran = await world.kapply([verb, '-k', '.', '--yes'], { cwd });
          assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
        }
        await world.remove({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name });
      },
    },
  ],
};
