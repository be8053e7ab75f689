import assert from 'node:assert/strict';
import { stampConfigHashes } from '../../../src/engine/configs/configHash.js';
import { CONFIG_HASH_ANNOTATION } from '../../../src/objects/annotations.js';
import type { KubeObject } from '../../../src/objects/object.js';

const config = (name: string, value: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { key: value },
});

/** A workload whose container and pod have what the case says. */
const workload = (kind: string, container: object, pod: object = {}): KubeObject => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name: 'web', namespace: 'default' },
  spec: { template: { spec: { containers: [{ name: 'app', image: 'x', ...container }], ...pod } } },
});

/** The hash on the pod template, where the set's config `plain` has that value. */
function hashOf(reader: KubeObject, value: string): string | undefined {
  const set = [config('plain', value), config('cfg-2222222222', value), reader];
  const stamped = stampConfigHashes(set).at(-1)?.spec as {
    readonly template: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  };
  return stamped.template.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
}

const volume = { volumes: [{ name: 'v', configMap: { name: 'plain' } }] };
const mounted = (more: object) => ({ volumeMounts: [{ name: 'v', mountPath: '/etc/app', ...more }] });
const envFrom = (name: string) => ({ envFrom: [{ configMapRef: { name } }] });

// docs/decisions/0281: what a container reads at its start alone never follows a change; a whole volume does by itself.
const CASES: readonly (readonly [what: string, reader: KubeObject, isStamped: boolean])[] = [
  ['all of it as environment', workload('Deployment', envFrom('plain')), true],
  [
    'one key as environment',
    workload('StatefulSet', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'plain', key: 'key' } } }] }),
    true,
  ],
  ['a file by subPath', workload('DaemonSet', mounted({ subPath: 'key' }), volume), true],
  ['a file by subPathExpr', workload('Deployment', mounted({ subPathExpr: '$(A)' }), volume), true],
  ['as environment and as a volume', workload('Deployment', { ...envFrom('plain'), ...mounted({}) }, volume), true],
  ['a whole volume', workload('Deployment', mounted({}), volume), false],
  ['a generated name, which changes by itself', workload('Deployment', envFrom('cfg-2222222222')), false],
  ['a config that is not of the set', workload('Deployment', envFrom('elsewhere')), false],
  ['a Job, which cannot be changed', workload('Job', envFrom('plain')), false],
];

describe('stampConfigHashes', () => {
  for (const [what, reader, isStamped] of CASES) {
    it(`${isStamped ? 'stamps' : 'does not stamp'} what reads ${what}`, () => {
      const [before, after] = [hashOf(reader, 'blue'), hashOf(reader, 'red')];
      if (!isStamped) {
        assert.deepEqual([before, after], [undefined, undefined]);
        return;
      }
      assert.match(before ?? '', /^[0-9a-f]{16}$/);
      assert.notEqual(after, before);
      assert.equal(hashOf(reader, 'blue'), before);
    });
  }
});
