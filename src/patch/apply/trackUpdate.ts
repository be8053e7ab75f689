import { KapplyError } from '../../errors.js';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { NO_FIELDS, difference, union } from './fieldSet.js';
import { type KindOptions, asData, versionsOf } from './kindVersions.js';
import {
  type Manager,
  type Managers,
  decodeManagedFields,
  encodeManagedFields,
  managerKey,
  resetsManagedFields,
  seconds,
  withManagedFields,
} from './managedFields.js';
import { NOT_OWNED } from './notOwned.js';
import { type Versions, ownAfterUpdate } from './ownership.js';

export interface TrackUpdateOptions extends KindOptions {
  /** The stored object; undefined for a create. */
  readonly before: KubeObject | undefined;
  /** The object to store, in the version of the request. */
  readonly after: KubeObject;
  /** What a new object of the kind holds before anything is set (a Go struct's zero fields), for a create. */
  readonly empty?: JsonObject;
  /** The field manager of the request. */
  readonly manager: string;
  /** '' or absent for the object itself. */
  readonly subresource?: string;
  /** The time of the request, RFC 3339 in whole seconds. */
  readonly now: string;
}

/** Entries of updates that the API server keeps apart; older ones are merged into `ancient-changes`. */
const MAX_UPDATERS = 10;

/**
 * The object after a create, update or patch (anything but an apply) with its managedFields brought up to date: what
 * changed belongs to `manager`, what is gone to nobody. managedFields that the request itself sets are taken as they
 * are; `[{}]` or `[]` forgets them all (apimachinery, managedfields/internal/fieldmanager.go). An object without any
 * stays without until it is applied.
 */
export function trackUpdate(options: TrackUpdateOptions): KubeObject {
  const { before, after, subresource = '' } = options;
  const versions = versionsOf(after.apiVersion, after.kind, options);
  const managers = managersOfRequest(before, after, subresource);
  if (managers.size === 0 && before !== undefined) return withManagedFields(after, undefined);
  const { apiVersion, kind } = after;
  const live = before === undefined ? { apiVersion, kind, ...options.empty } : asData(before);
  return withManagedFields(after, encodeManagedFields(updatedManagers(versions, live, after, managers, options)));
}

/** The managers after an update by `manager`, capped. */
export function updatedManagers(
  versions: Versions,
  before: JsonObject,
  after: KubeObject,
  managers: Managers,
  { manager, subresource = '', now }: Pick<TrackUpdateOptions, 'manager' | 'subresource' | 'now'>,
): Managers {
  const updater: Manager = {
    name: manager === '' ? 'unknown' : manager,
    operation: 'Update',
    apiVersion: versions.apiVersion,
    subresource,
    fields: NO_FIELDS,
  };
  // A key of its own tells what this request changed from what the manager had before.
  const self = 'current-operation';
  const bare = asData(withManagedFields(after, undefined));
  const current = new Map(ownAfterUpdate(versions, before, bare, managers, self, updater));
  const changed = current.get(self);
  current.delete(self);
  const fields = changed === undefined ? NO_FIELDS : difference(changed.fields, NOT_OWNED);
  if (fields.size > 0) {
    const key = managerKey(updater);
    const previous = current.get(key)?.fields ?? NO_FIELDS;
    current.set(key, { ...updater, time: now, fields: union(fields, previous) });
  }
  return capped(current);
}

function managersOfRequest(before: KubeObject | undefined, after: KubeObject, subresource: string): Managers {
  // A subresource cannot set managedFields.
  if (subresource !== '') return decodeOrNone(before?.metadata.managedFields);
  const sent = after.metadata.managedFields;
  if (resetsManagedFields(sent)) return new Map();
  const managers = decodeOrNone(sent);
  return managers.size > 0 ? managers : decodeOrNone(before?.metadata.managedFields);
}

/** Entries that cannot be read count as none, as on the server. */
function decodeOrNone(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  try {
    return decodeManagedFields(entries);
  } catch (error) {
    if (error instanceof KapplyError) return new Map();
    throw error;
  }
}

/** Merges the oldest updates, version by version, until there are few enough (internal/capmanagers.go). */
function capped(managers: Managers): Managers {
  const updaters = [...managers]
    .filter(([, { operation }]) => operation === 'Update')
    .sort(([a, left], [b, right]) => seconds(left) - seconds(right) || (a < b ? -1 : 1));
  let excess = updaters.length - MAX_UPDATERS;
  if (excess <= 0) return managers;
  const result = new Map(managers);
  const firstOfVersion = new Map<string, string>();
  for (const [key, manager] of updaters) {
    if (excess <= 0) break;
    const bucket: Manager = { ...manager, name: 'ancient-changes', subresource: '' };
    const first = firstOfVersion.get(manager.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(manager.apiVersion, key);
      continue;
    }
    const bucketKey = managerKey(bucket);
    const earlier = result.get(bucketKey) ?? result.get(first);
    if (!result.has(bucketKey)) result.delete(first);
    result.delete(key);
    result.set(bucketKey, { ...bucket, fields: union(manager.fields, earlier?.fields ?? NO_FIELDS) });
    excess -= 1;
  }
  return result;
}
