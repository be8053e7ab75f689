import { isConfigKind, isRevision } from '../configs/revisions.js';
import { matchesSelector, parsePruneSelector } from '../../objects/selector.js';
import type { DeployOptions } from '../run/options.js';
import type { Judgement } from './plan.js';
import type { Judgements } from '../prune/judgeNow.js';
import type { PreparedObject } from './prepare.js';

/** Why a person must agree before anything is sent: kubernetes.md rule 11, product.md "Pruning". */
export function confirmationsOf(
  { judgements, anyCandidate }: Judgements,
  prepared: readonly PreparedObject[],
  options: DeployOptions,
): string[] {
  const { pruneLabel } = options;
  if (pruneLabel === undefined) return [];
  const deletions = judgements.filter((judgement) => judgement.verdict === 'delete');
  const requirements = parsePruneSelector(pruneLabel);
  const isCarried = prepared.some(({ object }) => matchesSelector(requirements, object.metadata.labels));
  const others = deletions.filter((judgement) => !isConsented(judgement));
  const rendered = new Set(prepared.map(({ object }) => object.metadata.namespace ?? ''));
  const elsewhere = deletions
    .map(({ id: { namespace } }) => namespace)
    .filter((namespace) => !rendered.has(namespace) && !options.pruneNamespaces.includes(namespace));
  return [
    ...(isCarried || !anyCandidate
      ? []
      : [`nothing that was rendered carries the prune label ${pruneLabel}, but live objects do`]),
    ...(deletions.length > options.pruneLimit
      ? [`${deletions.length} objects would be deleted, more than --prune-limit ${options.pruneLimit}`]
      : []),
    ...(others.length === 0
      ? []
      : [`${others.length} of the objects to delete were neither generated nor applied by kapply in this set`]),
    // Another application may have the name of this set, or a second copy of it live in another namespace.
    ...(elsewhere.length === 0
      ? []
      : [
          `${elsewhere.length} of the objects to delete are of set ${options.set} in namespaces that this deploy does not render (${[...new Set(elsewhere)].sort().join(', ')}): if they are another application's, name this one with --set`,
        ]),
  ];
}

/** The prune label is consent for generated configs, and for what kapply applied in this set. */
function isConsented(judgement: Judgement): boolean {
  return (
    judgement.verdict === 'delete' &&
    (judgement.ours || (isRevision(judgement.id) && isConfigKind(judgement.id.group, judgement.id.kind)))
  );
}
