/**
 * A hash of the plain-named configs that a workload reads at start, stamped on its pod template: a change of their data
 * then rolls out by itself (`--restart-on-change`), and proves which pods are stale.
 */
import { createHash } from 'node:crypto';
import { CONFIG_HASH_ANNOTATION } from '../../objects/annotations.js';
import { groupOf, idOf, type KubeObject } from '../../objects/object.js';
import { podSpecPath } from '../uses/references.js';
import { isConfigKind, isRevision } from './revisions.js';
import { configsOf } from './configReads.js';

/**
 * The hash over the data of the configs, or undefined where the workload reads none of them at start.
 * @param configs plain-named ConfigMaps and Secrets by `KIND/NAMESPACE/NAME`
 */
export function configHashOf(workload: KubeObject, configs: ReadonlyMap<string, KubeObject>): string | undefined {
  const { namespace = '' } = workload.metadata;
  const read = configsOf(workload)
    .filter(({ atStart }) => atStart)
    .map(({ kind, name }) => `${kind}/${namespace}/${name}`)
    .filter((key) => configs.has(key))
    .sort();
  if (read.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const key of read) {
    const config = configs.get(key);
    hash.update(JSON.stringify([key, sortedEntries(config?.data), sortedEntries(config?.binaryData)]));
  }
  return hash.digest('hex').slice(0, 16);
}

function sortedEntries(values: unknown): [string, unknown][] {
  return Object.entries((values ?? {}) as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The plain-named configs among the objects, by `KIND/NAMESPACE/NAME`. */
export function plainConfigs(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(
    objects.flatMap((object) => {
      const id = idOf(object);
      return isConfigKind(id.group, id.kind) && !isRevision(id)
        ? [[`${id.kind}/${id.namespace}/${id.name}`, object] as const]
        : [];
    }),
  );
}

/** The objects, with the hash on the pod template of every workload that reads one of the set's plain-named configs. */
export function stampConfigHashes(objects: readonly KubeObject[]): KubeObject[] {
  const configs = plainConfigs(objects);
  return objects.map((object) => {
    const path = podSpecPath(groupOf(object.apiVersion), object.kind);
    // A Pod, and a Job, cannot be changed once they are there: only templates that roll out are stamped.
    if (path === undefined || !ROLLS_OUT.has(`${groupOf(object.apiVersion)}/${object.kind}`)) return object;
    const hash = configHashOf(object, configs);
    return hash === undefined ? object : stampTemplate(object, hash);
  });
}

const ROLLS_OUT = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet']);

function stampTemplate(object: KubeObject, hash: string): KubeObject {
  const spec = object.spec as { template?: { metadata?: { annotations?: Record<string, string> } } };
  const metadata = spec.template?.metadata ?? {};
  const annotations = { ...metadata.annotations, [CONFIG_HASH_ANNOTATION]: hash };
  return { ...object, spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } } };
}
