import assert from 'node:assert/strict';
import { pruneScope } from '../../../src/engine/prune/scope.js';
import { KapplyError } from '../../../src/errors.js';
import { resource, RESOURCES } from '../fakeCluster.js';

const resources = [
  ...RESOURCES,
  resource('events.k8s.io/v1', 'Event', 'events'),
  resource('autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', { preferred: false }),
  resource('serving.knative.dev/v1', 'Service', 'services'),
  resource('metrics.k8s.io/v1', 'PodMetrics', 'pods', { verbs: ['get', 'list'] }),
  resource('v1', 'Binding', 'bindings', { verbs: ['create'] }),
];
const namesOf = (kinds: readonly string[]): string[] =>
  pruneScope({ resources, failures: [] }, kinds).map(({ group, version, kind }) => `${group}/${version} ${kind}`);

describe('pruneScope', () => {
  it('is by default every namespaced kind that can be listed and deleted, but claims and events', () => {
    const names = namesOf([]);
    for (const kind of [
      '/v1 ConfigMap',
      '/v1 Secret',
      'apps/v1 Deployment',
      'shop.example.com/v1 Gadget',
      'serving.knative.dev/v1 Service',
    ]) {
      assert.ok(names.includes(kind), kind);
    }
    for (const kind of ['PersistentVolumeClaim', 'Namespace', 'PersistentVolume', 'Event', 'PodMetrics', 'Binding']) {
      assert.ok(!names.some((name) => name.endsWith(` ${kind}`)), kind);
    }
  });

  it('has one version of each kind', () => {
    assert.deepEqual(
      namesOf([]).filter((name) => name.endsWith('HorizontalPodAutoscaler')),
      ['autoscaling/v2 HorizontalPodAutoscaler'],
    );
  });

  for (const [kinds, expected] of [
    [['ConfigMap'], ['/v1 ConfigMap']],
    [
      ['apps/Deployment', 'Secret'],
      ['apps/v1 Deployment', '/v1 Secret'],
    ],
    [['Deployment'], ['apps/v1 Deployment']],
    [['/ConfigMap'], ['/v1 ConfigMap']],
    [['Service'], ['/v1 Service']],
    [['serving.knative.dev/Service'], ['serving.knative.dev/v1 Service']],
    // What others live in, or holds data, only where it is named.
    [
      ['Namespace', 'PersistentVolume', 'PersistentVolumeClaim'],
      ['/v1 Namespace', '/v1 PersistentVolume', '/v1 PersistentVolumeClaim'],
    ],
    [['ConfigMap', '/ConfigMap'], ['/v1 ConfigMap']],
  ] as const) {
    it(`${kinds.join(', ')} is ${expected.join(', ')}`, () => assert.deepEqual(namesOf(kinds), expected));
  }

  for (const kind of ['configmap', 'apps/ConfigMap', 'Gizmo', '', '/', 'PodMetrics', 'Binding', 'apps/v1/Deployment']) {
    it(`refuses "${kind}"`, () =>
      assert.throws(
        () => namesOf([kind]),
        (error) => error instanceof KapplyError && error.code === 'UnknownPruneKind' && error.exitCode === 2,
      ));
  }
});
