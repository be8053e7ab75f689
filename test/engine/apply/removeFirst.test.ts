import assert from 'node:assert/strict';
import { removeFirst } from '../../../src/engine/apply/removeFirst.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { addressOf, fakeCluster, forbidden } from '../fakeCluster.js';

const LABELS = { 'batch.kubernetes.io/controller-uid': 'u' };

function job(status: object, spec: object = {}): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace: 'shop' },
    spec: { selector: { matchLabels: LABELS }, ...spec },
    status,
  };
}

function pod(state: object, restartCount = 0): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'migrate-x', namespace: 'shop', labels: LABELS },
    status: { containerStatuses: [{ name: 'c', restartCount, state }] },
  };
}

describe('removeFirst', () => {
  const ended = (type: string) => ({ failed: 1, conditions: [{ type, status: 'True' }] });
  const jobs: { name: string; status: object; spec?: object; pod?: KubeObject; waits: boolean }[] = [
    { name: 'a running pod', status: { active: 1, ready: 1 }, waits: true },
    { name: 'a pod that failed and no other yet', status: { failed: 1 }, waits: true },
    { name: 'a pod that failed and another that starts', status: { failed: 1, active: 1, ready: 0 }, waits: true },
    { name: 'one of several completions', status: { succeeded: 1 }, waits: true },
    { name: 'pods that end', status: { active: 0, terminating: 1 }, waits: true },
    {
      name: 'the end nearly said',
      status: { failed: 1, conditions: [{ type: 'FailureTarget', status: 'True' }] },
      waits: true,
    },
    {
      name: 'a container between two starts',
      status: { active: 1, ready: 0 },
      pod: pod({ waiting: {} }, 1),
      waits: true,
    },
    { name: 'a container that runs and is not ready', status: { active: 1 }, pod: pod({ running: {} }), waits: true },
    {
      name: 'a pod that waits for its image',
      status: { active: 1, ready: 0 },
      pod: pod({ waiting: {} }),
      waits: false,
    },
    { name: 'no pod yet', status: {}, waits: false },
    { name: 'Complete', status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] }, waits: false },
    { name: 'Failed', status: ended('Failed'), waits: false },
    { name: 'suspended after a failure', status: { failed: 1 }, spec: { suspend: true }, waits: false },
  ];
  for (const { name, status, spec, pod: running, waits } of jobs) {
    it(`${waits ? 'waits for' : 'deletes'} a Job with ${name}`, async () => {
      const live = job(status, spec);
      const cluster = fakeCluster({ objects: running === undefined ? [live] : [live, running] });
      const found = cluster.find('Job', 'migrate')!;
      const { signal } = new AbortController();
      const options = { cluster, signal, now: () => 0, timeoutMs: 0 };
      const left = await removeFirst(addressOf(live), found, live, options);
      assert.equal(left !== undefined, waits);
      assert.equal(cluster.find('Job', 'migrate') !== undefined, waits);
    });
  }

  it('waits for a Job whose pods it may not read', async () => {
    const live = job({ active: 1, ready: 0 });
    const cluster = fakeCluster({
      objects: [live],
      react: ({ resource }) => {
        if (resource?.kind === 'Pod') throw forbidden('pods');
      },
    });
    const { signal } = new AbortController();
    const options = { cluster, signal, now: () => 0, timeoutMs: 0 };
    assert.ok((await removeFirst(addressOf(live), cluster.find('Job', 'migrate'), live, options)) !== undefined);
  });
});
