/** Whether, and to which revision, `kubectl rollout undo` would bring a workload back to what served before. */
import { ApiError } from '../../cluster/apiError.js';
import { findPreferred, type Cluster, type Discovery } from '../../cluster/cluster.js';
import { REVISION_ANNOTATION } from '../../objects/annotations.js';
import { controllerOf, groupOf, type KubeObject } from '../../objects/object.js';
import { referencesOf } from '../uses/references.js';

export interface UndoOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  /** ReplicaSets that were seen. */
  readonly replicaSets: readonly KubeObject[];
}

/**
 * The words behind `kubectl`: `rollout`, `undo`, `deployment/web`, `--to-revision=3`. undefined where there is no earlier
 * revision, where a ConfigMap or Secret that it names is gone, or where neither may be looked at: an undo that leaves pods
 * in CreateContainerConfigError is no advice.
 */
export async function undoWords(workload: KubeObject, options: UndoOptions): Promise<readonly string[] | undefined> {
  try {
    const before = await revisionBefore(workload, options);
    if (before === undefined || !(await hasItsConfigs(before.template, options))) return undefined;
    const name = `${workload.kind.toLowerCase()}/${workload.metadata.name}`;
    return ['rollout', 'undo', name, `--to-revision=${before.revision}`];
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

interface Revision {
  readonly revision: number;
  /** The ReplicaSet or ControllerRevision that keeps its pod template. */
  readonly template: KubeObject;
}

/** The newest revision but the one that is wanted now: where `rollout undo` goes by itself. */
async function revisionBefore(workload: KubeObject, options: UndoOptions): Promise<Revision | undefined> {
  const revisions = (await revisionsOf(workload, options)).sort((a, b) => b.revision - a.revision);
  return revisions[1];
}

async function revisionsOf(
  workload: KubeObject,
  { cluster, discovery, signal, replicaSets }: UndoOptions,
): Promise<Revision[]> {
  const isOwned = (object: KubeObject): boolean => controllerOf(object)?.uid === workload.metadata.uid;
  switch (`${groupOf(workload.apiVersion)}/${workload.kind}`) {
    case 'apps/Deployment':
      return replicaSets.filter(isOwned).flatMap((template) => {
        const revision = Number(template.metadata.annotations?.[REVISION_ANNOTATION]);
        return Number.isInteger(revision) ? [{ revision, template }] : [];
      });
    case 'apps/StatefulSet':
    case 'apps/DaemonSet': {
      const resource = findPreferred(discovery, 'apps', 'ControllerRevision');
      if (resource === undefined) return [];
      const { items } = await cluster.list(resource, { namespace: workload.metadata.namespace ?? '', signal });
      return items.filter(isOwned).flatMap((template) => {
        const { revision } = template as { readonly revision?: unknown };
        return typeof revision === 'number' ? [{ revision, template }] : [];
      });
    }
    default:
      return [];
  }
}

/** Asked for by metadata: a Secret's data need not come over the wire to be known to exist. */
async function hasItsConfigs(template: KubeObject, { cluster, discovery, signal }: UndoOptions): Promise<boolean> {
  for (const { group, kind, name } of referencesOf(template)) {
    if (group !== '' || (kind !== 'ConfigMap' && kind !== 'Secret') || typeof name !== 'string') continue;
    const resource = findPreferred(discovery, '', kind);
    if (resource === undefined) return false;
    const { namespace = '' } = template.metadata;
    const { items } = await cluster.listMetadata(resource, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      signal,
    });
    if (items.length === 0) return false;
  }
  return true;
}
