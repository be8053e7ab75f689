import assert from 'node:assert/strict';
import { placeField } from '../../../src/engine/planFile/lastWriter.js';
import type { KubeObject, ManagedFieldsEntry } from '../../../src/objects/object.js';

const entry = (
  manager: string,
  time: string,
  fieldsV1: ManagedFieldsEntry['fieldsV1'],
  subresource = '',
): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  time,
  ...(fieldsV1 !== undefined && { fieldsV1 }),
  ...(subresource !== '' && { subresource }),
});

const image = { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:image': {} } } } };

const web: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    finalizers: ['a', 'b'],
    managedFields: [
      entry('kapply', '2026-01-01T00:00:00Z', image),
      entry('kubectl-edit', '2026-01-02T00:00:00Z', { ...image, 'f:metadata': { 'f:finalizers': { 'v:"b"': {} } } }),
      entry('kubectl', '2026-01-03T00:00:00Z', { 'f:spec': { 'f:replicas': {} } }, 'scale'),
      entry('controller', '2026-01-04T00:00:00Z', { 'f:spec': { 'f:selector': {} } }),
      entry('kubelet', '2026-01-05T00:00:00Z', image, 'status'),
    ],
  },
  spec: {
    replicas: 2,
    containers: [{ name: 'proxy' }, { name: 'app', image: 'x' }],
    selector: { matchLabels: { a: 'b' } },
  },
};

describe('who wrote a field last', () => {
  for (const [path, words, manager] of [
    [['spec', 'containers', 1, 'image'], '.spec.containers[name="app"].image', 'kubectl-edit'],
    [['spec', 'containers', 0, 'image'], '.spec.containers[0].image', undefined],
    [['spec', 'replicas'], '.spec.replicas', 'kubectl (scale)'],
    [['spec', 'selector', 'matchLabels', 'a'], '.spec.selector.matchLabels.a', 'controller'],
    [['metadata', 'finalizers', 1], '.metadata.finalizers[="b"]', 'kubectl-edit'],
    [['spec', 'paused'], '.spec.paused', undefined],
  ] as const) {
    it(`of ${words} is ${manager ?? 'nobody'}`, () => {
      const { path: place, writer } = placeField(web, path);
      assert.equal(place, words);
      assert.equal(writer?.manager, manager);
    });
  }
});
