/** Why a person must agree before anything is sent: docs/pruning.md, "What is asked". */
import { isJobId } from '../../objects/kinds.js';
import { formatId } from '../../objects/object.js';
import { matchesSelector, parsePruneSelector } from '../../objects/selector.js';
import { isConfigKind, isRevision } from '../configs/revisions.js';
import type { FormerNamespaces } from '../lock/recordedNamespaces.js';
import type { Judgements } from '../prune/judgeNow.js';
import type { PlanOptions } from '../run/options.js';
import { isContainer } from '../sets/containers.js';
import { ownersOf } from '../sets/ownership.js';
import { setsOf } from '../sets/setName.js';
import type { Change } from './member.js';
import type { Judgement } from './plan.js';

export interface ConfirmationsOptions extends Pick<
  PlanOptions,
  'pruneLabel' | 'pruneLimit' | 'pruneNamespaces' | 'set' | 'formerSet'
> {
  readonly former: FormerNamespaces;
}

/** Why a deploy must be agreed to before anything is sent; empty where the prune label is consent enough (docs/pruning.md). */
export function confirmationsOf(
  { judgements, anyCandidate }: Pick<Judgements, 'judgements' | 'anyCandidate'>,
  changes: readonly Change[],
  options: ConfirmationsOptions,
): string[] {
  const { pruneLabel } = options;
  if (pruneLabel === undefined) return recreations(changes);
  const deletions = judgements.filter((judgement) => judgement.verdict === 'delete');
  const requirements = parsePruneSelector(pruneLabel);
  const isCarried = changes.some(({ desired }) => matchesSelector(requirements, desired.metadata.labels));
  const others = deletions.filter((judgement) => !isConsented(judgement) && !isContainer(judgement.id));
  return [
    ...recreations(changes),
    ...(isCarried || !anyCandidate
      ? []
      : [`nothing that was rendered carries the prune label ${pruneLabel}, but live objects do`]),
    ...(deletions.length > options.pruneLimit
      ? [
          `${deletions.length} ${deletions.length === 1 ? 'object' : 'objects'} would be deleted, more than --prune-limit ${options.pruneLimit}`,
        ]
      : []),
    ...(others.length === 0
      ? []
      : [
          `${others.length} of the objects to delete ${others.length === 1 ? 'was' : 'were'} neither generated nor applied by kapply in this set`,
        ]),
    ...containersThatGo(deletions),
    ...anotherApplication(deletions, judgements, changes, options),
    ...atAnotherPlace(deletions, options),
  ];
}

/** What lives is not thrown away by an annotation alone, but for Jobs: they are finished, or waited for. */
function recreations(changes: readonly Change[]): string[] {
  return changes.flatMap(({ action, live, member: { id } }) =>
    action === 'recreate' && live?.metadata.deletionTimestamp === undefined && !isJobId(id)
      ? [`${formatId(id)} would be deleted and created anew`]
      : [],
  );
}

/** No label is consent to delete what others live in or what holds data. */
export function containersThatGo(judgements: readonly Judgement[]): string[] {
  return judgements.flatMap((judgement) => {
    if (judgement.verdict !== 'delete' || !isContainer(judgement.id)) return [];
    const { holds, id } = judgement;
    const loss =
      holds === undefined
        ? 'the data that it holds'
        : holds === 1
          ? 'the object of this set that is in it'
          : `the ${holds} objects of this set that are in it`;
    return [`${formatId(id)} would be deleted with ${loss}`];
  });
}

/** The prune label is consent for generated configs, and for what kapply applied in this set. */
function isConsented(judgement: Judgement): boolean {
  return judgement.verdict === 'delete' && !isContainer(judgement.id) && (judgement.ours || isGenerated(judgement));
}

function isGenerated({ id }: Pick<Judgement, 'id'>): boolean {
  return isRevision(id) && isConfigKind(id.group, id.kind);
}

/**
 * Another application under this name would take everything that the first one has: asked where nothing that is rendered
 * is in the live set, or more than half of it would go. Generated configs have a new name at every change: they tell nothing.
 */
function anotherApplication(
  deletions: readonly Judgement[],
  judgements: readonly Judgement[],
  changes: readonly Change[],
  options: ConfirmationsOptions,
): string[] {
  if (options.set === undefined) return [];
  const sets = setsOf(options);
  const going = deletions.filter((judgement) => !isGenerated(judgement));
  if (going.length === 0) return [];
  const there = changes.filter(
    ({ live, member }) =>
      (live !== undefined && !isRevision(member.id) && ownersOf(live).some((owner) => sets.includes(owner))) ||
      (member.earlierRuns ?? []).length > 0,
  );
  const staying = judgements.filter(
    (judgement) => judgement.verdict === 'keep' && KEPT_OF_SET.has(judgement.why) && !isGenerated(judgement),
  );
  const total = there.length + going.length + staying.length;
  if (there.length === 0) {
    const objects = total === 1 ? '1 object here, and it is not' : `${total} objects here, and none of them is`;
    return [`set ${options.set} has ${objects} in what you deploy`];
  }
  return going.length * 2 > total
    ? [`${going.length} of the ${total} objects of set ${options.set} are not in what you deploy`]
    : [];
}

/** Reasons for which an object of this very set stays: the others are given to what is not its own as well. */
const KEPT_OF_SET: ReadonlySet<string> = new Set(['inUse', 'unknown', 'keptRevision', 'tooYoung']);

/**
 * A Lease of this name lies elsewhere: the set moved, is deployed there as well, or another application has its name. To name
 * the namespace with --prune-namespace is consent for what is stale, and not for what runs there.
 */
function atAnotherPlace(
  deletions: readonly Judgement[],
  { set, former, pruneNamespaces }: ConfirmationsOptions,
): string[] {
  const elsewhere = deletions
    .filter((judgement) => !pruneNamespaces.includes(judgement.id.namespace) || !isGenerated(judgement))
    .map(({ id: { namespace } }) => namespace)
    .filter((namespace) => former.elsewhere.includes(namespace));
  if (elsewhere.length === 0 || set === undefined) return [];
  const places = [...new Set(elsewhere)].sort().join(', ');
  return [
    `${elsewhere.length} of the objects to delete ${elsewhere.length === 1 ? 'is' : 'are'} of set ${set} in namespaces that this deploy does not render (${places}): if they are another application's, name this one with --set`,
  ];
}
