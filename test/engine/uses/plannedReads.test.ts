/** What is read, and how much of it, where only one object could be in use. */
import assert from 'node:assert/strict';
import type { ApiResource, Discovery } from '../../../src/cluster/cluster.js';
import { plannedReads } from '../../../src/engine/uses/plannedReads.js';

function resource(group: string, kind: string, namespaced: boolean): ApiResource {
  const plural = `${kind.toLowerCase()}s`;
  return { group, version: 'v1', kind, plural, namespaced, preferred: true, verbs: ['list'], subresources: [] };
}

const CONFIG_MAP = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'cfg-2222222222' };

function readsOf(group: string, kind: string, namespaced: boolean, candidate = CONFIG_MAP) {
  const discovery: Discovery = { resources: [resource(group, kind, namespaced)], failures: [] };
  return plannedReads(discovery, [candidate]).map(({ metadataOnly, namespaces, everywhere }) => ({
    metadataOnly,
    namespaces,
    everywhere,
  }));
}

describe('what is read to find the uses of a config', () => {
  for (const [group, kind] of [
    ['', 'PersistentVolume'],
    ['storage.k8s.io', 'StorageClass'],
    ['storage.k8s.io', 'VolumeAttributesClass'],
    ['resource.k8s.io', 'DeviceClass'],
    ['rbac.authorization.k8s.io', 'ClusterRole'],
  ] as const) {
    it(`is the whole of each ${kind}, which holds what its writer thought of`, () => {
      assert.deepEqual(readsOf(group, kind, false), [{ metadataOnly: false, namespaces: [''], everywhere: false }]);
    });
  }

  for (const kind of ['ResourceClaim', 'ResourceClaimTemplate']) {
    it(`is the whole of each ${kind} of its namespace`, () => {
      const [read, ...others] = readsOf('resource.k8s.io', kind, true);
      assert.deepEqual(read, { metadataOnly: false, namespaces: ['shop'], everywhere: false });
      assert.deepEqual(others, []);
    });
  }

  for (const [group, kind] of [
    ['', 'Service'],
    ['networking.k8s.io', 'Ingress'],
  ] as const) {
    it(`is each ${kind} of its namespace, and the annotations of those elsewhere`, () => {
      assert.deepEqual(readsOf(group, kind, true), [
        { metadataOnly: false, namespaces: ['shop'], everywhere: false },
        { metadataOnly: true, namespaces: [], everywhere: true },
      ]);
    });
  }

  it('is each ConfigMap everywhere, which may configure what works here', () => {
    assert.deepEqual(readsOf('', 'ConfigMap', true), [{ metadataOnly: false, namespaces: ['shop'], everywhere: true }]);
  });

  it('is no Secret but its annotations, everywhere', () => {
    assert.deepEqual(readsOf('', 'Secret', true), [{ metadataOnly: true, namespaces: ['shop'], everywhere: true }]);
  });
});

describe('what is read to find the uses of a Service', () => {
  for (const kind of ['ConfigMap', 'Service']) {
    it(`is each ${kind} everywhere, which may say its host`, () => {
      assert.deepEqual(readsOf('', kind, true, { ...CONFIG_MAP, kind: 'Service', name: 'web' }), [
        { metadataOnly: false, namespaces: ['shop'], everywhere: true },
      ]);
    });
  }
});
