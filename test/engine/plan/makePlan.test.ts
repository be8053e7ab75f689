import assert from 'node:assert/strict';
import { makePlan } from '../../../src/engine/plan/makePlan.js';
import type { DeployOptions } from '../../../src/engine/run/options.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, type FakeRequest } from '../fakeCluster.js';

const OPTIONS: DeployOptions = {
  pruneLabel: undefined,
  pruneKinds: [],
  pruneNamespaces: [],
  pruneLimit: 20,
  keep: 0,
  keepRollback: false,
  adopt: false,
  lock: false,
  lockTimeoutMs: 0,
  set: 'shop',
  formerSet: undefined,
  namespace: 'shop',
  fieldManager: 'kapply',
  forceConflicts: false,
  takeOverManagers: [],
  takeOver: false,
  restartOnChange: false,
  own: false,
  dryRun: undefined,
  wait: true,
  timeoutMs: 1000,
  failFast: true,
  concurrency: 4,
};

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
      plan.changes.map(({ action, replaces }) => [action, replaces]),
      [['create', 'cfg-4444444444']],
    );
  });

  it('plans for an account that may get and apply, but not list', async () => {
    const cluster = fakeCluster({
      react: ({ verb }: FakeRequest) => {
        if (verb === 'list') throw forbidden();
      },
    });
    const { plan } = await makePlan([generated('cfg-5555555555')], OPTIONS, context(cluster));
    assert.deepEqual(
      plan.changes.map(({ action, replaces }) => [action, replaces]),
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
