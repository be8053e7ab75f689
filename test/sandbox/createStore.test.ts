import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { createStore } from '../../src/sandbox/createStore.js';
import { StoreError } from '../../src/sandbox/store.js';
import type { StoreEvent, StoreErrorReason } from '../../src/sandbox/store.js';

const config = (name: string, data: Record<string, string> = {}, namespace = 'default'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});
const fails = (reason: StoreErrorReason) => (error: unknown) => error instanceof StoreError && error.reason === reason;
const names = (objects: readonly KubeObject[]) => objects.map((o) => o.metadata.name);

describe('sandbox/store', () => {
  it('gives uid, creationTimestamp and a growing resourceVersion', () => {
    const store = createStore({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678), uid: () => 'u' });
    const a = store.create('ConfigMap', config('a'));
    const b = store.create('ConfigMap', config('b'));
    assert.equal(a.metadata.creationTimestamp, '2026-01-02T03:04:05Z');
    assert.equal(a.metadata.uid, 'u');
    assert.ok(Number(b.metadata.resourceVersion) > Number(a.metadata.resourceVersion));
  });

  it('keeps the resourceVersion of an update that changes nothing, and refuses one from an old version', () => {
    const store = createStore();
    const first = store.create('ConfigMap', config('a'));
    assert.equal(store.update('ConfigMap', first), first);
    const second = store.update('ConfigMap', { ...first, data: { k: 'v' } });
    assert.throws(() => store.update('ConfigMap', { ...first, data: { k: 'w' } }), fails('Conflict'));
    assert.equal(store.get('ConfigMap', 'default', 'a'), second);
    assert.throws(() => store.create('ConfigMap', config('a')), fails('AlreadyExists'));
    assert.throws(() => store.update('ConfigMap', config('z')), fails('NotFound'));
  });

  it('removes only what the preconditions describe', () => {
    const store = createStore();
    const { uid, resourceVersion } = store.create('ConfigMap', config('a')).metadata;
    assert.throws(() => store.remove('ConfigMap', 'default', 'a', { uid: 'other' }), fails('Conflict'));
    assert.throws(() => store.remove('ConfigMap', 'default', 'a', { resourceVersion: '1' }), fails('Conflict'));
    const last = store.remove('ConfigMap', 'default', 'a', { uid: uid!, resourceVersion: resourceVersion! });
    assert.equal(last.metadata.resourceVersion, String(store.revision()));
    assert.throws(() => store.remove('ConfigMap', 'default', 'a'), fails('NotFound'));
  });

  it('lists by namespace and name, and as things were at an earlier revision', () => {
    const store = createStore();
    for (const [name, space] of [
      ['b', 'two'],
      ['a', 'two'],
      ['z', 'one'],
    ] as const) {
      store.create('ConfigMap', config(name, {}, space));
    }
    const then = store.revision();
    store.remove('ConfigMap', 'two', 'a');
    store.create('ConfigMap', config('c', {}, 'two'));
    const b = store.get('ConfigMap', 'two', 'b')!;
    store.update('ConfigMap', { ...b, data: { k: 'new' } });
    assert.deepEqual(names(store.list('ConfigMap')), ['z', 'b', 'c']);
    assert.deepEqual(names(store.list('ConfigMap', { at: then })), ['z', 'a', 'b']);
    assert.deepEqual(store.list('ConfigMap', { at: then, namespace: 'two' })[1], b);
    store.compact();
    assert.throws(() => store.list('ConfigMap', { at: then }), fails('Expired'));
  });

  it('hands out changes in order, from the log and then as they come', () => {
    const store = createStore();
    const from = store.revision();
    const a = store.create('ConfigMap', config('a'));
    const seen: string[] = [];
    const all: string[] = [];
    const stop = store.watch('ConfigMap', from, (e) => seen.push(`${e.type} ${e.object.metadata.name}`));
    store.watch(undefined, from, (e) => all.push(e.kind));
    store.update('ConfigMap', { ...a, data: { k: 'v' } });
    store.create('Secret', { ...config('s'), kind: 'Secret' });
    store.remove('ConfigMap', 'default', 'a');
    stop();
    store.create('ConfigMap', config('late'));
    assert.deepEqual(seen, ['ADDED a', 'MODIFIED a', 'DELETED a']);
    assert.deepEqual(all, ['ConfigMap', 'ConfigMap', 'Secret', 'ConfigMap', 'ConfigMap']);
  });

  it('lets a listener write: every listener sees every change once, in the order of the revisions', () => {
    const store = createStore();
    const log: StoreEvent[][] = [[], []];
    store.watch('ConfigMap', store.revision(), (event) => {
      log[0]!.push(event);
      if (event.object.metadata.name === 'a') store.create('ConfigMap', config('child'));
    });
    store.watch('ConfigMap', store.revision(), (event) => void log[1]!.push(event));
    store.create('ConfigMap', config('a'));
    for (const events of log)
      assert.deepEqual(
        events.map((e) => e.object.metadata.name),
        ['a', 'child'],
      );
  });

  it('answers Expired where its log does not reach', () => {
    const store = createStore({ logSize: 10 });
    const from = store.revision();
    for (let i = 0; i < 50; i++) store.create('ConfigMap', config(`c${i}`));
    assert.throws(() => store.watch('ConfigMap', from, () => undefined), fails('Expired'));
    let count = 0;
    store.watch('ConfigMap', store.revision() - 10, () => count++);
    assert.equal(count, 10);
  });

  it('comes back from a snapshot as it was, at the same revision', () => {
    const store = createStore();
    const a = store.create('ConfigMap', config('a'));
    const copy = createStore();
    copy.restore(structuredClone(store.snapshot()));
    assert.deepEqual(copy.get('ConfigMap', 'default', 'a'), a);
    assert.equal(copy.revision(), store.revision());
    assert.throws(() => copy.watch('ConfigMap', 1, () => undefined), fails('Expired'));
  });
});
