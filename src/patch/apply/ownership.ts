/**
 * Who owns what after a change (structured-merge-diff, merge/update.go). Values here are whole objects of one kind, each
 * manager's set speaks of the version that it last wrote in.
 */
import type { Json, JsonObject } from '../../objects/object.js';
import { type Comparison, compareShaped, withoutIgnored } from './compareValues.js';
import { type FieldSet, NO_FIELDS, difference, intersection, recursiveDifference, union } from './fieldSet.js';
import { fieldSetOfValue, withNamedFields } from './fieldSetOfValue.js';
import type { Manager, Managers } from './managedFields.js';
import { mergeShaped } from './mergeValues.js';
import { reconcileWithSchema } from './reconcileSchema.js';
import { removeFields } from './removeFields.js';
import type { Shape } from './shape.js';

/** A kind as each of its versions sees it. */
export interface Versions {
  /** The version of the request. */
  readonly apiVersion: string;
  /** The shape of the kind in a version; undefined where that version is not served (any more). */
  readonly shape: (apiVersion: string) => Shape | undefined;
  /** The object in another version; undefined where that version is not served (any more). */
  readonly convert: (object: JsonObject, apiVersion: string) => JsonObject | undefined;
  /** Fields that this request may not own: `status` of the object itself, all but it of the status subresource. */
  readonly ignored: FieldSet;
}

/** Fields that others own, by `managerKey`. */
export type OwnershipConflicts = ReadonlyMap<string, { readonly manager: Manager; readonly fields: FieldSet }>;

interface Ownership {
  readonly managers: Managers;
  readonly comparison: Comparison;
}

/** Takes what a change removed from everybody, and what it modified from everybody but `by`, or says whose it is. */
function reassign(
  versions: Versions,
  before: JsonObject,
  after: JsonObject,
  managers: Managers,
  by: string,
  force: boolean,
): Ownership | { readonly conflicts: OwnershipConflicts } {
  const comparisons = new Map<string, Comparison | undefined>();
  const compareIn = (apiVersion: string): Comparison | undefined => {
    if (!comparisons.has(apiVersion)) comparisons.set(apiVersion, comparisonIn(versions, before, after, apiVersion));
    return comparisons.get(apiVersion);
  };
  const conflicts = new Map<string, { manager: Manager; fields: FieldSet }>();
  const remaining = new Map<string, Manager>();
  for (const [key, manager] of managers) {
    if (key === by) {
      remaining.set(key, manager);
      continue;
    }
    const comparison = compareIn(manager.apiVersion);
    // A version that is no longer served: its entries go with the next write.
    if (comparison === undefined) continue;
    const taken = intersection(manager.fields, union(comparison.modified, comparison.added));
    if (taken.size > 0) conflicts.set(key, { manager, fields: taken });
    const fields = difference(difference(manager.fields, taken), comparison.removed);
    remaining.set(key, { ...manager, fields });
  }
  if (!force && conflicts.size > 0) return { conflicts };
  const comparison = compareIn(versions.apiVersion) ?? { removed: NO_FIELDS, modified: NO_FIELDS, added: NO_FIELDS };
  return { managers: owners(remaining), comparison };
}

function comparisonIn(
  versions: Versions,
  before: JsonObject,
  after: JsonObject,
  apiVersion: string,
): Comparison | undefined {
  const shape = versions.shape(apiVersion);
  const left = inVersion(versions, before, apiVersion);
  const right = inVersion(versions, after, apiVersion);
  if (shape === undefined || left === undefined || right === undefined) return undefined;
  return withoutIgnored(compareShaped(shape, left, right), versions.ignored);
}

function inVersion(versions: Versions, object: JsonObject, apiVersion: string): JsonObject | undefined {
  return object.apiVersion === apiVersion ? object : versions.convert(object, apiVersion);
}

function owners(managers: Managers): Managers {
  return new Map([...managers].filter(([, manager]) => manager.fields.size > 0));
}

function reconciled(versions: Versions, managers: Managers): Map<string, Manager> {
  return new Map(
    [...managers].flatMap(([key, manager]): [string, Manager][] => {
      const shape = versions.shape(manager.apiVersion);
      return shape === undefined ? [] : [[key, { ...manager, fields: reconcileWithSchema(manager.fields, shape) }]];
    }),
  );
}

/**
 * The managers after a create, update or patch by `manager` (whose own `fields` are not read): what it changed is its
 * own now, and nobody else's.
 */
export function ownAfterUpdate(
  versions: Versions,
  before: JsonObject,
  after: JsonObject,
  managers: Managers,
  key: string,
  manager: Manager,
): Managers {
  const result = reassign(versions, before, after, reconciled(versions, managers), key, true);
  if ('conflicts' in result) return managers;
  const { removed, modified, added } = result.comparison;
  const previous = result.managers.get(key)?.fields ?? NO_FIELDS;
  const fields = recursiveDifference(union(union(difference(previous, removed), modified), added), versions.ignored);
  return owners(new Map([...result.managers, [key, { ...manager, fields }]]));
}

export interface Applied {
  readonly object: JsonObject;
  readonly managers: Managers;
}

/**
 * Merges an applied configuration into the live object: what the manager applied before and does not any more goes,
 * unless somebody else owns it.
 */
export function mergeApplied(
  versions: Versions,
  live: JsonObject,
  applied: JsonObject,
  managers: Managers,
  key: string,
  manager: Manager,
  force: boolean,
): Applied | { readonly conflicts: OwnershipConflicts } {
  const shape = versions.shape(versions.apiVersion);
  if (shape === undefined) throw new Error(`no schema of ${versions.apiVersion}`);
  const current = reconciled(versions, managers);
  const last = current.get(key);
  const merged = (mergeShaped(shape, live, applied) ?? {}) as JsonObject;
  const fields = recursiveDifference(fieldSetOfValue(shape, applied), versions.ignored);
  current.set(key, { ...manager, fields });
  const object =
    last !== undefined && leaves(last, versions, fields) ? pruneUnapplied(versions, merged, current, last) : merged;
  const result = reassign(versions, live, object, current, key, force);
  return 'conflicts' in result ? result : { object, managers: result.managers };
}

/** Whether the manager applied something before that it does not any more: most applies leave nothing. */
function leaves(last: Manager, { apiVersion }: Versions, fields: FieldSet): boolean {
  return last.apiVersion !== apiVersion || difference(last.fields, fields).size > 0;
}

/** Takes away what was in the manager's last set and is in nobody's now. */
function pruneUnapplied(versions: Versions, merged: JsonObject, managers: Managers, last: Manager): JsonObject {
  const shape = versions.shape(last.apiVersion);
  const inLast = inVersion(versions, merged, last.apiVersion);
  if (shape === undefined || inLast === undefined || last.fields.size === 0) return merged;
  const lastNamed = withNamedFields(last.fields, shape);
  const withoutLast = removeFields(shape, inLast, lastNamed) as JsonObject;
  const withOwned = keepOwned(versions, inLast, withoutLast, last.apiVersion, managers);

  // Only what the last set held goes: fields that nobody owns, or that updates own, stay.
  const stays = inVersion(versions, withOwned, last.apiVersion) ?? withOwned;
  const mergedNamed = withNamedFields(fieldSetOfValue(shape, inLast), shape);
  const staysNamed = withNamedFields(fieldSetOfValue(shape, stays), shape);
  const gone = intersection(difference(mergedNamed, staysNamed), lastNamed);
  const pruned = removeFields(shape, inLast, gone) as JsonObject;
  return inVersion(versions, pruned, versions.apiVersion) ?? pruned;
}

/** Gives back what any manager owns, version by version, the pruned one first. */
function keepOwned(
  versions: Versions,
  merged: JsonObject,
  pruned: JsonObject,
  prunedVersion: string,
  managers: Managers,
): JsonObject {
  const owned = new Map<string, FieldSet>();
  for (const { apiVersion, fields } of managers.values()) {
    owned.set(apiVersion, union(owned.get(apiVersion) ?? NO_FIELDS, fields));
  }
  const order = [...owned.keys()].sort((a, b) => Number(b === prunedVersion) - Number(a === prunedVersion));
  let current = pruned;
  for (const apiVersion of order) {
    const shape = versions.shape(apiVersion);
    const whole = inVersion(versions, merged, apiVersion);
    const rest = inVersion(versions, current, apiVersion);
    if (shape === undefined || whole === undefined || rest === undefined) continue;
    const named = (set: FieldSet) => withNamedFields(set, shape);
    const ofValue = (value: Json) => named(fieldSetOfValue(shape, value));
    const kept = union(ofValue(rest), named(owned.get(apiVersion) ?? NO_FIELDS));
    current = removeFields(shape, whole, difference(ofValue(whole), kept)) as JsonObject;
  }
  return current;
}
