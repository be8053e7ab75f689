import assert from 'node:assert/strict';
import { containersWithNewImage } from '../../../src/engine/rollout/newImages.js';
import { statusOf, type Seen, type Target } from '../../../src/engine/rollout/statusOf.js';
import { idOf, type KubeObject, type ManagedFieldsEntry } from '../../../src/objects/object.js';

const SINCE = Date.parse('2026-01-01T12:00:00Z');
const OPTIONS = { since: SINCE, fieldManager: 'kapply' };

const NOTHING: Pick<Seen, 'pods' | 'replicaSets'> = { pods: [], replicaSets: [] };

function say(applied: KubeObject, seen: Partial<Seen> & Pick<Seen, 'object'>, more: Partial<Target> = {}): string {
  const status = statusOf({ id: idOf(applied), applied, ...more }, { ...NOTHING, ...seen }, OPTIONS);
  return `${status.status}: ${status.message}${status.remedy === undefined ? '' : ` (${status.remedy.join(' ')})`}`;
}

const job = (status?: object, spec: object = { ttlSecondsAfterFinished: 0 }, metadata: object = {}): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate', namespace: 'shop', uid: 'j', ...metadata },
  spec,
  ...(status !== undefined && { status }),
});
const condition = (type: string, reason: string): object => ({ conditions: [{ type, status: 'True', reason }] });

describe('statusOf', () => {
  describe('a Job that its ttlSecondsAfterFinished removed', () => {
    for (const [name, last, expected] of [
      [
        'after it completed',
        job(condition('Complete', 'CompletionsReached')),
        'Current: finished, and removed by its ttlSecondsAfterFinished',
      ],
      ['before anybody saw how it ended', undefined, 'Current: finished, and removed by its ttlSecondsAfterFinished'],
      [
        'after it failed',
        job(condition('Failed', 'BackoffLimitExceeded')),
        'Failed: BackoffLimitExceeded, and removed by its ttlSecondsAfterFinished',
      ],
    ] as const) {
      it(`is judged by how it ended: ${name}`, () => assert.equal(say(job(), { object: undefined, last }), expected));
    }

    it('is done while it goes', () => {
      const going = job(condition('Complete', 'CompletionsReached'), undefined, {
        deletionTimestamp: '2026-01-01T12:00:05Z',
      });
      assert.match(say(job(), { object: going }), /^Current: Complete/);
    });

    it('is another matter without a ttlSecondsAfterFinished', () => {
      const plain = job(condition('Complete', 'CompletionsReached'), {});
      assert.equal(say(plain, { object: undefined, last: plain }), 'Failed: was deleted by someone else');
    });
  });

  describe('an object that is not to be waited for', () => {
    it('is Current whatever it is', () => {
      const applied = job({ active: 1 }, {}, { annotations: { 'kapply.dev/wait': 'disabled' } });
      assert.equal(say(applied, { object: applied }), 'Current: not waited for (kapply.dev/wait)');
    });

    it('has to be marked with a value that says so', () => {
      const applied = job({ active: 1 }, {}, { annotations: { 'kapply.dev/wait': 'enabled' } });
      assert.match(say(applied, { object: applied }), /^InProgress/);
    });
  });

  describe('a StatefulSet that waits for a pod of an earlier revision', () => {
    const set = (spec: object = {}): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'shop', uid: 's' },
      spec: { replicas: 2, ...spec },
      status: { observedGeneration: 1, replicas: 2, readyReplicas: 1, currentRevision: 'a', updateRevision: 'c' },
    });
    const pod = (revision: string, status: object, metadata: object = {}): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'db-1',
        namespace: 'shop',
        labels: { 'controller-revision-hash': revision },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 's', controller: true }],
        ...metadata,
      },
      status,
    });
    const pulling = {
      phase: 'Pending',
      containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } }],
    };

    it('names the pod, its cause, and the command that frees it', () => {
      assert.equal(
        say(set(), { object: set(), pods: [pod('b', pulling)] }),
        'InProgress: 1 of 2 pods ready: container app: ImagePullBackOff: pod db-1 of an earlier revision blocks the rollout: container app: ImagePullBackOff: not found (delete pod db-1)',
      );
    });

    for (const [name, spec, one] of [
      ['a pod that is ready', {}, pod('b', { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] })],
      ['a pod that goes already', {}, pod('b', pulling, { deletionTimestamp: '2026-01-01T12:00:05Z' })],
      ['where pods are replaced side by side', { podManagementPolicy: 'Parallel' }, pod('b', pulling)],
      ['a pod of another', {}, pod('b', pulling, { ownerReferences: [] })],
    ] as const) {
      it(`is not blocked by ${name}`, () => {
        assert.doesNotMatch(say(set(spec), { object: set(spec), pods: [one] }), /blocks/);
      });
    }
  });

  describe('an object that somebody changed since', () => {
    const fields = {
      'f:spec': {
        'f:replicas': {},
        'f:template': {
          'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
        },
      },
    };
    const entry = (
      manager: string,
      operation: 'Apply' | 'Update',
      time: string,
      more: object = {},
    ): ManagedFieldsEntry => ({
      manager,
      operation,
      apiVersion: 'apps/v1',
      time,
      fieldsV1: fields,
      ...more,
    });
    const deployment = (
      image: string,
      generation: number,
      managedFields: readonly ManagedFieldsEntry[],
      spec: object = {},
    ): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop', uid: 'd', generation, managedFields },
      spec: { replicas: 1, ...spec, template: { spec: { containers: [{ name: 'app', image }] } } },
      status: {
        observedGeneration: generation,
        replicas: 1,
        updatedReplicas: 1,
        availableReplicas: 1,
        readyReplicas: 1,
        conditions: [{ type: 'Available', status: 'True' }],
      },
    });
    const ours = entry('kapply', 'Apply', '2026-01-01T12:00:00Z');
    const applied = deployment('web:2', 2, [ours]);
    for (const [name, now, expected] of [
      [
        'kubectl rollout undo',
        deployment('web:1', 3, [ours, entry('kubectl', 'Update', '2026-01-01T12:00:09Z')]),
        /^Failed: superseded by kubectl \(rollout undo\)/,
      ],
      [
        'kubectl set image',
        deployment('web:3', 3, [ours, entry('kubectl-set', 'Update', '2026-01-01T12:00:09Z')]),
        /^Failed: superseded by kubectl-set/,
      ],
      [
        'another run',
        deployment('web:3', 3, [{ ...ours, time: '2026-01-01T12:00:09Z' }]),
        /^Failed: superseded by kapply/,
      ],
      [
        'a container that is gone',
        { ...deployment('web:2', 3, [ours]), spec: { template: { spec: { containers: [] } } } },
        /^Failed: superseded by somebody/,
      ],
      [
        'nothing but its number of pods',
        deployment('web:2', 3, [ours], { replicas: 4 }),
        /^InProgress: 1 of 4 pods created/,
      ],
      ['a field that we do not have', deployment('web:2', 3, [ours], { minReadySeconds: 3 }), /^Current/],
      ['nothing', applied, /^Current/],
    ] as const) {
      it(`is judged by what we applied: ${name}`, () => assert.match(say(applied, { object: now }), expected));
    }
  });

  it('does not take a status that counts no generations for the one after its change', () => {
    const rollout = (observedGeneration: string): KubeObject => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'web', namespace: 'shop', uid: 'r', generation: 2 },
      spec: { replicas: 1 },
      status: { observedGeneration, phase: 'Healthy', updatedReplicas: 1, availableReplicas: 1 },
    });
    const before = rollout('6c9f5d');
    assert.match(say(before, { object: before }, { moved: true }), /^InProgress: waiting for the controller/);
    assert.match(say(before, { object: rollout('77ab01') }, { moved: true }), /^Current/);
    assert.match(say(before, { object: before }, { moved: false }), /^Current/);
  });

  // helm/helm#12861: the Pod was Ready with its old image when the new one had been applied.
  it('does not take a Pod that still runs its old image for one that runs the new one', () => {
    const pod = (run: object, spec: object = {}): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop', uid: 'p', generation: 2 },
      spec: { containers: [{ name: 'app', image: 'web:2' }], ...spec },
      status: {
        phase: 'Running',
        observedGeneration: 2,
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [{ name: 'app', restartCount: 0, containerID: 'a', ...run }],
      },
    });
    const running = { state: { running: { startedAt: '2026-01-01T11:00:00Z' } } };
    const before = pod(running);
    const newImages = ['app'];
    const cases: readonly (readonly [now: KubeObject, given: Partial<Target>, expected: RegExp])[] = [
      [before, { newImages }, /^InProgress: waiting for the new image to start/],
      [pod({ ...running, containerID: 'b' }), { newImages }, /^Current/],
      [pod({ ...running, restartCount: 1 }), { newImages }, /^Current/],
      [pod({ state: { running: { startedAt: '2026-01-01T12:00:01Z' } } }), { newImages }, /^Current/],
      // Nothing was changed that starts it anew: a toleration, a label.
      [before, { newImages: [] }, /^Current/],
      [before, { newImages: ['other'] }, /^Current/],
    ];
    for (const [now, given, expected] of cases) assert.match(say(before, { object: now }, given), expected);
    // It waited for its image already: what it says now is of the new one as soon as the node has looked.
    const waiting = pod({ state: { waiting: { reason: 'ImagePullBackOff' } } });
    assert.doesNotMatch(say(waiting, { object: waiting }, { newImages }), /new image/);
    assert.deepEqual(containersWithNewImage(pod(running, { containers: [{ name: 'app', image: 'web:1' }] }), before), [
      'app',
    ]);
    assert.deepEqual(containersWithNewImage(pod(running), before), []);
    assert.deepEqual(containersWithNewImage(undefined, before), []);
    const another = { ...before, metadata: { ...before.metadata, uid: 'q' } };
    assert.deepEqual(containersWithNewImage(pod(running, { containers: [] }), another), []);
  });

  it('does not say that nothing serves while the controller counts ready pods, which are not seen yet', () => {
    const serving = (kind: string, status: object): object | undefined => {
      const spec = { replicas: 3, selector: { matchLabels: { app: 'web' } } };
      const metadata = { name: 'web', namespace: 'shop', uid: 'w', generation: 2 };
      const object = { apiVersion: 'apps/v1', kind, metadata, spec, status: { observedGeneration: 2, ...status } };
      const owner = { apiVersion: 'apps/v1', kind, name: 'web', uid: 'w', controller: true };
      const fresh = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', uid: 'x', ownerReferences: [owner] } };
      return statusOf({ id: idOf(object), applied: object }, { ...NOTHING, pods: [fresh], object }, OPTIONS).serving;
    };
    const revisions = { replicas: 3, currentRevision: 'a', updateRevision: 'b' };
    assert.equal(serving('StatefulSet', { ...revisions, readyReplicas: 3 }), undefined);
    const onNodes = { desiredNumberScheduled: 3 };
    assert.equal(serving('DaemonSet', { ...onNodes, numberReady: 3 }), undefined);
    assert.deepEqual(serving('DaemonSet', { ...onNodes, numberReady: 0 }), { new: 0, old: 0 });
    assert.deepEqual(serving('StatefulSet', revisions), { new: 0, old: 0 });
  });
});
