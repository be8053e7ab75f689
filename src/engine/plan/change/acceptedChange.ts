/** The change that the server's answer makes of what was meant to be sent. Pure. */
import { ON_IMMUTABLE_ANNOTATION, USED_AT_ANNOTATION } from '../../../objects/annotations.js';
import { isJob } from '../../../objects/kinds.js';
import { keyOf, type Json, type KubeObject } from '../../../objects/object.js';
import { NO_FIELDS, type FieldSet } from '../../../patch/apply/fieldSet.js';
import { serializeFieldsV1 } from '../../../patch/apply/fieldsV1.js';
import { jsonEqual } from '../../../patch/jsonEqual.js';
import { markUsed } from '../../configs/usedAt.js';
import { hasFailed } from '../../jobs/decideRun.js';
import { changedWords } from './changedPaths.js';
import { guess } from './guess.js';
import type { Intent } from './intent.js';
import type { Change, ChangeAction } from '../member.js';
import { UNTRACKED } from './takeOver.js';

/** What the server would store, and fields of others that the apply removes once they are ours (TakeOverOptions.claims). */
export interface Accepted {
  readonly after: KubeObject;
  readonly claims?: FieldSet;
  /** What --force-conflicts takes from others, field by field, in words. */
  readonly forced?: readonly string[];
}

/** The change of what cannot be changed in place, and may be deleted and created. */
export function recreation({ draft }: Intent): Change {
  const { live, desired } = draft;
  return { ...draft, action: 'recreate', validated: true, after: desired, changed: guess(live, desired).changed };
}

/** A write that is needed although the apply would change nothing: a Job that failed, a config that comes back into use. */
export function neededAnyway(
  { draft }: Intent,
  { after }: Accepted,
  { comebacks, now }: { readonly comebacks: ReadonlySet<string>; readonly now: number },
): Change | undefined {
  const { live, desired } = draft;
  if (live === undefined || !isSame(live, after)) return undefined;
  if (runsAgain(live, desired)) {
    const notes = [...draft.notes, 'failed in an earlier run: it is deleted and run again'];
    return { ...draft, notes, action: 'recreate', validated: true, after: desired, changed: [] };
  }
  if (!comebacks.has(keyOf(draft.member.id))) return undefined;
  // `usedAt` says why it is changed.
  return {
    ...draft,
    action: 'configure',
    validated: true,
    desired: markUsed(desired, now),
    after: markUsed(after, now),
    changed: [`annotations.${USED_AT_ANNOTATION}`],
  };
}

/** The change as the server would make it. */
export function acceptedChange(
  { draft, takeOver }: Intent,
  { after, claims = NO_FIELDS, forced = [] }: Accepted,
): Change {
  const { live } = draft;
  const action: ChangeAction =
    live === undefined ? 'create' : takeOver === undefined && isSame(live, after) ? 'unchanged' : 'configure';
  return {
    ...draft,
    ...(forced.length > 0 && { taken: [...(draft.taken ?? []), ...forced.map((field) => `takes over ${field}`)] }),
    ...(claims.size > 0 && { claims: serializeFieldsV1(claims) }),
    action,
    validated: true,
    after,
    changed: live === undefined ? [] : changedWords(live, after),
  };
}

/** A Job is done with once it has failed: an apply that changes nothing would wait for nothing. */
function runsAgain(live: KubeObject, desired: KubeObject): boolean {
  return isJob(live) && hasFailed(live) && desired.metadata.annotations?.[ON_IMMUTABLE_ANNOTATION] === 'recreate';
}

/**
 * True where the apply would write nothing that stays: not even who owns what moves. The generation alone is no change:
 * a server counts it up at every apply of a field that it does not store (seen on 1.37: `egress: []` in a NetworkPolicy,
 * `creationTimestamp: null` within a custom resource), and such a plan would never come to an end.
 */
function isSame(live: KubeObject, after: KubeObject): boolean {
  return live === after || jsonEqual(withoutCounts(live), withoutCounts(after));
}

function withoutCounts(object: KubeObject): Json {
  const { resourceVersion: _, generation: ___, managedFields = [], ...metadata } = object.metadata;
  // That nobody tracked what is there is no owner of it.
  const entries = managedFields.filter(({ manager }) => manager !== UNTRACKED).map(({ time: __, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, managedFields: entries } } as unknown as Json;
}
