/** What of a change an admission webhook or policy makes by itself, and the manifest has no part in. Pure. */
import { isJsonArray, isJsonObject, ownField } from '../../../objects/json.js';
import type { Json, KubeObject } from '../../../objects/object.js';
import { jsonEqual } from '../../../patch/jsonEqual.js';
import { changedWords, differingPaths, type FieldPath } from './changedPaths.js';
import { isWhole } from './managerEntry.js';
import { UNTRACKED } from './takeOver.js';

interface Sides {
  readonly live: KubeObject;
  /** What the server would store. */
  readonly after: KubeObject;
  /** What would be sent. */
  readonly desired: KubeObject;
  /** The field manager of the apply. */
  readonly manager: string;
}

/**
 * `nothing`: the live object has all that is sent, and only what is not sent would change, so nothing needs to be sent
 * (decisions/0262). `rewritten`: only what is not sent would change, but something that is sent is stored otherwise. undefined: the
 * manifest changes something, or owns more or less than before.
 */
export function changedByAdmission(sides: Sides): 'nothing' | 'rewritten' | undefined {
  const { live, after, desired, manager } = sides;
  const paths = differingPaths(live, after);
  if (paths.length === 0 || !jsonEqual(ownersOf(live, manager), ownersOf(after, manager))) return undefined;
  if (paths.some((path) => isSent(path, desired, after))) return undefined;
  const sent = contentOf(desired);
  if (isWithin(sent, contentOf(live), jsonEqual)) return 'nothing';
  // What the server stores elsewhere (stringData of a Secret) is our own change.
  return isWithin(sent, contentOf(after), () => true) ? 'rewritten' : undefined;
}

/** Who makes the change, for whoever wonders why an unchanged manifest is configured again and again. */
export function admissionNote({ live, after }: Pick<Sides, 'live' | 'after'>): string {
  const words = changedWords(live, after).join(', ');
  return `changes only in ${words}, of which the manifest says nothing: an admission webhook or policy writes it`;
}

/** Who owns what, but for what the server notes of admission: an Update by whoever applies (handlers/patch.go). */
function ownersOf({ metadata }: KubeObject, applier: string): Json {
  const entries = (metadata.managedFields ?? []).filter(
    (entry) =>
      entry.manager !== UNTRACKED && !(entry.manager === applier && entry.operation === 'Update' && isWhole(entry)),
  );
  return entries.map(({ time: _, ...entry }) => entry);
}

function contentOf({
  metadata: { name: _, namespace: __, managedFields: ___, ...metadata },
  ...rest
}: KubeObject): Json {
  return { ...rest, metadata } as unknown as Json;
}

/** Whether the manifest says anything at a path of the stored object. */
function isSent(path: FieldPath, desired: KubeObject, after: KubeObject): boolean {
  let sent: Json | undefined = desired as unknown as Json;
  let stored: Json | undefined = after as unknown as Json;
  for (const step of path) {
    if (sent === undefined) return false;
    const below: Json | undefined = at(stored, step);
    sent = isJsonArray(sent) && isJsonArray(stored) ? counterpart(sent, below, Number(step)) : at(sent, step);
    stored = below;
  }
  return sent !== undefined;
}

function at(value: Json | undefined, step: string | number): Json | undefined {
  if (isJsonArray(value)) return value[Number(step)];
  return isJsonObject(value) ? ownField(value, String(step)) : undefined;
}

/** The item that was sent for a stored one: others may have put theirs before it. */
function counterpart(sent: readonly Json[], stored: Json | undefined, index: number): Json | undefined {
  const name = at(stored, 'name');
  return name === undefined ? sent[index] : sent.find((item) => at(item, 'name') === name);
}

/** Whether all that is sent has its place in what is stored, and is `same` there. Items stand in the order in which they were sent. */
function isWithin(sent: Json, stored: Json | undefined, same: (sent: Json, stored: Json) => boolean): boolean {
  // A null is not stored.
  if (stored === undefined) return sent === null;
  if (isJsonObject(sent)) {
    return (
      isJsonObject(stored) &&
      Object.entries(sent).every(
        ([name, value]) => value === undefined || isWithin(value, ownField(stored, name), same),
      )
    );
  }
  if (!isJsonArray(sent)) return same(sent, stored);
  if (!isJsonArray(stored)) return false;
  let next = 0;
  return sent.every((item) => {
    while (next < stored.length && !isWithin(item, stored[next], same)) next += 1;
    next += 1;
    return next <= stored.length;
  });
}
