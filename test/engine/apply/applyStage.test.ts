import assert from 'node:assert/strict';
import { applyStage } from '../../../src/engine/apply/applyStage.js';
import type { Event } from '../../../src/engine/run/events.js';
import type { Applied, Change, ChangeAction } from '../../../src/engine/plan/member.js';
import { EXIT, KapplyError } from '../../../src/errors.js';
import { LAST_APPLIED_ANNOTATION } from '../../../src/objects/annotations.js';
import { idOf, type KubeObject } from '../../../src/objects/object.js';
import { addressOf, fakeCluster, forbidden, type FakeCluster } from '../fakeCluster.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');

function config(name: string, data: Record<string, string> = { a: '1' }): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data };
}

function change(action: ChangeAction, desired: KubeObject, live?: KubeObject): Change {
  const { resource } = addressOf(desired);
  const rendered = { object: desired, origin: { file: 'all.yaml' }, generated: false };
  return {
    member: { id: idOf(desired), object: desired, resource, rendered, pendingKind: false },
    action,
    replaces: action === 'create' ? 'earlier' : undefined,
    validated: true,
    live,
    desired,
    after: live ?? desired,
    changed: [],
    takesOver: [],
    notes: [],
  };
}

interface Outcome {
  readonly results: readonly Applied[];
  /** `ConfigMap/a created`, with the code and message of a failure. */
  readonly outcomes: readonly string[];
}

async function apply(
  cluster: FakeCluster,
  changes: readonly Change[],
  signal = new AbortController().signal,
): Promise<Outcome> {
  let now = NOW;
  const events: Event[] = [];
  const results = await applyStage(changes, {
    cluster,
    emit: (event) => events.push(event),
    signal,
    now: () => (now += 20_000),
    fieldManager: 'kapply',
    forceConflicts: false,
    takeOverManagers: [],
    timeoutMs: 60_000,
    discovery: { resources: [], failures: [] },
  });
  const outcomes = events.flatMap((event) =>
    event.type === 'applied'
      ? [[event.id.name, event.outcome, event.failure?.code, event.failure?.message].filter(Boolean).join(' ')]
      : [],
  );
  return { results, outcomes: outcomes.sort() };
}

describe('applyStage', () => {
  it('creates, changes, and sends nothing for what is unchanged', async () => {
    const cluster = fakeCluster();
    await cluster.apply(addressOf(config('b')), config('b'), { fieldManager: 'kapply' });
    await cluster.apply(addressOf(config('c')), config('c'), { fieldManager: 'kapply' });
    const [b, c] = [cluster.find('ConfigMap', 'b'), cluster.find('ConfigMap', 'c')];
    cluster.log.length = 0;
    const { outcomes, results } = await apply(cluster, [
      change('create', config('a')),
      change('configure', config('b', { a: '2' }), b),
      change('unchanged', config('c'), c),
    ]);
    assert.deepEqual(outcomes, ['a created', 'b configured', 'c unchanged']);
    assert.deepEqual(cluster.log.sort(), ['apply configmaps shop/a', 'apply configmaps shop/b']);
    assert.deepEqual(
      results.map(({ object }) => object?.metadata.uid),
      ['a', 'b', 'c'].map((name) => cluster.find('ConfigMap', name)?.metadata.uid),
    );
  });

  it('says what really happened where another run was there first', async () => {
    const cluster = fakeCluster();
    await cluster.apply(addressOf(config('a')), config('a'), { fieldManager: 'kapply' });
    const live = cluster.find('ConfigMap', 'a');
    await cluster.apply(addressOf(config('a')), config('a', { a: '2' }), { fieldManager: 'kapply' });
    const now = cluster.find('ConfigMap', 'a')!;
    const same = await apply(cluster, [change('configure', config('a', { a: '2' }), now)]);
    assert.deepEqual(same.outcomes, ['a unchanged']);
    cluster.drop(now);
    const again = await apply(cluster, [change('configure', config('a', { a: '2' }), live)]);
    assert.deepEqual(again.outcomes, ['a created']);
  });

  it('does not let a refused object stop its neighbours', async () => {
    const cluster = fakeCluster({
      react: ({ name }) => {
        if (name === 'a') throw forbidden('configmaps "a"');
      },
    });
    const { outcomes, results } = await apply(cluster, [change('create', config('a')), change('create', config('b'))]);
    assert.deepEqual(outcomes, ['a failed Forbidden ConfigMap/a: configmaps "a" is forbidden', 'b created']);
    assert.deepEqual(
      results.map(({ object }) => object?.metadata.name),
      [undefined, 'b'],
    );
  });

  it('ends the run when the server is lost', async () => {
    const lost = new KapplyError('Unreachable', 'gone', EXIT.unreachable);
    const cluster = fakeCluster({
      react: () => {
        throw lost;
      },
    });
    await assert.rejects(apply(cluster, [change('create', config('a'))]), lost);
  });

  // A server applies to an object that is being deleted without a word (seen): what was applied goes with it.
  it('does not call applied what is being deleted', async () => {
    const going: KubeObject = {
      ...config('a'),
      metadata: { ...config('a').metadata, finalizers: ['x.example.com/y'] },
    };
    const cluster = fakeCluster({ objects: [going] });
    const live = cluster.find('ConfigMap', 'a')!;
    await cluster.remove(addressOf(live));
    const { outcomes, results } = await apply(cluster, [change('configure', config('a', { b: '2' }), live)]);
    assert.deepEqual(outcomes, ['a failed Terminating ConfigMap/a is being deleted, and waits for x.example.com/y']);
    assert.deepEqual(
      results.map(({ object }) => object),
      [undefined],
    );
  });

  describe('recreate', () => {
    it('deletes the object by its UID, waits until it is gone, and creates it anew', async () => {
      const cluster = fakeCluster({ objects: [config('a')] });
      const live = cluster.find('ConfigMap', 'a')!;
      const { outcomes } = await apply(cluster, [change('recreate', config('a', { b: '2' }), live)]);
      assert.deepEqual(outcomes, ['a recreated']);
      const now = cluster.find('ConfigMap', 'a')!;
      assert.notEqual(now.metadata.uid, live.metadata.uid);
      assert.deepEqual(now.data, { b: '2' });
    });

    it('fails when the old one does not go, and applies nothing to it', async () => {
      const held: KubeObject = {
        ...config('a'),
        metadata: { ...config('a').metadata, finalizers: ['x.example.com/y'] },
      };
      const cluster = fakeCluster({ objects: [held] });
      const live = cluster.find('ConfigMap', 'a')!;
      const { outcomes } = await apply(cluster, [change('recreate', config('a', { b: '2' }), live)]);
      assert.deepEqual(outcomes, ['a failed Terminating ConfigMap/a is being deleted, and waits for x.example.com/y']);
      assert.equal(
        cluster.log.some((line) => line.startsWith('apply')),
        false,
      );
    });
  });

  describe('take-over', () => {
    const live = (): KubeObject => ({
      ...config('a', { a: '1', old: '1' }),
      metadata: {
        name: 'a',
        namespace: 'shop',
        annotations: { [LAST_APPLIED_ANNOTATION]: '{}' },
        managedFields: [
          {
            manager: 'kubectl-client-side-apply',
            operation: 'Update',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: {
              'f:data': { '.': {}, 'f:a': {}, 'f:old': {} },
              'f:metadata': { 'f:annotations': { '.': {}, [`f:${LAST_APPLIED_ANNOTATION}`]: {} } },
            },
          },
        ],
      },
    });

    it('lets go what left the manifest, and the last-applied annotation', async () => {
      const cluster = fakeCluster({ objects: [live()] });
      const { outcomes } = await apply(cluster, [change('configure', config('a'), cluster.find('ConfigMap', 'a'))]);
      assert.deepEqual(outcomes, ['a configured']);
      const after = cluster.find('ConfigMap', 'a')!;
      assert.deepEqual(after.data, { a: '1' });
      assert.equal(after.metadata.annotations, undefined);
    });

    it('reads again when the object has moved', async () => {
      const cluster = fakeCluster({ objects: [live()] });
      const planned = cluster.find('ConfigMap', 'a')!;
      cluster.put({ ...planned, metadata: { ...planned.metadata, labels: { touched: 'yes' } } });
      const { outcomes } = await apply(cluster, [change('configure', config('a'), planned)]);
      assert.deepEqual(outcomes, ['a configured']);
      assert.deepEqual(cluster.find('ConfigMap', 'a')?.data, { a: '1' });
    });

    it('gives up on an object that moves all the time', async () => {
      const cluster = fakeCluster({
        objects: [live()],
        react: ({ verb }) => {
          if (verb !== 'patch') return;
          const now = cluster.find('ConfigMap', 'a')!;
          cluster.put({ ...now, metadata: { ...now.metadata, labels: { at: String(cluster.requests) } } });
        },
      });
      const { outcomes } = await apply(cluster, [change('configure', config('a'), cluster.find('ConfigMap', 'a'))]);
      assert.equal(outcomes.length, 1);
      assert.match(outcomes[0]!, /^a failed Conflict/);
    });

    it('creates what was deleted meanwhile', async () => {
      const cluster = fakeCluster({ objects: [live()] });
      const planned = cluster.find('ConfigMap', 'a')!;
      cluster.drop(planned);
      const { outcomes } = await apply(cluster, [change('configure', config('a'), planned)]);
      assert.deepEqual(outcomes, ['a created']);
    });
  });
});
