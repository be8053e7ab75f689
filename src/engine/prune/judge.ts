/** May this candidate go? The table of rules is asked for each; pure: all that it reads is handed in. */
import { groupOf, idOf, keyOf, type KubeObject } from '../../objects/object.js';
import { configKeys } from '../configs/configKeys.js';
import { isConfigKind, isRevision } from '../configs/revisions.js';
import type { Judgement, Kept } from '../plan/plan.js';
import { isAppliedBy, isStampedAsItself, ownersOf } from '../sets/ownership.js';
import { isBuiltInGroup } from '../uses/builtInGroups.js';
import { useKey } from '../uses/uses.js';
import type { Candidate } from './candidate.js';
import type { JudgeOptions } from './judgeOptions.js';
import { groupFamilies, orderRevisions } from './revisionOrder.js';
import { rollbacksOf, ruleThatKeeps } from './rules.js';

/** The judgements on all candidates together: `--keep`, and what was replaced, count revisions of a family. */
export function judgeCandidates(candidates: readonly Candidate[], options: JudgeOptions): Judgement[] {
  const alone = candidates.map((candidate) => ({ candidate, kept: reasonToKeep(candidate, options) }));
  const neighbours = {
    order: orderRevisions(candidates.map(({ object }) => object)),
    newest: newestRevisions(alone, options),
  };
  // What keeps a candidate by itself is asked first: most are kept by that, and the others need not be looked at for them.
  return alone.map(({ candidate, kept }) =>
    judgementOf(candidate, kept ?? ruleThatKeeps(candidate, options, neighbours), options),
  );
}

/** What keeps a candidate whoever uses it: undefined where that has to be found out. */
export function reasonToKeep(candidate: Candidate, options: JudgeOptions): Kept | undefined {
  return ruleThatKeeps(candidate, options, undefined);
}

function judgementOf({ object, resource }: Candidate, kept: Kept | undefined, options: JudgeOptions): Judgement {
  const id = idOf(object);
  const { uid = '', resourceVersion = '', creationTimestamp: created } = object.metadata;
  const finalizers = awaitedFinalizers(object, options);
  const keys = isConfigKind(id.group, id.kind) ? configKeys(object) : undefined;
  const judged = {
    id,
    version: resource.version,
    uid,
    resourceVersion,
    ...(created !== undefined && { created }),
    ...(keys !== undefined && { keys }),
    ...(finalizers.length > 0 && { finalizers }),
  };
  if (kept !== undefined) return { ...judged, verdict: 'keep', ...kept };
  const isOurs = ownersOf(object).some((owner) => options.sets.includes(owner));
  return {
    ...judged,
    verdict: 'delete',
    ours: isOurs && (isAppliedBy(object, [options.fieldManager, 'kapply']) || isStampedAsItself(object)),
    reason: goneReason(object, options),
    ...(options.insides.has(keyOf(id)) && { holds: options.insides.get(keyOf(id))?.own.length ?? 0 }),
    consequences: options.verb === 'delete' ? [] : rollbacksOf(options.uses.get(useKey(id)) ?? []),
  };
}

/** Those of a custom resource of this set; for an operator's prune, which has no set, of any. */
function awaitedFinalizers(object: KubeObject, { sets }: JudgeOptions): readonly string[] {
  const isOurs = sets.length === 0 || ownersOf(object).some((owner) => sets.includes(owner));
  return isOurs && !isBuiltInGroup(groupOf(object.apiVersion)) ? (object.metadata.finalizers ?? []) : [];
}

function goneReason(object: KubeObject, { verb, sets }: JudgeOptions): string {
  if (verb === 'delete') return sets.length === 0 ? 'named by what is deleted' : 'part of the set';
  return isRevision(idOf(object)) ? 'stale: nothing uses it any more' : 'no longer in the set';
}

/** The newest N revisions of each family that came before the applied one, and that nothing uses. */
function newestRevisions(
  alone: readonly { readonly candidate: Candidate; readonly kept: Kept | undefined }[],
  options: JudgeOptions,
): ReadonlySet<string> {
  const counted = alone.filter(({ candidate, kept }) => {
    // What is another's, in use, or on its way out takes no place among ours.
    if (kept !== undefined && kept.why !== 'keepMark') return false;
    return !(options.uses.get(useKey(idOf(candidate.object))) ?? []).some(({ active }) => active);
  });
  const families = [...groupFamilies(counted.map(({ candidate }) => candidate.object)).values()];
  return new Set(
    families.flatMap((revisions) => revisions.slice(0, options.keep)).map((object) => keyOf(idOf(object))),
  );
}
