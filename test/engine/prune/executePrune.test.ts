import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, refusal, type FakeRequest } from '../fakeCluster.js';
import { judging, NOW, ours, planAndPrune, verdicts } from './pruneOptions.js';

const STALE = 'cfg-2222222222';
const stale = (): KubeObject => ours('v1', 'ConfigMap', STALE, { data: { a: '1' } });

/** A cluster whose clock runs, a second a look, so that waits for time to pass end. */
function racing(): () => number {
  let now = NOW;
  return () => (now += 1000);
}

function pod(name: string, config: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { volumes: [{ name: 'c', configMap: { name: config } }] },
    status: { phase: 'Running' },
  };
}

describe('executePrune', () => {
  it('deletes what the plan showed, guarded by what was judged', async () => {
    const cluster = fakeCluster({ objects: [stale()] });
    const { result, outcomes } = await planAndPrune(cluster, judging());
    assert.deepEqual(outcomes, [`ConfigMap/${STALE}: deleted (stale: nothing uses it any more)`]);
    assert.deepEqual(result, { incomplete: false });
    assert.deepEqual(cluster.names(), []);
  });

  it('reads a Secret before it deletes it, and a ConfigMap once more only where it has changed since its uses were read', async () => {
    const secret = ours('v1', 'Secret', STALE, { data: { a: 'eA==' } });
    const gets = (cluster: ReturnType<typeof fakeCluster>): string[] =>
      cluster.log.filter((line) => line.startsWith('get '));
    const still = fakeCluster({ objects: [stale(), secret] });
    await planAndPrune(still, judging());
    assert.deepEqual(gets(still), [`get secrets shop/${STALE}`]);

    // What is created again is what was deleted, and not what was read first.
    let deletes = 0;
    const moving = fakeCluster({
      objects: [stale()],
      react: ({ verb, metadataOnly, resource: asked }) => {
        if (deletes === 1 && verb === 'list' && !metadataOnly && asked?.kind === 'ConfigMap') throw forbidden();
        if (verb !== 'delete') return;
        deletes += 1;
        if (deletes === 1) moving.put({ ...stale(), data: { a: '2' } });
        else moving.put(pod('late', STALE));
      },
    });
    await planAndPrune(moving, judging());
    assert.equal(deletes, 2);
    assert.deepEqual(moving.find('ConfigMap', STALE, 'shop')?.data, { a: '2' });
  });

  it('deletes nothing that the plan did not show', async () => {
    const cluster = fakeCluster({ objects: [stale()] });
    const late = ours('v1', 'ConfigMap', 'cfg-4444444444');
    const { outcomes } = await planAndPrune(cluster, judging(), () => cluster.put(late));
    assert.deepEqual(outcomes, [
      `ConfigMap/${STALE}: deleted (stale: nothing uses it any more)`,
      'ConfigMap/cfg-4444444444: kept (became stale during this run: the next deploy deletes it)',
    ]);
    assert.deepEqual(cluster.names(), ['ConfigMap/cfg-4444444444']);
  });

  it('keeps what is used since the plan', async () => {
    const cluster = fakeCluster({ objects: [stale()] });
    const { outcomes, result } = await planAndPrune(cluster, judging(), () => cluster.put(pod('late', STALE)));
    assert.deepEqual(outcomes, [`ConfigMap/${STALE}: kept (in use by Pod/late)`]);
    assert.deepEqual(result, { incomplete: false });
    assert.deepEqual(cluster.names(), [`ConfigMap/${STALE}`, 'Pod/late']);
  });

  it('says that another run deleted it first', async () => {
    const cluster = fakeCluster({ objects: [stale()] });
    const { outcomes, result } = await planAndPrune(cluster, judging(), () => cluster.drop(stale()));
    assert.deepEqual(outcomes, [`ConfigMap/${STALE}: gone (was gone already)`]);
    assert.deepEqual(result, { incomplete: false });
  });

  it('does not delete another object of the same name', async () => {
    const cluster = fakeCluster({ objects: [stale()] });
    const { outcomes } = await planAndPrune(cluster, judging(), () => {
      cluster.drop(stale());
      cluster.put(stale());
    });
    assert.deepEqual(cluster.names(), [`ConfigMap/${STALE}`]);
    assert.deepEqual(outcomes, [
      `ConfigMap/${STALE}: gone (was gone already)`,
      `ConfigMap/${STALE}: kept (became stale during this run: the next deploy deletes it)`,
    ]);
  });

  it('judges once more what has changed between the judgement and its delete', async () => {
    const touched: KubeObject = { ...stale(), data: { a: '2' } };
    let done = false;
    const cluster = fakeCluster({
      objects: [stale()],
      react: ({ verb }: FakeRequest) => {
        if (verb !== 'delete' || done) return;
        done = true;
        cluster.put(touched);
        cluster.put(pod('late', STALE));
      },
    });
    const { outcomes } = await planAndPrune(cluster, judging());
    assert.deepEqual(outcomes, [`ConfigMap/${STALE}: kept (in use by Pod/late)`]);
  });

  it('deletes what has changed but is stale still', async () => {
    let done = false;
    const cluster = fakeCluster({
      objects: [stale()],
      react: ({ verb }) => {
        if (verb !== 'delete' || done) return;
        done = true;
        cluster.put({ ...stale(), data: { a: '2' } });
      },
    });
    const { outcomes } = await planAndPrune(cluster, judging());
    assert.deepEqual(outcomes, [`ConfigMap/${STALE}: deleted (stale: nothing uses it any more)`]);
  });

  it('gives up on what changes at every delete, and says so', async () => {
    const cluster = fakeCluster({
      objects: [stale()],
      react: ({ verb }) => {
        if (verb === 'delete') cluster.put({ ...stale(), data: { a: String(Math.random()) } });
      },
    });
    const { outcomes, result } = await planAndPrune(cluster, judging());
    assert.match(outcomes[0]!, /^ConfigMap\/cfg-2222222222: failed \(/);
    assert.deepEqual(result, { incomplete: true });
  });

  // kustomize-controller#1664: a DELETE denied by a webhook was forgotten for ever.
  it('reports a delete that is denied, goes on with the others, and finds it again', async () => {
    const other = ours('v1', 'Secret', 'db-4444444444');
    let denied = true;
    const cluster = fakeCluster({
      objects: [stale(), other],
      react: ({ verb, name }) => {
        if (verb === 'delete' && name === STALE && denied) throw refusal(403, 'Forbidden', {}, 'webhook says no');
      },
    });
    const first = await planAndPrune(cluster, judging());
    assert.deepEqual(first.outcomes, [
      `ConfigMap/${STALE}: failed (webhook says no (Forbidden); the next deploy tries again)`,
      'Secret/db-4444444444: deleted (stale: nothing uses it any more)',
    ]);
    assert.deepEqual(first.result, { incomplete: true });
    denied = false;
    const second = await planAndPrune(cluster, judging());
    assert.deepEqual(second.outcomes, [`ConfigMap/${STALE}: deleted (stale: nothing uses it any more)`]);
    assert.deepEqual(second.result, { incomplete: false });
  });

  it('names the finalizers of what does not go', async () => {
    const held = ours('v1', 'ConfigMap', STALE, { metadata: { finalizers: ['shop.example.com/hold'] } });
    const cluster = fakeCluster({ objects: [held] });
    const { outcomes, result } = await planAndPrune(
      cluster,
      judging(),
      () => undefined,
      (() => {
        let now = NOW;
        return () => (now += 40_000);
      })(),
    );
    assert.deepEqual(outcomes, [
      `ConfigMap/${STALE}: terminating (deletion was asked for, but it is still there, waiting for shop.example.com/hold)`,
    ]);
    assert.deepEqual(result, { incomplete: true });
  });

  // A list that fails is no proof that what it would have held is gone.
  for (const [name, failing] of [
    ['candidates', ({ metadataOnly, resource }: FakeRequest) => metadataOnly && resource?.kind === 'ConfigMap'],
    ['users', ({ verb, resource }: FakeRequest) => verb === 'list' && resource?.kind === 'Pod'],
  ] as const) {
    it(`keeps what it cannot judge when its ${name} can no longer be listed`, async () => {
      let isRefused = false;
      const cluster = fakeCluster({
        objects: [stale()],
        react: (request) => {
          if (isRefused && failing(request)) throw forbidden(request.resource?.plural);
        },
      });
      const { outcomes, result } = await planAndPrune(cluster, judging(), () => (isRefused = true));
      assert.deepEqual(cluster.names(), [`ConfigMap/${STALE}`]);
      assert.equal(outcomes.length, 1);
      assert.match(outcomes[0]!, /^ConfigMap\/cfg-2222222222: kept \(.*could not be listed.* is forbidden/);
      assert.deepEqual(result, { incomplete: true });
    });
  }

  it('deletes the workloads that left the set before their configs, the last applied first', async () => {
    const template = { spec: { containers: [{ name: 'app', envFrom: [{ configMapRef: { name: STALE } }] }] } };
    const web = ours('apps/v1', 'Deployment', 'web', { spec: { template } });
    const cluster = fakeCluster({
      objects: [stale(), web, ours('v1', 'Service', 'web'), ours('networking.k8s.io/v1', 'Ingress', 'web')],
    });
    const { outcomes } = await planAndPrune(cluster, judging());
    assert.equal(outcomes.length, 4);
    assert.deepEqual(
      cluster.log.filter((line) => line.startsWith('delete')),
      [
        'delete ingresses shop/web',
        'delete deployments shop/web',
        'delete services shop/web',
        `delete configmaps shop/${STALE}`,
      ],
    );
  });

  it('keeps the config of a workload that could not be deleted', async () => {
    const template = { spec: { containers: [{ name: 'app', envFrom: [{ configMapRef: { name: STALE } }] }] } };
    const web = ours('apps/v1', 'Deployment', 'web', { spec: { template } });
    const cluster = fakeCluster({
      objects: [stale(), web],
      react: ({ verb, resource }) => {
        if (verb === 'delete' && resource?.kind === 'Deployment') throw forbidden('deployments');
      },
      now: racing(),
    });
    const { outcomes, result } = await planAndPrune(
      cluster,
      judging(),
      () => undefined,
      (() => {
        let now = NOW;
        return () => (now += 10_000);
      })(),
    );
    assert.deepEqual(outcomes, [
      `ConfigMap/${STALE}: kept (in use by Deployment/web)`,
      'Deployment/web: failed (deployments is forbidden (Forbidden); the next deploy tries again)',
    ]);
    assert.deepEqual(result, { incomplete: true });
  });

  it('says what it keeps, but not the children of controllers', async () => {
    const child = ours('v1', 'ConfigMap', 'child-2222222222', {
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'u', controller: true }] },
    });
    const marked = ours('v1', 'ConfigMap', 'marked-2222222222', {
      metadata: { annotations: { 'kapply.dev/set': 'shop', 'kapply.dev/prune': 'disabled' } },
    });
    for (const objects of [
      [child, marked],
      [child, marked, stale()],
    ]) {
      const { outcomes } = await planAndPrune(fakeCluster({ objects }), judging());
      assert.deepEqual(
        outcomes.filter((line) => !line.includes(STALE)),
        ['ConfigMap/marked-2222222222: kept (marked kapply.dev/prune: disabled)'],
      );
    }
  });

  it('stops at once when the run is stopped, and has deleted nothing more', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const cluster = fakeCluster({
      objects: [stale(), ours('v1', 'ConfigMap', 'db-4444444444')],
      concurrency: 1,
      react: ({ verb }) => {
        if (verb === 'delete') stop.abort(reason);
      },
    });
    await assert.rejects(planAndPrune(cluster, judging({ signal: stop.signal })), reason);
    assert.equal(cluster.log.filter((line) => line.startsWith('delete')).length, 1);
  });

  it('plans as it will judge after the rollout', async () => {
    const cluster = fakeCluster({ objects: [stale(), pod('web', STALE)] });
    const { plan } = await planAndPrune(cluster, judging());
    assert.deepEqual(verdicts(plan.prune), [`ConfigMap/${STALE}: inUse`]);
  });
});
