/** The uses as they will be once the set has rolled out, so that a plan can be judged before anything is sent. */
import { groupOf, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { isRead } from './plannedReads.js';
import { indexUses, type Use } from './uses.js';

export interface ProjectionOptions {
  /** What may be in use. */
  readonly candidates: readonly ObjectId[];
  /** Everything of the set, as the server will store it. */
  readonly after: readonly KubeObject[];
}

/**
 * What a workload of the set used before is used no more where its pods are replaced; what its new template names is
 * used instead. A ReplicaSet of an old revision stays to go back to: an inactive use.
 */
export function projectUses(uses: ReadonlyMap<string, readonly Use[]>, options: ProjectionOptions): Map<string, Use[]> {
  if (options.candidates.length === 0) return new Map();
  const after = new Map(options.after.map((object) => [keyOf(idOf(object)), object]));
  const projected = new Map<string, Use[]>();
  for (const [key, list] of uses) {
    projected.set(
      key,
      list.flatMap((use) => {
        const root = after.get(keyOf(use.root));
        if (root === undefined || !isReplaced(use, root)) return [use];
        return use.revision === undefined ? [] : [{ ...use, active: false }];
      }),
    );
  }
  for (const [key, list] of indexUses(
    options.after.filter(({ apiVersion, kind }) => isRead(groupOf(apiVersion), kind)),
    options.candidates,
  )) {
    projected.set(key, [...(projected.get(key) ?? []), ...list]);
  }
  return projected;
}

/** The uses without those by what goes: an object of these keys, or what it runs. */
export function usesWithout(
  uses: ReadonlyMap<string, readonly Use[]>,
  leaving: ReadonlySet<string>,
): Map<string, readonly Use[]> {
  if (leaving.size === 0) return new Map(uses);
  return new Map(
    [...uses].map(([key, list]) => [
      key,
      list.filter(({ user, root }) => !leaving.has(keyOf(root)) && !leaving.has(keyOf(user))),
    ]),
  );
}

/** True where applying `root` ends this use: its own template is rewritten, or its pods are replaced by the rollout. */
function isReplaced(use: Use, root: KubeObject): boolean {
  if (keyOf(use.user) === keyOf(use.root)) return true;
  const spec = root.spec as
    { paused?: boolean; updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } } } | undefined;
  switch (`${groupOf(root.apiVersion)}/${root.kind}`) {
    case 'apps/Deployment':
      return spec?.paused !== true;
    case 'apps/StatefulSet':
      return spec?.updateStrategy?.type !== 'OnDelete' && (spec?.updateStrategy?.rollingUpdate?.partition ?? 0) === 0;
    case 'apps/DaemonSet':
      return spec?.updateStrategy?.type !== 'OnDelete';
    default:
      // Running Jobs of a CronJob, and pods of anything else, go on with what they have.
      return false;
  }
}
