/** Which kinds a prune looks at: docs/pruning.md. */
import { inputError } from '../../errors.js';
import type { ApiResource, Discovery } from '../../cluster/cluster.js';

/** Kinds that a prune touches only when `--prune-kind` names them: they hold data, or are others' by-products. */
const NEVER_BY_DEFAULT = new Set(['/PersistentVolumeClaim', '/Event', 'events.k8s.io/Event', '/Endpoints']);

/**
 * The resources to search, one version of each kind: by default every namespaced kind that can be listed and deleted,
 * but PersistentVolumeClaims; with `pruneKinds` (`ConfigMap`, `apps/Deployment`) these alone.
 * @throws KapplyError `UnknownPruneKind` (exit 2) for a kind that the server does not have, or that cannot be deleted
 */
export function pruneScope(discovery: Discovery, pruneKinds: readonly string[]): ApiResource[] {
  const usable = discovery.resources.filter(
    ({ preferred, verbs }) => preferred && verbs.includes('list') && verbs.includes('delete'),
  );
  if (pruneKinds.length === 0) {
    return usable.filter(({ namespaced, group, kind }) => namespaced && !NEVER_BY_DEFAULT.has(`${group}/${kind}`));
  }
  return [...new Set(pruneKinds.flatMap((wanted) => resourcesNamed(usable, wanted)))];
}

function resourcesNamed(resources: readonly ApiResource[], wanted: string): ApiResource[] {
  const slash = wanted.lastIndexOf('/');
  const kind = wanted.slice(slash + 1);
  const group = slash < 0 ? undefined : wanted.slice(0, slash);
  const named = resources.filter(
    (resource) => resource.kind === kind && (group === undefined || resource.group === group),
  );
  // A bare kind of the core group means that one, as in kubectl: `Service` is not Knative's.
  const found =
    group === undefined && named.some((resource) => resource.group === '')
      ? named.filter((resource) => resource.group === '')
      : named;
  if (found.length === 0) {
    throw inputError(
      'UnknownPruneKind',
      `--prune-kind ${wanted}: the server has no such kind that can be listed and deleted`,
      {
        suggestions: [
          'Write it as Kind or group/Kind: ConfigMap, apps/Deployment. kubectl api-resources lists the kinds.',
        ],
      },
    );
  }
  return found;
}
