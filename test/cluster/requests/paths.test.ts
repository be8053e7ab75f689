import assert from 'node:assert/strict';
import type { ApiResource } from '../../../src/cluster/cluster.js';
import { collectionPath, objectPath } from '../../../src/cluster/requests/paths.js';
import { configMaps } from '../testCluster.js';

const clusterRoles: ApiResource = {
  ...configMaps,
  group: 'rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

describe('paths', () => {
  const cases: [what: string, path: string, expected: string][] = [
    ['core, all namespaces', collectionPath(configMaps, ''), '/api/v1/configmaps'],
    ['core, one namespace', collectionPath(configMaps, 'shop'), '/api/v1/namespaces/shop/configmaps'],
    [
      'names keep their case and colons are escaped',
      objectPath({ resource: clusterRoles, namespace: '', name: 'system:Node' }),
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3ANode',
    ],
    [
      'a name cannot leave its place',
      objectPath({ resource: configMaps, namespace: 'a/b', name: '../x?y' }),
      '/api/v1/namespaces/a%2Fb/configmaps/..%2Fx%3Fy',
    ],
    [
      'subresource and query',
      objectPath(
        { resource: configMaps, namespace: 'a', name: 'b' },
        { dryRun: 'All', force: true, none: undefined },
        'status',
      ),
      '/api/v1/namespaces/a/configmaps/b/status?dryRun=All&force=true',
    ],
  ];
  for (const [what, path, expected] of cases) it(what, () => assert.equal(path, expected));
});
