/** What must be true of the application of test/fixtures/engine/crash after any run, however it went. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Cluster } from '../../../src/cluster/cluster.js';
import { connect } from '../../../src/cluster/connect.js';
import type { Report } from '../../../src/engine/run/report.js';
import { RECORD_LABEL, SET_ANNOTATION } from '../../../src/objects/annotations.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { referencesOf } from '../../../src/engine/uses/references.js';
import type { Sandbox } from '../../../src/sandbox/index.js';

/** Four generated configs, used by six workloads; each version changes all of them. */
export const OVERLAYS = join(import.meta.dirname, '../../fixtures/engine/crash');
export const NAMESPACE = 'shop';
const KINDS = ['ConfigMap', 'Secret', 'Pod', 'ServiceAccount'];
const WORKLOADS = [
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'apps/ReplicaSet',
  'batch/CronJob',
  'batch/Job',
];

/** What the deploy has no business with: a neighbour's revision, with the same label, and one without any. */
export async function createForeign(
  { kubeconfig }: { readonly kubeconfig: string },
  namespace = NAMESPACE,
): Promise<void> {
  const cluster = await connect({ env: {}, kubeconfig });
  const { resources } = await cluster.discover();
  const create = async (kind: string, name: string, rest: object): Promise<void> => {
    const resource = resources.find(
      (candidate) => candidate.group === '' && candidate.kind === kind && candidate.preferred,
    );
    assert.ok(resource);
    const inside = resource.namespaced ? namespace : '';
    const object = { apiVersion: 'v1', kind, metadata: { name, ...(inside !== '' && { namespace }), ...rest } };
    await cluster.apply({ resource, namespace: inside, name }, object, { fieldManager: 'kapply' });
  };
  await create('Namespace', namespace, {});
  await create('ConfigMap', 'other-2222222222', {
    labels: { appconfig: 'shop' },
    annotations: { [SET_ANNOTATION]: 'other' },
  });
  await create('ConfigMap', 'plain', {});
  await cluster.close();
}

export function objectsOf({ store }: Sandbox): KubeObject[] {
  return [...KINDS, ...WORKLOADS].flatMap((kind) => store.list(kind, { namespace: NAMESPACE }));
}

/** The same of any API server. */
export async function objectsIn(cluster: Cluster, namespace: string): Promise<KubeObject[]> {
  const { resources } = await cluster.discover();
  const lists = [...KINDS, ...WORKLOADS].map(async (key) => {
    const [group = '', kind = ''] = key.includes('/') ? key.split('/') : ['', key];
    const resource = resources.find((one) => one.group === group && one.kind === kind && one.preferred);
    assert.ok(resource, key);
    return (await cluster.list(resource, { namespace })).items;
  });
  return (await Promise.all(lists)).flat();
}

export function assertDone(report: Report, what: string): void {
  assert.equal(
    report.summary.exitCode,
    0,
    `${what}: ${JSON.stringify(report.summary)} ${JSON.stringify(report.rollouts)} ${JSON.stringify(report.changes.flatMap(({ error }) => error ?? []))}`,
  );
}

/**
 * Every config that something refers to is there, and what is not ours is as it was: what has no label, and, unless an
 * operator prunes the label whatever the set, what is another set's.
 */
export function checkInvariants(
  original: readonly KubeObject[],
  objects: readonly KubeObject[],
  what: string,
  foreign: readonly string[] = ['other-2222222222', 'plain'],
): void {
  const names = new Set(objects.map(({ kind, metadata: { name } }) => `${kind}/${name}`));
  for (const object of objects) {
    if (object.metadata.deletionTimestamp !== undefined || isOver(object)) continue;
    for (const { kind, name, path } of referencesOf(object)) {
      // Nodes and classes are beyond the namespace.
      if (kind === undefined || typeof name !== 'string' || !KINDS.includes(kind)) continue;
      assert.ok(
        names.has(`${kind}/${name}`),
        `${what}: ${object.kind}/${object.metadata.name} names ${kind}/${name} in ${path}, which is gone`,
      );
    }
  }
  for (const name of foreign) {
    const find = (list: readonly KubeObject[]) =>
      list.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
    assert.deepEqual(find(objects), find(original), `${what}: ConfigMap/${name} was touched`);
  }
}

/** What starts nothing any more, so that what it names may go: an old ReplicaSet, a finished Pod or Job. */
function isOver({ kind, spec, status }: KubeObject): boolean {
  const { phase, completionTime } = (status ?? {}) as { phase?: string; completionTime?: string };
  if (kind === 'Pod') return phase === 'Succeeded' || phase === 'Failed';
  if (kind === 'Job') return completionTime !== undefined;
  return kind === 'ReplicaSet' && (spec as { replicas?: number }).replicas === 0;
}

/** What a deploy is for: names, data and templates, without what depends on when it happened. */
export function stateOf(sandbox: Sandbox): string[] {
  return stateOfObjects(objectsOf(sandbox));
}

/** The same of what was listed. */
export function stateOfObjects(objects: readonly KubeObject[]): string[] {
  return (
    objects
      .filter(
        ({ kind, metadata }) => kind !== 'Pod' && kind !== 'ReplicaSet' && metadata.deletionTimestamp === undefined,
      )
      .filter(({ metadata }) => metadata.ownerReferences === undefined)
      // How many runs it took is no part of it.
      .filter(({ metadata }) => metadata.labels?.[RECORD_LABEL] === undefined)
      .map(({ kind, metadata, data, spec }) => {
        const { template, jobTemplate } = (spec ?? {}) as { template?: { spec?: unknown }; jobTemplate?: unknown };
        return JSON.stringify([
          kind,
          metadata.name,
          metadata.labels?.appconfig,
          metadata.annotations?.[SET_ANNOTATION],
          data ?? {},
          template?.spec ?? jobTemplate ?? {},
        ]);
      })
      .sort()
  );
}
