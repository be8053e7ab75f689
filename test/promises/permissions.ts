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
  ],
};
