import assert from 'node:assert/strict';
import { makePlan } from '../../../src/engine/plan/makePlan.js';
import { SET_ANNOTATION } from '../../../src/objects/annotations.js';
import { changesOf } from '../../../src/engine/plan/plan.js';
import { PlanRefusedError } from '../../../src/engine/plan/refusals/refusal.js';
import { PLAN_DEFAULTS } from '../../../src/engine/run/defaults.js';
import type { PlanOptions } from '../../../src/engine/run/options.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, refusal, type FakeRequest } from '../fakeCluster.js';

const OPTIONS: PlanOptions = { ...PLAN_DEFAULTS, set: 'shop', namespace: 'shop' };

const config = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data: { a: name },
});
const generated = (name: string, labels?: Record<string, string>) => ({
  object: config(name, labels),
  origin: { file: 'kustomization.yaml' },
  generated: true,
});

const context = (cluster: ReturnType<typeof fakeCluster>) => ({
  cluster,
  signal: new AbortController().signal,
  now: Date.now,
});

describe('makePlan', () => {
  it('names the newest earlier revision that a generated config replaces', async () => {
    const old = (name: string, created: string): KubeObject => ({
      ...config(name),
      metadata: { name, namespace: 'shop', creationTimestamp: created },
    });
    const cluster = fakeCluster({
      objects: [old('cfg-2222222222', '2026-01-01T00:00:00Z'), old('cfg-4444444444', '2026-01-02T00:00:00Z')],
    });
    const { plan } = await makePlan([generated('cfg-5555555555')], OPTIONS, context(cluster));
    assert.deepEqual(
      changesOf(plan).map(({ action, replaces }) => [action, replaces]),
      [['create', 'cfg-4444444444']],
    );
  });

  it('reads who uses what would be pruned beside the dry runs, once', async () => {
    const stale: KubeObject = {
      ...config('cfg-2222222222', { app: 'shop' }),
      metadata: {
        name: 'cfg-2222222222',
        namespace: 'shop',
        labels: { app: 'shop' },
        annotations: { [SET_ANNOTATION]: 'shop' },
        creationTimestamp: '2026-01-01T00:00:00Z',
        managedFields: [{ manager: 'kapply', operation: 'Apply', time: '2026-01-01T00:00:00Z' }],
      },
    };
    const reads = (): number => cluster.log.filter((line) => line.startsWith('list pods')).length;
    let readBefore: number | undefined;
    const cluster = fakeCluster({
      objects: [stale],
      react: async ({ verb, dryRun }) => {
        if (verb !== 'apply' || !dryRun) return;
        for (let turn = 0; turn < 100 && reads() === 0; turn++) await new Promise((resolve) => setImmediate(resolve));
        readBefore = reads();
      },
    });
    const options = { ...OPTIONS, pruneLabel: 'app=shop' };
    const { plan } = await makePlan([generated('cfg-5555555555', { app: 'shop' })], options, context(cluster));
    assert.deepEqual(
      plan.prune.map(({ id, verdict }) => [id.name, verdict]),
      [['cfg-2222222222', 'delete']],
    );
    assert.deepEqual([readBefore, reads()], [1, 1]);
  });

  it('plans for an account that may get and apply, but not list', async () => {
    const cluster = fakeCluster({
      react: ({ verb }: FakeRequest) => {
        if (verb === 'list') throw forbidden();
      },
    });
    const { plan } = await makePlan([generated('cfg-5555555555')], OPTIONS, context(cluster));
    assert.deepEqual(
      changesOf(plan).map(({ action, replaces }) => [action, replaces]),
      [['create', undefined]],
    );
  });

  it('writes nothing', async () => {
    const cluster = fakeCluster({
      objects: [{ ...config('stale'), metadata: { name: 'stale', namespace: 'shop', labels: { app: 'shop' } } }],
    });
    await makePlan(
      [generated('cfg-5555555555', { app: 'shop' })],
      { ...OPTIONS, pruneLabel: 'app=shop' },
      context(cluster),
    );
    assert.deepEqual(
      cluster.log.filter((line) => /^(apply|create|patch|delete) /.test(line)),
      [],
    );
    assert.deepEqual(cluster.names(), ['ConfigMap/stale']);
  });

  describe('what it lists whole', () => {
    const labels = { app: 'shop' };
    const secret = (name: string, more: object = {}): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, labels },
      type: 'Opaque',
      ...more,
    });
    const live = (object: KubeObject): KubeObject => ({
      ...object,
      metadata: {
        ...object.metadata,
        namespace: 'shop',
        creationTimestamp: '2026-01-01T00:00:00Z',
        ...(others.includes(object) && {
          managedFields: [{ manager: 'kapply', operation: 'Apply', apiVersion: 'v1', fieldsV1: { 'f:type': {} } }],
        }),
      },
    });
    const plain = (object: KubeObject) => ({ object, origin: { file: 'all.yaml' }, generated: false });
    const set = Array.from({ length: 8 }, (_, index) => [config(`c${index}`, labels), secret(`s${index}`)]).flat();
    const token = secret('token-2222222222', { type: 'kubernetes.io/service-account-token' });
    const others = [
      config('old-2222222222', labels),
      config('foreign', { app: 'other' }),
      secret('old-4444444444'),
      token,
    ];
    const options = { ...OPTIONS, pruneLabel: 'app=shop' };
    const listed = (log: readonly string[], plural: string): string[] =>
      log.filter((line) => line.startsWith('list') && line.split(' ')[1] === plural);

    it('is asked for once, whatever is looked for in it', async () => {
      const cluster = fakeCluster({ objects: [...set, ...others].map(live) });
      await makePlan(set.map(plain), options, context(cluster));
      // Elsewhere a Secret names it in its annotations, a ConfigMap in its data as well (uses/plannedReads).
      assert.deepEqual(listed(cluster.log, 'secrets'), ['list secrets shop', 'list-metadata secrets']);
      assert.deepEqual(listed(cluster.log, 'configmaps'), ['list configmaps shop', 'list configmaps']);
      assert.equal(cluster.log.filter((line) => line.startsWith('get') && line.includes('configmaps')).length, 0);
    });

    it('has the same candidates as the lists of the label alone', async () => {
      const judged = async (members: readonly KubeObject[]) => {
        const cluster = fakeCluster({ objects: [...set, ...others].map(live) });
        const { plan } = await makePlan(members.map(plain), options, context(cluster));
        const ofOthers = plan.prune.filter(({ id }) => others.some(({ metadata }) => metadata.name === id.name));
        return ofOthers
          .map((judgement) => [judgement.id.name, judgement.verdict === 'keep' ? judgement.why : 'delete'])
          .sort();
      };
      const [whole, one] = [await judged(set), await judged(set.slice(0, 2))];
      assert.deepEqual(whole, one);
      assert.deepEqual(whole, [
        ['old-2222222222', 'newestOfFamily'],
        ['old-4444444444', 'newestOfFamily'],
        ['token-2222222222', 'protectedType'],
      ]);
    });
  });

  describe('a namespace that is being deleted', () => {
    const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    const going = { ...namespace, metadata: { name: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const plain = (object: KubeObject) => ({ object, origin: { file: 'all.yaml' }, generated: false });

    it('is made anew with all that is in it, where it is part of the set', async () => {
      const cluster = fakeCluster({ objects: [going, { ...config('a'), metadata: { name: 'a', namespace: 'shop' } }] });
      const { plan } = await makePlan([plain(namespace), plain(config('a'))], OPTIONS, context(cluster));
      assert.deepEqual(
        changesOf(plan).map(({ member, action, validated }) => [member.id.kind, action, validated]),
        [
          ['Namespace', 'recreate', false],
          ['ConfigMap', 'create', false],
        ],
      );
    });

    it('is refused once, not for each object, where it is not', async () => {
      const cluster = fakeCluster({
        react: ({ verb, dryRun }: FakeRequest) => {
          const causes = [
            { reason: 'NamespaceTerminating', field: 'metadata.namespace', message: 'is being terminated' },
          ];
          if (verb === 'apply' && dryRun) throw refusal(403, 'Forbidden', { causes });
        },
      });
      await assert.rejects(makePlan([plain(config('a')), plain(config('b'))], OPTIONS, context(cluster)), (error) => {
        assert.ok(error instanceof PlanRefusedError);
        assert.deepEqual(
          error.refusals.map(({ id, failure }) => [id.kind, id.name, failure.message]),
          [['Namespace', 'shop', 'namespace shop is being deleted: nothing can be created in it']],
        );
        return true;
      });
    });
  });

  // kubernetes/kubernetes#40635, argo-cd#4464: an empty render prunes everything.
  it('refuses an empty render before any request', async () => {
    const cluster = fakeCluster();
    await assert.rejects(makePlan([], { ...OPTIONS, pruneLabel: 'app=shop' }, context(cluster)), {
      code: 'EmptyRender',
      exitCode: 2,
    });
    assert.deepEqual(cluster.log, []);
  });

  it('refuses a wide selector before any request', async () => {
    const cluster = fakeCluster();
    await assert.rejects(
      makePlan([generated('cfg-5555555555')], { ...OPTIONS, pruneLabel: '!app' }, context(cluster)),
      { code: 'SelectorTooWide' },
    );
    assert.deepEqual(cluster.log, []);
  });

  it('asks before it prunes by a label that nothing rendered carries', async () => {
    const stale: KubeObject = {
      ...config('cfg-2222222222'),
      metadata: { name: 'cfg-2222222222', namespace: 'shop', labels: { app: 'shop' } },
    };
    const options = { ...OPTIONS, pruneLabel: 'app=shop' };
    const { plan } = await makePlan([generated('cfg-5555555555')], options, context(fakeCluster({ objects: [stale] })));
    assert.deepEqual(plan.confirmations, [
      'nothing that was rendered carries the prune label app=shop, but live objects do',
    ]);
    const carried = await makePlan(
      [generated('cfg-5555555555', { app: 'shop' })],
      options,
      context(fakeCluster({ objects: [stale] })),
    );
    assert.deepEqual(carried.plan.confirmations, []);
  });
});
