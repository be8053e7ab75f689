/**
 * A generated config that several sets render: the same name says the same content, so it is used as it is. Each further
 * set adds an annotation of its own, by a merge patch: two at once do not meet, and an apply of the set that made it
 * leaves them alone. docs/decisions/0072.
 */
import { CO_OWNER_PREFIX, SET_ANNOTATION } from '../../objects/annotations.js';
import type { Json, JsonObject, KubeObject } from '../../objects/object.js';
import { jsonEqual } from '../../patch/jsonEqual.js';
import { keepMarksOf } from './keepMarks.js';
import { coOwnersOf, ownersOf, setOf } from './ownership.js';

/** Whose share of a config is written: not the manager that applies, which would take over what it names. */
export const CO_OWNER_MANAGER = 'kapply-co-owner';

/** The fields that a content hash is made of, and what makes a config immutable is none of them. */
const CONTENT = ['data', 'binaryData', 'type'] as const;

/** True where a live config holds what this one would: somebody may have edited it, or two contents share a hash. */
export function isSameContent(live: KubeObject, desired: KubeObject): boolean {
  return CONTENT.every((field) => {
    const [a, b] = [live[field], desired[field]].map((value) => (value ?? (field === 'type' ? undefined : {})) as Json);
    // A Secret's type has a default.
    return (field === 'type' && (b === undefined || a === undefined)) || jsonEqual(a ?? null, b ?? null);
  });
}

/**
 * The merge patch that makes a set an owner of a config that another one made; undefined where it is one already. Labels
 * that it would have are added, since something may find it by them; so is every mark that keeps it.
 */
export function sharePatch(
  live: KubeObject,
  desired: KubeObject,
  { set, formerSet }: { readonly set: string; readonly formerSet: string | undefined },
): JsonObject | undefined {
  const owners = coOwnersOf(live);
  const { labels = {}, annotations = {} } = live.metadata;
  const addedLabels = Object.entries(desired.metadata.labels ?? {}).filter(([key]) => labels[key] === undefined);
  const marks = Object.entries(keepMarksOf(desired)).filter(([key]) => keepMarksOf(live)[key] === undefined);
  const added: JsonObject = {
    ...(owners.includes(set) ? {} : { [CO_OWNER_PREFIX + set]: 'true' }),
    ...(formerSet !== undefined && owners.includes(formerSet) ? { [CO_OWNER_PREFIX + formerSet]: null } : {}),
    ...Object.fromEntries(marks.filter(([key, value]) => annotations[key] !== value)),
  };
  if (Object.keys(added).length === 0 && addedLabels.length === 0) return undefined;
  return {
    metadata: {
      ...(Object.keys(added).length > 0 && { annotations: added }),
      ...(addedLabels.length > 0 && { labels: Object.fromEntries(addedLabels) }),
    },
  };
}

/** The object as a merge patch of its metadata leaves it. */
export function withShare(live: KubeObject, patch: JsonObject): KubeObject {
  const { annotations = {}, labels = {} } = patch.metadata as Record<string, Record<string, string | null>>;
  const merged = (before: Readonly<Record<string, string>> = {}, more: Record<string, string | null>) =>
    Object.fromEntries(
      Object.entries({ ...before, ...more }).filter((entry): entry is [string, string] => entry[1] !== null),
    );
  const { metadata } = live;
  return {
    ...live,
    metadata: {
      ...metadata,
      annotations: merged(metadata.annotations, annotations),
      labels: merged(metadata.labels, labels),
    },
  };
}

/** What the set that made a shared config applies: a mark that keeps it, whoever set it, stays. */
export function keepSharedMarks(desired: KubeObject, live: KubeObject | undefined): KubeObject {
  if (live === undefined || coOwnersOf(live).length === 0) return desired;
  const marks = keepMarksOf(live);
  const weaker = Object.keys(desired.metadata.annotations ?? {}).filter((key) => marks[key] !== undefined);
  if (weaker.length === 0) return desired;
  const annotations = { ...desired.metadata.annotations };
  for (const key of weaker) annotations[key] = marks[key] ?? '';
  return { ...desired, metadata: { ...desired.metadata, annotations } };
}

/** The merge patch by which a set gives up what it owns with others: where it made it, the next one is its set. */
export function giveUpPatch(live: KubeObject, sets: readonly string[]): JsonObject | undefined {
  const others = ownersOf(live).filter((owner) => !sets.includes(owner));
  const [heir] = others;
  if (heir === undefined) return undefined;
  const given = coOwnersOf(live).filter((owner) => sets.includes(owner));
  const isMaker = sets.includes(setOf(live) ?? '');
  if (given.length === 0 && !isMaker) return undefined;
  return {
    metadata: {
      // A config that has changed since is judged again by the next run.
      resourceVersion: live.metadata.resourceVersion ?? '',
      annotations: {
        ...Object.fromEntries(given.map((owner) => [CO_OWNER_PREFIX + owner, null])),
        ...(isMaker && { [SET_ANNOTATION]: heir, [CO_OWNER_PREFIX + heir]: null }),
      },
    },
  };
}
