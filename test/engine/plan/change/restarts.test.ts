import assert from 'node:assert/strict';
import { restartOf } from '../../../../src/engine/plan/change/restarts.js';
import type { KubeObject } from '../../../../src/objects/object.js';
import { change } from '../../../ui/recordedRuns.js';

const CASES: readonly {
  readonly name: string;
  readonly kind: string;
  readonly live: Record<string, unknown>;
  readonly after?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
  readonly action?: 'create' | 'configure' | 'recreate' | 'unchanged';
  readonly image?: string;
  readonly restarts: { readonly pods: number; readonly atOnce: boolean } | undefined;
}[] = [
  { name: 'a new template', kind: 'Deployment', live: { replicas: 3 }, restarts: { pods: 3, atOnce: false } },
  { name: 'no replicas named: one', kind: 'Deployment', live: {}, restarts: { pods: 1, atOnce: false } },
  {
    name: 'only scaled',
    kind: 'Deployment',
    live: { replicas: 3 },
    after: { replicas: 5 },
    image: 'a',
    restarts: undefined,
  },
  {
    name: 'scaled down as well',
    kind: 'Deployment',
    live: { replicas: 5 },
    after: { replicas: 3 },
    restarts: { pods: 3, atOnce: false },
  },
  { name: 'scaled to zero', kind: 'Deployment', live: { replicas: 0 }, restarts: undefined },
  { name: 'paused', kind: 'Deployment', live: { replicas: 3, paused: true }, restarts: undefined },
  {
    name: 'Recreate',
    kind: 'Deployment',
    live: { replicas: 3, strategy: { type: 'Recreate' } },
    restarts: { pods: 3, atOnce: true },
  },
  {
    name: 'deleted and created, and another selector',
    kind: 'Deployment',
    live: { replicas: 2, selector: { matchLabels: { app: 'web' } } },
    after: { selector: { matchLabels: { app: 'shop' } } },
    image: 'a',
    action: 'recreate',
    restarts: { pods: 2, atOnce: true },
  },
  {
    name: 'deleted and created with another selector, which OnDelete does not hold up',
    kind: 'StatefulSet',
    live: { replicas: 3, selector: { matchLabels: { app: 'web' } }, updateStrategy: { type: 'OnDelete' } },
    after: { selector: { matchLabels: { app: 'shop' } } },
    image: 'a',
    action: 'recreate',
    restarts: { pods: 3, atOnce: true },
  },
  {
    name: 'deleted and created, and the pods adopted',
    kind: 'StatefulSet',
    live: { replicas: 3, selector: { matchLabels: { app: 'web' } }, podManagementPolicy: 'OrderedReady' },
    after: { podManagementPolicy: 'Parallel' },
    image: 'a',
    action: 'recreate',
    restarts: undefined,
  },
  {
    name: 'deleted and created, the pods adopted and rolled over',
    kind: 'StatefulSet',
    live: { replicas: 3, selector: { matchLabels: { app: 'web' } }, podManagementPolicy: 'OrderedReady' },
    after: { podManagementPolicy: 'Parallel' },
    action: 'recreate',
    restarts: { pods: 3, atOnce: false },
  },
  { name: 'new', kind: 'Deployment', live: { replicas: 2 }, action: 'create', restarts: undefined },
  {
    name: 'a partition',
    kind: 'StatefulSet',
    live: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
    restarts: { pods: 1, atOnce: false },
  },
  {
    name: 'OnDelete',
    kind: 'StatefulSet',
    live: { replicas: 3, updateStrategy: { type: 'OnDelete' } },
    restarts: undefined,
  },
  {
    name: 'one on each node',
    kind: 'DaemonSet',
    live: {},
    status: { desiredNumberScheduled: 4 },
    restarts: { pods: 4, atOnce: false },
  },
  {
    name: 'OnDelete of a DaemonSet',
    kind: 'DaemonSet',
    live: { updateStrategy: { type: 'OnDelete' } },
    status: { desiredNumberScheduled: 4 },
    restarts: undefined,
  },
  { name: 'a CronJob starts pods by itself', kind: 'CronJob', live: { replicas: 3 }, restarts: undefined },
];

describe('restartOf', () => {
  for (const { name, kind, live, after, status, action = 'configure', image = 'b', restarts } of CASES) {
    it(`${kind}: ${name}`, () => {
      const object = (spec: Record<string, unknown>, tag: string) =>
        ({
          apiVersion: 'apps/v1',
          kind,
          metadata: { name: 'web' },
          spec: { ...spec, template: { spec: { containers: [{ name: 'app', image: tag }] } } },
          status,
        }) as unknown as KubeObject;
      const { member } = change(`${kind}/web`, action);
      const planned = change(`${kind}/web`, action, {
        member: { ...member, id: { group: 'apps', kind, namespace: 'shop', name: 'web' } },
        live: action === 'create' ? undefined : object(live, 'a'),
        after: object({ ...live, ...after }, image),
      });
      assert.deepEqual(restartOf(planned), restarts);
    });
  }
});
