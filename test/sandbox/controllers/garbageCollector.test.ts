import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/objects/object.js';
import { controllerReference } from '../../../src/sandbox/controllers/owners.js';
import { type Simulated, simulate } from './simulated.js';

describe('garbageCollector', () => {
  let cluster: Simulated;
  let owner: KubeObject;
  beforeEach(async () => {
    cluster = await simulate();
    owner = config('owner', []);
  });

  const config = (name: string, owners: readonly KubeObject[], finalizers: readonly string[] = []): KubeObject =>
    cluster.client.create('ConfigMap', {
      metadata: { name, namespace: 'default', ownerReferences: owners.map(controllerReference), finalizers },
    });
  const get = (name: string) => cluster.client.get('ConfigMap', 'default', name);

  it('deletes what lost its only owner, and what that one owned', () => {
    const child = config('child', [owner]);
    config('grandchild', [child]);
    cluster.pass();
    cluster.client.remove('ConfigMap', owner);
    cluster.pass();
    assert.deepEqual([get('child'), get('grandchild')], [undefined, undefined]);
  });

  it('keeps what has another owner', () => {
    const other = config('other', []);
    cluster.client.create('ConfigMap', {
      metadata: {
        name: 'child',
        namespace: 'default',
        ownerReferences: [controllerReference(owner), { ...controllerReference(other), controller: false }],
      },
    });
    cluster.client.remove('ConfigMap', owner);
    cluster.pass();
    assert.ok(get('child'));
  });

  it('deletes what names an owner that is not there', () => {
    config('child', [{ ...owner, metadata: { ...owner.metadata, uid: 'never' } }]);
    cluster.pass();
    assert.equal(get('child'), undefined);
  });

  it('lets an owner go after its dependents in the foreground', () => {
    config('child', [owner], ['example.com/held']);
    cluster.pass();
    cluster.client.remove('ConfigMap', owner, { propagation: 'Foreground' });
    cluster.pass();
    assert.notEqual(get('child')?.metadata.deletionTimestamp, undefined);
    assert.deepEqual(get('owner')?.metadata.finalizers, ['foregroundDeletion']);
    const child = get('child')!;
    cluster.client.update('ConfigMap', {
      ...child,
      metadata: {
        ...child.metadata,
        finalizers: (child.metadata.finalizers ?? []).filter((f) => f === 'foregroundDeletion'),
      },
    });
    cluster.pass();
    assert.deepEqual([get('child'), get('owner')], [undefined, undefined]);
  });

  it('leaves orphans without their owner', () => {
    config('child', [owner]);
    cluster.pass();
    cluster.client.remove('ConfigMap', owner, { propagation: 'Orphan' });
    cluster.pass();
    assert.equal(get('owner'), undefined);
    assert.deepEqual(get('child')?.metadata.ownerReferences ?? [], []);
  });
});
