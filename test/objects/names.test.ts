import assert from 'node:assert/strict';
import { isConfigKey, nameProblem, namespaceProblem } from '../../src/objects/names.js';

/** Answers of a 1.37 server to a dry run. */
const names: readonly (readonly [apiVersion: string, kind: string, name: string, isTaken: boolean])[] = [
  ['v1', 'Service', '1abc', true],
  ['v1', 'Service', 'a.b', false],
  ['v1', 'Service', 'A_b', false],
  ['v1', 'Namespace', '1abc', true],
  ['v1', 'Namespace', 'a.b', false],
  ['v1', 'ServiceAccount', 'a.b', true],
  ['v1', 'ServiceAccount', 'A_b', false],
  ['v1', 'ConfigMap', 'a'.repeat(253), true],
  ['v1', 'ConfigMap', 'a'.repeat(254), false],
  ['v1', 'ConfigMap', '-a', false],
  ['apps/v1', 'Deployment', 'a:b', false],
  ['apps/v1', 'Deployment', 'web\n::error::x', false],
  ['storage.k8s.io/v1', 'CSIDriver', 'a.b', true],
  ['storage.k8s.io/v1', 'StorageClass', 'A_b', false],
  ['rbac.authorization.k8s.io/v1', 'Role', 'a:b', true],
  ['rbac.authorization.k8s.io/v1', 'Role', 'A_b', true],
  ['rbac.authorization.k8s.io/v1', 'Role', 'a/b', false],
  ['networking.k8s.io/v1', 'IPAddress', '2001:db8::1', true],
  ['certificates.k8s.io/v1', 'CertificateSigningRequest', 'a:b', true],
  ['user.openshift.io/v1', 'User', 'me@example.com', true],
  ['example.com/v1', 'Widget', '..', false],
  ['example.com/v1', 'Widget', 'a\u001b[2J', false],
  ['example.com/v1', 'Widget', 'a\u202eb', false],
];

describe('objects/names', () => {
  for (const [apiVersion, kind, name, isTaken] of names) {
    it(`${isTaken ? 'takes' : 'refuses'} ${kind} ${JSON.stringify(name).slice(0, 30)}`, () => {
      assert.equal(nameProblem({ apiVersion, kind, metadata: { name } }) === undefined, isTaken);
    });
  }

  it('takes a label for a namespace', () => {
    assert.equal(namespaceProblem('shop-1'), undefined);
    assert.match(namespaceProblem('Shop') ?? '', /lower case/);
  });

  it('knows the keys of configs', () => {
    assert.deepEqual(['a.b', 'A_b-1', '.dockerconfigjson', 'a b', '', '..', 'MII+/x=='].filter(isConfigKey), [
      'a.b',
      'A_b-1',
      '.dockerconfigjson',
    ]);
  });
});
