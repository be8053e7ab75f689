/** Which changes end pods that serve, so that new ones start: what people fear most of a deploy. Pure. */
import type { KubeObject } from '../../../objects/object.js';
import { adoptsPodsOf } from './adoptsPodsOf.js';
import { differingPaths } from './changedPaths.js';
import type { Change, Restart } from '../member.js';

/** The fields of a workload that decide, whatever its kind. */
interface Workload {
  readonly spec?: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly strategy?: { readonly type?: string };
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  };
  readonly status?: { readonly desiredNumberScheduled?: number };
}

/** How many pods of a workload are replaced, by the workload as it is and as it will be. */
const REPLACED: Readonly<Record<string, (live: Workload, after: Workload) => number>> = {
  'apps/Deployment': (live, after) => (after.spec?.paused === true ? 0 : replicasOf(live, after)),
  'apps/StatefulSet': (live, after) => {
    const { type, rollingUpdate } = after.spec?.updateStrategy ?? {};
    return type === 'OnDelete' ? 0 : replicasOf(live, after) - (rollingUpdate?.partition ?? 0);
  },
  'apps/DaemonSet': (live, after) =>
    after.spec?.updateStrategy?.type === 'OnDelete' ? 0 : (live.status?.desiredNumberScheduled ?? 0),
};

/**
 * The pods that a change replaces: by a new pod template, or with the whole workload where its successor does not adopt
 * them (apply/removeFirst); undefined where it replaces none.
 */
export function restartOf({ member: { id }, action, live, after }: Change): Restart | undefined {
  const replaced = REPLACED[`${id.group}/${id.kind}`];
  if (replaced === undefined || live === undefined || action === 'unchanged' || action === 'create') return undefined;
  if (action === 'recreate' && !adoptsPodsOf(live, after)) return endOf(podsOf(live as Workload), true);
  if (!changesTemplate(live, after)) return undefined;
  return endOf(replaced(live as Workload, after as Workload), (after as Workload).spec?.strategy?.type === 'Recreate');
}

function endOf(pods: number, atOnce: boolean): Restart | undefined {
  return pods > 0 ? { pods, atOnce } : undefined;
}

/** All pods of a workload: those of a DaemonSet are as many as nodes. */
function podsOf({ spec, status }: Workload): number {
  return status?.desiredNumberScheduled ?? spec?.replicas ?? 1;
}

/** True where the pods will be made of another template: apps/v1, `spec.template`. */
export function changesTemplate(live: KubeObject, after: KubeObject): boolean {
  return differingPaths(live, after).some(([field, part]) => field === 'spec' && part === 'template');
}

/** What is scaled down meanwhile is not started anew. */
function replicasOf(live: Workload, after: Workload): number {
  return Math.min(live.spec?.replicas ?? 1, after.spec?.replicas ?? 1);
}
