import assert from 'node:assert/strict';
import { mergeFields } from '../../../../src/engine/plan/change/mergeFields.js';
import { entryOf } from '../../../../src/engine/plan/change/managerEntry.js';
import type { KubeObject } from '../../../../src/objects/object.js';
import { parseFieldsV1 } from '../../../../src/patch/apply/fieldsV1.js';
import { addressOf, fakeCluster } from '../../fakeCluster.js';

const deployment = (podSpec: object, spec: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { ...spec, template: { spec: podSpec } },
});
const app = (fields: object): object => ({ name: 'app', image: 'i', ...fields });

/** What is there, and what is applied over it. */
const CASES: readonly (readonly [string, KubeObject, KubeObject])[] = [
  ['a field', deployment({ containers: [app({})] }), deployment({ containers: [app({ image: 'j' })] })],
  [
    'items of a list with keys, in the applied order',
    deployment({
      containers: [
        app({
          env: [
            { name: 'B', value: '1' },
            { name: 'C', value: '1' },
          ],
        }),
      ],
    }),
    deployment({
      containers: [
        app({
          env: [
            { name: 'A', value: '2' },
            { name: 'B', value: '2' },
          ],
        }),
      ],
    }),
  ],
  [
    'a container of others, which stays',
    deployment({ containers: [app({}), { name: 'side', image: 's' }] }),
    deployment({ containers: [app({ image: 'j' })] }),
  ],
  [
    'one port under two protocols',
    deployment({ containers: [app({ ports: [{ containerPort: 53, protocol: 'UDP' }] })] }),
    deployment({
      containers: [
        app({
          ports: [
            { containerPort: 53, protocol: 'TCP', name: 'tcp' },
            { containerPort: 53, protocol: 'UDP', name: 'udp' },
          ],
        }),
      ],
    }),
  ],
  [
    'a list that is one value',
    deployment({ containers: [app({ command: ['a', 'b'] })] }),
    deployment({ containers: [app({ command: ['c'] })] }),
  ],
  [
    'an empty map, which takes nothing from others',
    deployment({ containers: [app({})], volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi' } }] }),
    deployment({ containers: [app({})], volumes: [{ name: 'v', emptyDir: {} }] }),
  ],
  [
    'a map of others',
    deployment({ containers: [app({})], nodeSelector: { a: '1' } }),
    deployment({ containers: [app({})], nodeSelector: { b: '1' } }),
  ],
];

describe('mergeFields', () => {
  for (const [name, live, desired] of CASES) {
    it(`merges as server-side apply does: ${name}`, async () => {
      const cluster = fakeCluster({ objects: [live] });
      const before = cluster.find('Deployment', 'web')!;
      const options = { fieldManager: 'kapply', force: true, dryRun: true };
      const served = await cluster.apply(addressOf(before), desired, options);
      const merged = mergeFields(before, desired, parseFieldsV1(entryOf(served, 'kapply')!.fieldsV1));
      assert.deepEqual(merged.spec, served.spec);
      assert.deepEqual(merged.metadata, before.metadata);
    });
  }
});
