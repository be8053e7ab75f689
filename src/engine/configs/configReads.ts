/** What a pod reads of ConfigMaps and Secrets, and whether it reads it at its start alone. Pure. */
import { groupOf, type KubeObject } from '../../objects/object.js';
import { valueAt } from '../../objects/valueAt.js';
import { podSpecPath, referencesOf } from '../uses/references.js';

export interface ConfigRead {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Environment and subPath mounts never follow a change; whole volumes do, within a minute or two. */
  readonly atStart: boolean;
  /** The keys that are read at the start; undefined where that is all of them. */
  readonly startKeys: readonly string[] | undefined;
}

interface Mount {
  readonly name?: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
}

interface PodSpec {
  readonly containers?: readonly { readonly volumeMounts?: readonly Mount[] }[];
  readonly initContainers?: readonly { readonly volumeMounts?: readonly Mount[] }[];
  readonly volumes?: readonly { readonly name?: string }[];
}

/** Every config that the pod, or the pods of the workload, read; one that is read in both ways counts as read at start. */
export function configsOf(object: KubeObject): ConfigRead[] {
  const base = podSpecPath(groupOf(object.apiVersion), object.kind);
  if (base === undefined) return [];
  const spec = base
    .split('.')
    .reduce<unknown>((at, field) => (at as Record<string, unknown> | undefined)?.[field], object) as
    PodSpec | undefined;
  const bySubPath = subPathVolumes(spec);
  const reads = new Map<string, ConfigRead>();
  for (const { kind, name, path } of referencesOf(object)) {
    if ((kind !== 'ConfigMap' && kind !== 'Secret') || typeof name !== 'string') continue;
    const below = path.slice(base.length + 1);
    if (below.startsWith('imagePullSecrets')) continue;
    const volume = /^volumes\[(\d+)\]/.exec(below)?.[1];
    const atStart = volume === undefined || bySubPath.has(Number(volume));
    const id = `${kind}/${name}`;
    const known = reads.get(id);
    const startKeys = atStart ? keysRead(object, path) : [];
    reads.set(id, {
      kind,
      name,
      atStart: atStart || known?.atStart === true,
      startKeys: known === undefined ? startKeys : startKeys && known.startKeys?.concat(startKeys),
    });
  }
  return [...reads.values()];
}

/** The key beside the name, where a variable reads one; undefined where all are read. */
function keysRead(object: KubeObject, path: string): readonly string[] | undefined {
  if (!path.includes('.valueFrom.')) return undefined;
  const { key } = (valueAt(object, path.split(/[.[\]]+/).slice(0, -1)) ?? {}) as { readonly key?: unknown };
  return typeof key === 'string' ? [key] : undefined;
}

/** The indexes of the volumes that a container mounts by subPath. */
function subPathVolumes(spec: PodSpec | undefined): Set<number> {
  const mounts = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(
    ({ volumeMounts = [] }) => volumeMounts,
  );
  const names = new Set(
    mounts
      .filter(({ subPath, subPathExpr }) => subPath !== undefined || subPathExpr !== undefined)
      .map(({ name }) => name),
  );
  return new Set((spec?.volumes ?? []).flatMap(({ name }, index) => (names.has(name) ? [index] : [])));
}
