import assert from 'node:assert/strict';
import { isConfigured } from '../../../src/engine/rollout/configured.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, RESOURCES, type FakeRequest } from '../fakeCluster.js';

describe('what a container names in its environment', () => {
  const live: readonly KubeObject[] = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cfg', namespace: 'shop' },
      data: { color: 'red' },
      binaryData: { logo: 'cG5n' },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'shop' }, data: { password: 'eA==' } },
  ];
  const configMap = (key: string): object => ({ valueFrom: { configMapKeyRef: { name: 'cfg', key } } });
  const cases: readonly (readonly [what: string, container: object, expected: boolean | undefined])[] = [
    ['is there', { env: [configMap('color')], envFrom: [{ secretRef: { name: 'db' } }] }, true],
    ['is a value', { env: [{ value: '1' }] }, true],
    ['is no key', { env: [configMap('colour')] }, false],
    ['is bytes, which no variable is set from', { env: [configMap('logo')] }, false],
    ['is no object', { envFrom: [{ configMapRef: { name: 'nope' } }] }, false],
    ['need not be there', { envFrom: [{ configMapRef: { name: 'nope', optional: true } }] }, true],
    ['may not be read', { env: [{ valueFrom: { secretKeyRef: { name: 'hidden', key: 'a' } } }] }, undefined],
  ];
  for (const [what, container, expected] of cases)
    it(what, async () => {
      const react = ({ name }: FakeRequest): void => {
        if (name === 'hidden') throw forbidden('secrets');
      };
      const cluster = fakeCluster({ objects: live, react });
      const discovery = { resources: RESOURCES, failures: [] };
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { containers: [{ name: 'app', ...container }] },
      };
      const { signal } = new AbortController();
      assert.equal(await isConfigured(pod, 'app', { cluster, discovery, signal }), expected);
      assert.equal(await isConfigured(pod, 'other', { cluster, discovery, signal }), undefined);
    });
});
