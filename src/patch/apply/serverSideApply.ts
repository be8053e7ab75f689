import { inputError } from '../../errors.js';
import { type JsonObject, type KubeObject, groupOf, versionOf } from '../../objects/object.js';
import { jsonEqual } from '../jsonEqual.js';
import { type ApplyConflict, conflictMessage, describeConflicts } from './conflicts.js';
import { NO_FIELDS, difference } from './fieldSet.js';
import { type KindOptions, asData, asObject, versionsOf } from './kindVersions.js';
import { unchangedSinceLastApplied, withLastApplied } from './lastApplied.js';
import {
  type Manager,
  type Managers,
  decodeManagedFields,
  encodeManagedFields,
  managerKey,
  withManagedFields,
} from './managedFields.js';
import { NOT_OWNED } from './notOwned.js';
import { type Applied, type OwnershipConflicts, type Versions, mergeApplied } from './ownership.js';
import { withoutEmptied } from './removeFields.js';
import { sameButForTimes } from './sameButForTimes.js';
import { DEDUCED } from './shape.js';
import { updatedManagers } from './trackUpdate.js';
import { formatViolations, shapeViolations } from './validateShape.js';

export interface ServerSideApplyOptions extends KindOptions {
  /** The stored object in the version of the request; undefined where the apply creates it. */
  readonly live: KubeObject | undefined;
  /** The configuration as the client sent it. */
  readonly applied: KubeObject;
  readonly manager: string;
  /** Take the fields of others without asking. */
  readonly force?: boolean;
  /** '' or absent for the object itself. */
  readonly subresource?: string;
  /** The time of the request, RFC 3339 in whole seconds. */
  readonly now: string;
  /** What a new object of the kind holds before anything is set (a Go struct's zero fields), for a create. */
  readonly empty?: JsonObject;
  /** What the server makes of a merged object: decoded into the kind's fields and defaulted. */
  readonly finish?: (object: KubeObject) => KubeObject;
}

export type ServerSideApplyResult =
  | {
      readonly object: KubeObject;
      /** False where the stored object stays as it is, resourceVersion and times included. */
      readonly changed: boolean;
    }
  | {
      readonly conflicts: readonly ApplyConflict[];
      /** The message of the server's Status. */
      readonly message: string;
    };

/**
 * Server-side apply as the API server does it (apimachinery, util/managedfields; structured-merge-diff v6): merges the
 * configuration, takes away what the manager does not apply any more, moves ownership, or says who else owns a field.
 *
 * Throws KapplyError: `InvalidApply` where the configuration does not fit the schema (unknown fields, wrong types, items
 * that cannot be told apart), `ManagedFieldsApplied` where it sets managedFields, `InvalidManagedFields` where the live
 * ones cannot be read.
 */
export function serverSideApply(options: ServerSideApplyOptions): ServerSideApplyResult {
  const { applied, manager, force = false, subresource = '', now, finish = unchanged } = options;
  const { apiVersion, kind } = applied;
  const versions = versionsOf(apiVersion, kind, options);
  if (applied.metadata.managedFields !== undefined) {
    throw inputError('ManagedFieldsApplied', 'metadata.managedFields must be nil');
  }
  assertFits(versions, applied);

  const live = options.live ?? asObject({ apiVersion, kind, metadata: {}, ...options.empty });
  const managers = managersBefore(versions, live, options);
  const applier: Manager = { name: manager, operation: 'Apply', apiVersion, subresource, fields: NO_FIELDS };
  const key = managerKey(applier);
  const before = asData(withManagedFields(live, undefined));
  const merge = (forced: boolean) => mergeApplied(versions, before, asData(applied), managers, key, applier, forced);

  const result = allowingLastApplied(merge(force), () => merge(true), versions, live, manager);
  if ('conflicts' in result) {
    const conflicts = describeConflicts(result.conflicts);
    return { conflicts, message: conflictMessage(conflicts) };
  }
  const merged = asObject(withoutEmptied(result.object, before) as JsonObject);
  const changedValue = options.live === undefined || !jsonEqual(result.object, before);
  const entries = encodeManagedFields(settled(result.managers, managers, key, changedValue ? now : undefined));
  const annotated = manager === 'kubectl' ? withLastApplied(merged, applied) : merged;
  const object = withManagedFields(finish(annotated), entries);
  if (options.live !== undefined && sameButForTimes(options.live, object)) {
    return { object: options.live, changed: false };
  }
  return { object, changed: true };
}

function assertFits(versions: Versions, object: KubeObject): void {
  const shape = versions.shape(versions.apiVersion) ?? DEDUCED;
  const violations = shapeViolations(shape, asData(object));
  if (violations.length === 0) return;
  const { apiVersion, kind, metadata } = object;
  const type = `${groupOf(apiVersion)}/${versionOf(apiVersion)}, Kind=${kind}`;
  throw inputError(
    'InvalidApply',
    `failed to create typed patch object (${metadata.namespace ?? ''}/${metadata.name}; ${type}): ${formatViolations(violations)}`,
  );
}

function unchanged(object: KubeObject): KubeObject {
  return object;
}

/** An object that was never tracked is owned by `before-first-apply` as it stands. */
function managersBefore(versions: Versions, live: KubeObject, options: ServerSideApplyOptions): Managers {
  const managers = decodeManagedFields(live.metadata.managedFields);
  if (managers.size > 0 || options.live === undefined) return managers;
  const { apiVersion, kind } = live;
  const { subresource = '', now, empty } = options;
  const update = { manager: 'before-first-apply', subresource, now };
  return updatedManagers(versions, { apiVersion, kind, ...empty }, live, managers, update);
}

type MergeResult = Applied | { readonly conflicts: OwnershipConflicts };

/** Conflicts of `kubectl` about what its own client-side apply set, and nobody changed since, are none. */
function allowingLastApplied(
  result: MergeResult,
  forced: () => MergeResult,
  versions: Versions,
  live: KubeObject,
  manager: string,
): MergeResult {
  if (!('conflicts' in result) || manager !== 'kubectl') return result;
  const allowed = unchangedSinceLastApplied(versions, live);
  const remaining = [...result.conflicts].flatMap(([key, { manager: owner, fields }]) => {
    const left = difference(fields, allowed);
    return left.size === 0 ? [] : [[key, { manager: owner, fields: left }] as const];
  });
  return remaining.length === 0 ? forced() : { conflicts: new Map(remaining) };
}

/** The applier's entry without what nobody owns, and with the time of this request or of its last change. */
function settled(managers: Managers, before: Managers, key: string, now: string | undefined): Managers {
  const result = new Map(managers);
  const applier = managers.get(key);
  if (applier === undefined) return result;
  const fields = difference(applier.fields, NOT_OWNED);
  const time = now ?? before.get(key)?.time;
  if (fields.size === 0) result.delete(key);
  else result.set(key, { ...applier, fields, ...(time === undefined ? {} : { time }) });
  return result;
}
