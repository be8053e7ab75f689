import assert from 'node:assert/strict';
import { projectUses, usesWithout } from '../../../src/engine/uses/projection.js';
import { indexUses, useKey } from '../../../src/engine/uses/uses.js';
import { idOf, keyOf, type KubeObject, type ObjectId } from '../../../src/objects/object.js';

const OLD: ObjectId = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'cfg-2222222222' };
const NEW: ObjectId = { ...OLD, name: 'cfg-4444444444' };

const template = (config: ObjectId): object => ({
  spec: { containers: [{ name: 'app', envFrom: [{ configMapRef: { name: config.name } }] }] },
});

function workload(kind: string, config: ObjectId, spec: object = {}): KubeObject {
  const metadata = { name: 'web', namespace: 'shop', uid: 'uid-web' };
  if (kind === 'CronJob')
    return { apiVersion: 'batch/v1', kind, metadata, spec: { jobTemplate: { spec: { template: template(config) } } } };
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata,
    spec: { ...spec, template: template(config) },
  };
}

function child(apiVersion: string, kind: string, name: string, owner: KubeObject, more: object): KubeObject {
  const { apiVersion: ownerVersion, kind: ownerKind, metadata } = owner;
  const reference = {
    apiVersion: ownerVersion,
    kind: ownerKind,
    name: metadata.name,
    uid: metadata.uid!,
    controller: true,
  };
  return {
    apiVersion,
    kind,
    ...more,
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, ownerReferences: [reference] },
  };
}

function podOf(owner: KubeObject, config: ObjectId): KubeObject {
  return child('v1', 'Pod', 'web-0', owner, { spec: (template(config) as { spec: object }).spec });
}

/** The active uses of a config once `after` has rolled out over `live`. */
function usesAfter(
  config: ObjectId,
  live: readonly KubeObject[],
  after: readonly KubeObject[],
  deleted: readonly ObjectId[] = [],
) {
  const projected = usesWithout(
    projectUses(indexUses(live, [OLD, NEW]), { candidates: [OLD, NEW], after }),
    new Set(deleted.map(keyOf)),
  );
  return (projected.get(useKey(config)) ?? []).flatMap(({ words, active }) =>
    active ? [words] : [`${words} (inactive)`],
  );
}

describe('projectUses', () => {
  for (const [kind, spec, stays] of [
    ['Deployment', {}, false],
    ['Deployment', { paused: true }, true],
    ['StatefulSet', {}, false],
    ['StatefulSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } }, false],
    ['StatefulSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }, true],
    ['StatefulSet', { updateStrategy: { type: 'OnDelete' } }, true],
    ['DaemonSet', {}, false],
    ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }, true],
  ] as const) {
    it(`the pods of a ${kind} ${JSON.stringify(spec)} ${stays ? 'stay on' : 'leave'} the old config`, () => {
      const live = workload(kind, OLD);
      const pod = podOf(live, OLD);
      const uses = usesAfter(OLD, [live, pod], [workload(kind, NEW, spec)]);
      assert.deepEqual(uses, stays ? [`Pod/web-0 of ${kind}/web`] : []);
      assert.deepEqual(usesAfter(NEW, [live, pod], [workload(kind, NEW, spec)]), [`${kind}/web`]);
    });
  }

  it('the Jobs of a CronJob go on with what they have', () => {
    const cron = workload('CronJob', OLD);
    const job = child('batch/v1', 'Job', 'web-1', cron, { spec: { template: template(OLD) } });
    assert.deepEqual(usesAfter(OLD, [cron, job], [workload('CronJob', NEW)]), ['Job/web-1 of CronJob/web']);
  });

  it('a ReplicaSet of an old revision is what can be gone back to', () => {
    const live = workload('Deployment', OLD);
    const set = child('apps/v1', 'ReplicaSet', 'web-1', live, { spec: { replicas: 2, template: template(OLD) } });
    const revised = {
      ...set,
      metadata: { ...set.metadata, annotations: { 'deployment.kubernetes.io/revision': '3' } },
    };
    assert.deepEqual(usesAfter(OLD, [live, revised], [workload('Deployment', NEW)]), [
      'ReplicaSet/web-1 of Deployment/web, revision 3 (inactive)',
    ]);
  });

  it('who is not part of the set keeps what it uses', () => {
    const other = { ...workload('Deployment', OLD), metadata: { name: 'other', namespace: 'shop', uid: 'o' } };
    assert.deepEqual(usesAfter(OLD, [other], [workload('Deployment', NEW)]), ['Deployment/other']);
  });

  it('a workload that the same run deletes, and its pods, use nothing any more', () => {
    const live = workload('Deployment', OLD);
    assert.deepEqual(usesAfter(OLD, [live, podOf(live, OLD)], [], [idOf(live)]), []);
  });

  it('an unchanged workload uses what it used', () => {
    const live = workload('Deployment', OLD);
    assert.deepEqual(usesAfter(OLD, [live, podOf(live, OLD)], [live]), ['Deployment/web']);
  });

  describe('a custom resource of the set', () => {
    const gadget = (from: string): KubeObject => ({
      apiVersion: 'shop.example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'g', namespace: 'shop' },
      spec: { from },
    });

    it('that names the old config still, uses it still', () => {
      assert.deepEqual(usesAfter(OLD, [gadget(OLD.name)], [gadget(OLD.name)]), ['Gadget/g']);
    });

    it('that is changed to name another, uses that one', () => {
      assert.deepEqual(usesAfter(OLD, [gadget(OLD.name)], [gadget(NEW.name)]), []);
      assert.deepEqual(usesAfter(NEW, [gadget(OLD.name)], [gadget(NEW.name)]), ['Gadget/g']);
    });

    it('that is created, uses what it names', () => {
      assert.deepEqual(usesAfter(OLD, [], [gadget(OLD.name)]), ['Gadget/g']);
    });
  });

  it('a ConfigMap of the set that mentions the name uses it', () => {
    const note: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'note', namespace: 'shop' },
      data: { was: OLD.name },
    };
    assert.deepEqual(usesAfter(OLD, [], [note]), ['ConfigMap/note']);
  });
});
