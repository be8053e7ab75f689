/**
 * May this candidate go? The decision of kubernetes.md, "One prune candidate": a table of rules, the first that
 * matches wins, and every outcome carries its reason. Pure: all that it reads is handed in.
 */
import { formatId, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { controllerOf, hasLastApplied, isAppliedBy, keepMarkOf, setOf, trackerOf } from '../sets/ownership.js';
import { familyKey, isRevision, newestFirst } from '../configs/revisions.js';
import { matchesSelector, type Requirement } from '../../objects/selector.js';
import type { Judgement, KeepReason } from '../plan/plan.js';
import type { Candidate } from './candidates.js';
import type { Gap } from '../uses/plannedReads.js';
import { reasonInUse } from '../uses/scanUses.js';
import type { Use } from '../uses/uses.js';
import { useKey } from '../uses/uses.js';

export interface JudgeOptions {
  readonly requirements: readonly Requirement[];
  /** undefined: an operator's prune, to which every set's objects are alike. */
  readonly set: string | undefined;
  /** Keys and UIDs of everything that this deploy applies. */
  readonly applied: { readonly keys: ReadonlySet<string>; readonly uids: ReadonlySet<string> };
  /** When this run began by the server's clock, ms since the epoch. */
  readonly runStart: number;
  /** The field manager of this deploy: what it, `kapply` or `kubectl` applied counts as applied. */
  readonly fieldManager: string;
  readonly adopt: boolean;
  readonly keep: number;
  /** What a workload can be rolled back to is kept. */
  readonly keepRollback: boolean;
  /** Younger candidates stay: ms; 0 for a deploy that holds its set's lock. */
  readonly minimumAgeMs: number;
  /** Names of revisions that this run has replaced itself: their age does not count. */
  readonly replaced: ReadonlySet<string>;
  /** Who uses what now, or will once the set has rolled out. */
  readonly uses: ReadonlyMap<string, readonly Use[]>;
  /** What could not be read: of what could be used there nothing is known. */
  readonly gaps: readonly Gap[];
}

/** The judgements on all candidates together: `keep` counts revisions of a family. */
export function judgeCandidates(candidates: readonly Candidate[], options: JudgeOptions): Judgement[] {
  const kept = newestRevisions(candidates, options);
  return candidates.map((candidate) => {
    const { object, resource } = candidate;
    const { uid = '', resourceVersion = '' } = object.metadata;
    const base = { id: idOf(object), version: resource.version, uid, resourceVersion };
    const keep =
      reasonToKeep(candidate, options) ?? reasonInUse(options, base.id) ?? reasonByRevision(object, kept, options);
    if (keep !== undefined) return { ...base, verdict: 'keep', why: keep[0], reason: keep[1] };
    return {
      ...base,
      verdict: 'delete',
      ours:
        options.set !== undefined &&
        setOf(object) === options.set &&
        isAppliedBy(object, [options.fieldManager, 'kapply']),
      reason: goneReason(base.id),
      consequences: consequencesOf(base.id, options),
    };
  });
}

type Keep = readonly [KeepReason, string];

/** Rules 2 to 8: what the candidate says of itself. */
export function reasonToKeep({ object, protectedType }: Candidate, options: JudgeOptions): Keep | undefined {
  const id = idOf(object);
  const { uid, deletionTimestamp, finalizers = [], creationTimestamp } = object.metadata;
  if (options.applied.keys.has(keyOf(id)) || (uid !== undefined && options.applied.uids.has(uid))) {
    return ['applied', 'part of this deploy'];
  }
  if (!matchesSelector(options.requirements, object.metadata.labels)) {
    return ['label', 'the server listed it although its labels do not match the selector'];
  }
  if (deletionTimestamp !== undefined) {
    return [
      'terminating',
      finalizers.length === 0 ? 'already being deleted' : `already being deleted, waiting for ${finalizers.join(', ')}`,
    ];
  }
  // Creation times have whole seconds: what was made in the second in which the run began may be another run's.
  const runSecond = Math.floor(options.runStart / 1000) * 1000;
  if (creationTimestamp !== undefined && Date.parse(creationTimestamp) >= runSecond) {
    return ['createdDuringRun', 'created since this run began, by another one'];
  }
  if (lastApplied(object) >= runSecond) return ['createdDuringRun', 'applied since this run began, by another one'];
  return (
    reasonByOwner(object, id, options) ??
    (protectedType ? ['protectedType', 'a Secret of Kubernetes or Helm itself'] : undefined)
  );
}

/** When anyone last applied the object, by the server's clock, ms: a config that is about to be used again. */
function lastApplied(object: KubeObject): number {
  const times = (object.metadata.managedFields ?? []).flatMap(({ operation, time }) =>
    operation === 'Apply' && time !== undefined ? [Date.parse(time)] : [],
  );
  return Math.max(0, ...times);
}

function reasonByOwner(object: KubeObject, id: ObjectId, options: JudgeOptions): Keep | undefined {
  const controller = controllerOf(object);
  if (controller !== undefined) return ['controlled', `owned by ${controller.kind}/${controller.name}`];
  const mark = keepMarkOf(object);
  if (mark !== undefined) return ['keepMark', `marked ${mark}`];
  const set = setOf(object);
  if (set !== undefined && options.set !== undefined && set !== options.set)
    return ['otherSet', `belongs to set ${set}`];
  const tracker = trackerOf(object);
  if (tracker !== undefined) return ['otherTool', `tracked by ${tracker}`];
  // The Endpoints controller copies a Service's labels without owning what it makes: it goes with the Service.
  if (id.group === '' && id.kind === 'Endpoints' && set === undefined)
    return ['controlled', `follows Service/${id.name}`];
  if (options.adopt) return undefined;
  if (!isAppliedBy(object, [options.fieldManager, 'kapply', 'kubectl']) && !hasLastApplied(object)) {
    return ['notApplied', 'not applied by kapply or kubectl (--adopt includes it)'];
  }
  if (set === undefined && !isRevision(id)) {
    return ['notApplied', 'in no set of kapply, and not generated (--adopt includes it)'];
  }
  return undefined;
}

/** Rule 10: the newest N revisions of each family that came before the applied one. */
function newestRevisions(candidates: readonly Candidate[], options: JudgeOptions): ReadonlySet<string> {
  const families = new Map<string, KubeObject[]>();
  for (const candidate of candidates) {
    const { object } = candidate;
    const family = familyKey(idOf(object));
    const reason = reasonToKeep(candidate, options);
    // What is another's, or on its way out, takes no place among ours.
    if (family === undefined || (reason !== undefined && reason[0] !== 'keepMark')) continue;
    families.set(family, [...(families.get(family) ?? []), object]);
  }
  const newest = [...families.values()].flatMap((revisions) => revisions.sort(newestFirst).slice(0, options.keep));
  return new Set(newest.map((object) => keyOf(idOf(object))));
}

/** Rule 10. */
function reasonByRevision(object: KubeObject, kept: ReadonlySet<string>, options: JudgeOptions): Keep | undefined {
  const id = idOf(object);
  if (kept.has(keyOf(id)))
    return ['keptRevision', `among the newest ${options.keep} earlier revisions (--keep ${options.keep})`];
  if (options.keepRollback) {
    const rollback = (options.uses.get(useKey(id)) ?? []).find(
      ({ active, revision }) => !active && revision !== undefined,
    );
    if (rollback !== undefined)
      return [
        'keptRevision',
        `rollout undo of ${formatId(rollback.root)} to revision ${rollback.revision ?? ''} needs it (--keep-rollback)`,
      ];
  }
  const age = options.runStart - Date.parse(object.metadata.creationTimestamp ?? '');
  if (options.minimumAgeMs > 0 && !options.replaced.has(id.name) && !(age >= options.minimumAgeMs)) {
    return ['tooYoung', `younger than ${Math.round(options.minimumAgeMs / 60_000)} minutes`];
  }
  return undefined;
}

function goneReason(id: ObjectId): string {
  return isRevision(id) ? 'stale: nothing uses it any more' : 'no longer in the set';
}

function consequencesOf(id: ObjectId, { uses }: JudgeOptions): string[] {
  const inactive = (uses.get(useKey(id)) ?? []).filter((use) => !use.active);
  const lines = inactive.flatMap(({ root, words }) => {
    const revision = /, revision (\d+)$/.exec(words)?.[1];
    return revision === undefined
      ? []
      : [`rollout undo of ${formatId(root)} to revision ${revision} will no longer work`];
  });
  return [...new Set(lines)];
}
