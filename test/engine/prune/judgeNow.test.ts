import assert from 'node:assert/strict';
import { judgeNow } from '../../../src/engine/prune/judgeNow.js';
import { SET_ANNOTATION } from '../../../src/objects/annotations.js';
import { KapplyError } from '../../../src/errors.js';
import { idOf, type KubeObject, type ObjectId } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, resource, RESOURCES, type FakeRequest } from '../fakeCluster.js';
import { judging, ours, verdicts } from './pruneOptions.js';

const A = 'cfg-2222222222';
const B = 'cfg-4444444444';

describe('judgeNow', () => {
  it('requests metadata alone of the candidates', async () => {
    const cluster = fakeCluster({ objects: [ours('v1', 'Secret', A, { data: { a: 'c2VjcmV0' } })] });
    await judgeNow(cluster, judging());
    // ConfigMaps are read whole as well: the names of other configs stand in their texts.
    const asked = cluster.log.filter((line) => line.includes('secrets'));
    assert.ok(asked.length > 0);
    assert.deepEqual(
      asked.filter((line) => !line.startsWith('list-metadata')),
      [],
    );
  });

  it('takes uses that were read early only where they were read for the very candidates that are open', async () => {
    const candidate = ours('v1', 'ConfigMap', A);
    const user: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { volumes: [{ name: 'c', configMap: { name: A } }] },
    };
    const scan = { uses: new Map(), gaps: [], warnings: [] };
    const judged = async (candidates: readonly ObjectId[]): Promise<string[]> => {
      const cluster = fakeCluster({ objects: [candidate, user] });
      const early = Promise.resolve({ candidates, scan });
      return verdicts((await judgeNow(cluster, judging({ early }))).judgements);
    };
    const other = { ...idOf(candidate), name: B };
    assert.deepEqual(await judged([idOf(candidate)]), [`ConfigMap/${A}: delete`]);
    for (const candidates of [[], [other], [idOf(candidate), other]])
      assert.deepEqual(await judged(candidates), [`ConfigMap/${A}: inUse`]);
  });

  it('looks into the namespaces of the deploy, and --prune-namespace, alone', async () => {
    const there = ours('v1', 'ConfigMap', B, { metadata: { namespace: 'other' } });
    const cluster = fakeCluster({ objects: [ours('v1', 'ConfigMap', A), there] });
    const judged = async (namespaces: readonly string[]): Promise<string[]> =>
      verdicts((await judgeNow(cluster, judging({ namespaces }))).judgements);
    assert.deepEqual(await judged(['shop']), [`ConfigMap/${A}: delete`]);
    assert.deepEqual(await judged(['shop', 'other']), [`ConfigMap/${A}: delete`, `ConfigMap/${B}: delete`]);
  });

  // kubernetes/kubernetes#106284: a namespace that is no longer rendered is never scanned.
  it('finds what the set has in a namespace that is no longer rendered, and nobody else’s there', async () => {
    const there = (name: string, set: string): ReturnType<typeof ours> =>
      ours('v1', 'ConfigMap', name, { metadata: { namespace: 'old', annotations: { [SET_ANNOTATION]: set } } });
    const cluster = fakeCluster({ objects: [there(A, 'shop'), there(B, 'billing')] });
    assert.deepEqual(verdicts((await judgeNow(cluster, judging({ formerNamespaces: ['old'] }))).judgements), [
      `ConfigMap/${A}: delete`,
    ]);
  });

  // The same overlay with -n preview-1 and -n preview-2 is one set in two namespaces: neither deletes the other.
  it('leaves the set alone in other namespaces where the manifests name none', async () => {
    const there = ours('v1', 'ConfigMap', A, { metadata: { namespace: 'preview-2' } });
    const cluster = fakeCluster({ objects: [there] });
    assert.deepEqual((await judgeNow(cluster, judging())).judgements, []);
  });

  it('lists namespace by namespace where a list across all is not allowed', async () => {
    const cluster = fakeCluster({
      objects: [ours('v1', 'ConfigMap', A)],
      react: ({ verb, namespace, resource: asked }: FakeRequest) => {
        if (verb === 'list' && namespace === '' && asked?.namespaced === true) throw forbidden(asked.plural);
      },
    });
    const { judgements, warnings } = await judgeNow(cluster, judging());
    assert.deepEqual(verdicts(judgements), [`ConfigMap/${A}: delete`]);
    assert.deepEqual(warnings, []);
  });

  // kubernetes/kubernetes#89254: one kind that cannot be listed aborts the whole prune.
  it('goes on without a kind that cannot be listed, and says so', async () => {
    const cluster = fakeCluster({
      objects: [ours('v1', 'ConfigMap', A), ours('v1', 'Secret', B)],
      react: ({ resource: asked }) => {
        if (asked?.kind === 'Secret') throw forbidden('secrets');
      },
    });
    const { judgements, warnings, unlisted } = await judgeNow(cluster, judging());
    assert.deepEqual(verdicts(judgements), [`ConfigMap/${A}: delete`]);
    assert.deepEqual(warnings, ['Secret in shop could not be listed, so none is pruned: secrets is forbidden']);
    assert.deepEqual(
      unlisted.map(({ resource: { kind }, namespace }) => [kind, namespace]),
      [['Secret', 'shop']],
    );
  });

  for (const type of ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token', 'helm.sh/release.v1']) {
    it(`keeps a Secret of the type ${type}, which metadata does not tell`, async () => {
      const cluster = fakeCluster({
        objects: [ours('v1', 'Secret', A, { type }), ours('v1', 'Secret', B, { type: 'Opaque' })],
      });
      assert.deepEqual(verdicts((await judgeNow(cluster, judging({ adopt: true }))).judgements), [
        `Secret/${A}: protectedType`,
        `Secret/${B}: delete`,
      ]);
    });
  }

  it('judges an object that two groups serve once', async () => {
    const twin = resource('extensions/v1beta1', 'Ingress', 'ingresses');
    const object = ours('networking.k8s.io/v1', 'Ingress', 'web', { metadata: { uid: 'one' } });
    const cluster = fakeCluster({
      objects: [object, { ...object, apiVersion: 'extensions/v1beta1' }],
      discovery: { resources: [...RESOURCES, twin] },
    });
    const { judgements } = await judgeNow(
      cluster,
      judging({ discovery: { resources: [...RESOURCES, twin], failures: [] } }),
    );
    assert.deepEqual(verdicts(judgements), ['Ingress/web: delete']);
  });

  // kubernetes/kubernetes#40635, argo-cd#4464.
  it('does not name what this deploy applies', async () => {
    const a = ours('v1', 'ConfigMap', A);
    const cluster = fakeCluster({ objects: [a] });
    assert.deepEqual((await judgeNow(cluster, judging({ applied: [a] }))).judgements, []);
  });

  it('never takes a selector for a filter that matches what lacks the label', async () => {
    await assert.rejects(
      judgeNow(fakeCluster(), judging({ pruneLabel: 'app!=shop' })),
      (error) => error instanceof KapplyError && error.code === 'SelectorTooWide',
    );
  });

  it('takes the begin of the search for the begin of the run, by the server’s clock', async () => {
    const now = Date.parse('2030-01-01T00:00:00Z');
    const cluster = fakeCluster({
      now: () => now,
      objects: [ours('v1', 'ConfigMap', A, { metadata: { creationTimestamp: '2030-01-01T00:00:00Z' } })],
    });
    const { judgements, serverTime } = await judgeNow(cluster, judging({ runStart: undefined }));
    assert.equal(serverTime, now);
    assert.deepEqual(verdicts(judgements), [`ConfigMap/${A}: createdDuringRun`]);
  });

  it('of plain names sees only what a deploy applied, and nothing with generatedOnly', async () => {
    const objects = [ours('v1', 'ConfigMap', 'plain'), ours('v1', 'ConfigMap', A)];
    const judged = async (generatedOnly: boolean): Promise<string[]> =>
      verdicts((await judgeNow(fakeCluster({ objects }), judging({ generatedOnly }))).judgements);
    assert.deepEqual(await judged(false), [`ConfigMap/${A}: delete`, 'ConfigMap/plain: delete']);
    assert.deepEqual(await judged(true), [`ConfigMap/${A}: delete`]);
  });

  it('tells whether anything but children of controllers carries the label', async () => {
    const owned = {
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x', controller: true }] },
    };
    const anyOf = async (more: object): Promise<boolean> =>
      (await judgeNow(fakeCluster({ objects: [ours('v1', 'ConfigMap', A, { ...more })] }), judging())).anyCandidate;
    assert.equal(await anyOf(owned), false);
    assert.equal(await anyOf({}), true);
  });
});
