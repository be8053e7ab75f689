/** What has moved since a plan was made: each reason for which it may not be carried out any more. Pure. */
import { USED_AT_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject, ObjectId } from '../../objects/object.js';
import { MASK } from '../../objects/redact.js';
import { valueAt } from '../../objects/valueAt.js';
import { differingPaths, type FieldPath } from '../plan/change/changedPaths.js';
import type { Change } from '../plan/member.js';
import { comparable, comparedBy, type ComparedBy } from './essence.js';
import { placeField } from './lastWriter.js';
import { keepsReplicas } from './makePlanFile.js';
import type { PlannedChange } from './planFile.js';
import { isSeal, type Sealer } from './seal.js';

/** One object that is not as the plan says, with each reason in words. */
export interface Moved {
  readonly id: ObjectId;
  readonly version: string;
  /** `.spec.replicas was 3 and is 5 (kubectl-edit, 2026-11-28T20:40:11Z)` */
  readonly reasons: readonly string[];
}

/** `sameAsPlanned`: to be carried out; `done`: an earlier run of this plan did it, or somebody else did the same. */
export type Standing = 'sameAsPlanned' | 'done' | readonly string[];

/** How a planned change stands to what the same plan is now; a list: why it cannot be carried out any more. */
export function standingOf(planned: PlannedChange, now: Change, manifest: KubeObject, sealer: Sealer): Standing {
  const isLeft = now.action === 'unchanged' || isOnlyMarked(now);
  const wasDone = isLeft && planned.action !== 'unchanged';
  const there = presenceWords(planned, now.live);
  // Killed between the two halves of a recreation, a run has left nothing: the plan goes on with the second one.
  if (now.live === undefined && planned.action === 'recreate') return 'sameAsPlanned';
  if (there !== undefined) return wasDone && planned.action !== 'configure' ? 'done' : [there];
  if (now.live === undefined) return 'sameAsPlanned';
  const by = comparedBy(
    manifest,
    planned.live?.object,
    planned.after ?? undefined,
    planned.keepsReplicas || keepsReplicas(now),
  );
  const reasons = movedFields(planned.live?.object, now.live, by, sealer);
  if (wasDone) return movedAfter(planned, now, by, sealer) ?? 'done';
  if (reasons.length > 0) return reasons;
  const more = now.takesOver.filter((manager) => !planned.takesOver.includes(manager));
  return [
    ...(now.action === planned.action || (isLeft && planned.action === 'unchanged') ? [] : [otherAction(planned, now)]),
    ...(more.length === 0 ? [] : [`fields of ${more.join(', ')} would be taken over, which the plan does not say`]),
    ...otherResult(planned, now, by, sealer),
  ].reduce<Standing>((all, reason) => (typeof all === 'string' ? [reason] : [...all, reason]), 'sameAsPlanned');
}

/** What has moved where there is no object any more, or another one; undefined where it is as it was. */
export function presenceWords({ live }: PlannedChange, now: KubeObject | undefined): string | undefined {
  if (live === null) return now === undefined ? undefined : `was not there, and is there since ${createdWords(now)}`;
  if (now === undefined) return 'was there, and is gone';
  return now.metadata.uid === live.uid ? undefined : `was deleted, and created anew ${createdWords(now)}`;
}

/** A config comes back into use, or a run that was killed made it: it is only marked as used (configs/usedAt). */
function isOnlyMarked({ action, changed }: Change): boolean {
  return action === 'configure' && changed.length > 0 && changed.every((word) => word.endsWith(USED_AT_ANNOTATION));
}

function createdWords({ metadata: { creationTimestamp = 'an unknown time', managedFields = [] } }: KubeObject): string {
  const [first] = managedFields;
  return first?.manager === undefined ? creationTimestamp : `${creationTimestamp} (by ${first.manager})`;
}

/** Where the change was made already, what else is not as it would have left the object; undefined: all is. */
function movedAfter(planned: PlannedChange, { live }: Change, by: ComparedBy, sealer: Sealer): string[] | undefined {
  if (planned.action !== 'configure' || !planned.validated || planned.after === null || live === undefined)
    return undefined;
  const reasons = movedFields(planned.after, live, by, sealer);
  return reasons.length === 0 ? undefined : reasons;
}

/** The fields that are not as they were when the plan was made, each with who wrote it last. */
export function movedFields(
  before: KubeObject | undefined,
  now: KubeObject | undefined,
  by: ComparedBy,
  sealer: Sealer,
): string[] {
  if (before === undefined || now === undefined) return [];
  const [was, is] = [comparable(before, by), comparable(sealer.sealObject(now), by)];
  return differingPaths(was, is)
    .filter((path) => !isSameText(valueAt(was, path), valueAt(is, path), sealer))
    .map((path) => {
      const { path: words, writer } = placeField(now, path);
      const who = writer === undefined ? '' : ` (${[writer.manager, writer.at].filter(Boolean).join(', ')})`;
      return `${words} ${wasAndIs(was, is, path)}${who}`;
    });
}

/** What is known to be secret may have become more or less since: the one side is a hash of the other. */
function isSameText(was: unknown, is: unknown, { seal }: Sealer): boolean {
  if (typeof was !== 'string' || typeof is !== 'string' || isSeal(was) === isSeal(is)) return false;
  return seal(was) === is || seal(is) === was;
}

const MOST_CHARACTERS = 60;

function wasAndIs(was: KubeObject, is: KubeObject, path: FieldPath): string {
  const values = [valueAt(was, path), valueAt(is, path)];
  // Where one side is secret, so is the other.
  const [before, after] = values.map((value) => valueWords(value, values.some(isSeal)));
  if (before === undefined) return after === undefined ? 'has changed' : `was not there and is ${after}`;
  if (after === undefined) return `was ${before} and is not there`;
  return before === after ? 'has changed' : `was ${before} and is ${after}`;
}

/** A value in one line; undefined where there is none. */
function valueWords(value: unknown, isSecret: boolean): string | undefined {
  if (value === undefined) return undefined;
  if (isSecret) return MASK;
  if (typeof value === 'bigint') return String(value);
  if (value !== null && typeof value === 'object') return Array.isArray(value) ? `a list of ${value.length}` : 'a map';
  const text = JSON.stringify(value);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

const ACTION_WORDS = {
  create: 'be created',
  configure: 'be changed',
  recreate: 'be deleted and created',
  unchanged: 'be left as it is',
} as const;

function otherAction(planned: PlannedChange, now: Change): string {
  const what = now.changed.length === 0 ? 'only who owns its fields' : now.changed.join(', ');
  const words = now.action === 'configure' ? ` (${what})` : '';
  // Where the server could not be asked, nothing need have moved: what it said instead is why.
  const why = now.validated ? '' : now.notes.map((note) => `; it ${note}`).join('');
  return `would ${ACTION_WORDS[now.action]}${words}, and the plan says that it would ${ACTION_WORDS[planned.action]}${why}`;
}

/** The same change comes to something else: a webhook, a policy or a default of the server has changed. */
function otherResult(planned: PlannedChange, now: Change, by: ComparedBy, { sealObject, ...sealer }: Sealer): string[] {
  const isAnswered = planned.validated && now.validated && planned.action === 'configure' && now.action === 'configure';
  if (!isAnswered || planned.after === null) return [];
  const [was, is] = [comparable(planned.after, by), comparable(sealObject(now.after), by)];
  return differingPaths(was, is)
    .filter((path) => !isSameText(valueAt(was, path), valueAt(is, path), { ...sealer, sealObject }))
    .map(
      (path) => `the server would store something else: ${placeField(now.after, path).path} ${wasAndIs(was, is, path)}`,
    );
}
