/**
 * What becomes of a change that the server's dry run finds invalid. A dry run is made before the take-over from
 * kubectl, and it merges into what is there: so the answer may be about fields that will be gone, about fields of others
 * that the new value excludes, about an immutable field, or about the manifest itself. Only dry runs are sent.
 */
import type { ErrorInfo } from '../../../errors.js';
import { ApiError, type StatusCause } from '../../../cluster/apiError.js';
import type { Cluster, ObjectAddress } from '../../../cluster/cluster.js';
import { idOf, type JsonObject, type KubeObject, type ManagedFieldsEntry } from '../../../objects/object.js';
import { fieldSet, NO_FIELDS, type FieldSet } from '../../../patch/apply/fieldSet.js';
import { ownedBy, parseFieldsV1 } from '../../../patch/apply/fieldsV1.js';
import { givenUp, withoutFields } from '../../../patch/apply/givenUp.js';
import { obstaclesNear, type Obstacle } from '../refusals/inTheWay.js';
import { mergeFields } from './mergeFields.js';
import { conflictRefusal, excludedRefusal, immutableRefusal, refusalOf } from '../refusals/refusal.js';
import { conflictsOf } from './fieldConflicts.js';
import { lostFields } from '../refusals/contested.js';
import { entryOf } from './managerEntry.js';
import { replacingPatch } from './afterTakeOver.js';
import { takeOverOf, type TakeOver } from './takeOver.js';

export interface SettleInvalidOptions {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
}

export type Settled =
  /** `claims`: fields that must become ours first, so that the apply removes them. */
  | {
      readonly outcome: 'accepted';
      readonly after: KubeObject;
      readonly claims: FieldSet;
      readonly forced: readonly string[];
    }
  | { readonly outcome: 'immutable'; readonly failure: ErrorInfo }
  | { readonly failure: ErrorInfo };

/** The same for all tries at one object. */
interface Attempt extends SettleInvalidOptions {
  readonly address: ObjectAddress;
  readonly live: KubeObject;
  readonly desired: KubeObject;
  readonly takeOver: TakeOver | undefined;
  /** The fields that we apply, as the server tells them. */
  readonly applied: FieldSet;
}

/** @param error the 422 that the dry run of the apply was answered with */
export async function settleInvalid(
  error: ApiError,
  address: ObjectAddress,
  live: KubeObject,
  desired: KubeObject,
  takeOver: TakeOver | undefined,
  options: SettleInvalidOptions,
): Promise<Settled> {
  const id = idOf(desired);
  const anew = await applyAnew(address, desired, options);
  if (anew instanceof ApiError) {
    // A port or an address that this very object holds is refused to a second one: that is not what is wrong.
    const fields = causesOf(error).map(({ field }) => field);
    const isSame = causesOf(anew).some(({ field }) => fields.includes(field));
    return { failure: refusalOf(isSame ? anew : error, id) };
  }
  const applied = parseFieldsV1(entryOf(anew, options.fieldManager)?.fieldsV1);
  const attempt: Attempt = { ...options, address, live, desired, takeOver, applied };

  const migrated = await tryWithout(NO_FIELDS, attempt);
  if (!(migrated instanceof ApiError)) return accept(migrated, NO_FIELDS, [], attempt);
  if (migrated.status.reason !== 'Invalid') return { failure: refusalOf(migrated, id, { ...options, live, desired }) };
  const cleared = await clearTheWay(causesOf(migrated), attempt);
  if (cleared !== undefined) return accept(cleared.after, cleared.claims, cleared.obstacles, attempt);
  return { outcome: 'immutable', failure: immutableRefusal(migrated, live, desired) };
}

/**
 * Whether the server would take the object under another name, and what it calls our fields: only messages tell an
 * immutable field from a wrong one.
 */
export async function applyAnew(
  address: ObjectAddress,
  desired: KubeObject,
  { cluster, fieldManager, signal }: SettleInvalidOptions,
): Promise<KubeObject | ApiError> {
  const anew = renamed(desired, `kapply-${Math.trunc(Math.random() * 1e9).toString(36)}`);
  return answerOf(
    cluster.apply({ ...address, name: anew.metadata.name }, anew, { fieldManager, dryRun: true, signal }),
  );
}

/** The object under another name; where the name repeats fields of its spec, with these as well. */
function renamed(object: KubeObject, word: string): KubeObject {
  const { group, kind, name } = idOf(object);
  const spec = (object.spec ?? {}) as JsonObject;
  const named = (metadataName: string, more: object): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, name: metadataName },
    ...more,
  });
  // PLURAL.GROUP and VERSION.GROUP
  const inGroup = name.replace(/^[^.]*/, word);
  switch (`${group}/${kind}`) {
    case 'apiextensions.k8s.io/CustomResourceDefinition':
      return named(inGroup, { spec: { ...spec, names: { ...(spec.names as JsonObject), plural: word } } });
    case 'apiregistration.k8s.io/APIService':
      return named(inGroup, { spec: { ...spec, version: word } });
    default:
      return named(word, {});
  }
}

/** The server's answer to the object as it is after the take-over and our apply, without the claimed fields. */
async function tryWithout(claims: FieldSet, attempt: Attempt): Promise<KubeObject | ApiError> {
  const { cluster, address, live, fieldManager, signal } = attempt;
  const patch = replacingPatch(live, migratedObject(claims, attempt));
  if (patch.length === 0) return live;
  return answerOf(cluster.patch(address, patch, { type: 'json', fieldManager, dryRun: true, signal }));
}

function migratedObject(claims: FieldSet, { live, desired, takeOver, applied, fieldManager }: Attempt): KubeObject {
  const options = { manager: fieldManager, apiVersion: desired.apiVersion, claims };
  // Managers that are taken over are so already: only the claims are new.
  const entries = takeOver?.managedFields ?? live.metadata.managedFields ?? [];
  const before = { ...live, metadata: { ...live.metadata, managedFields: entries } };
  const managedFields = takeOverOf(before, options)?.managedFields ?? entries;
  const owned = ownedBy(managedFields.filter((entry) => isOurs(entry, fieldManager)));
  const others = ownedBy(managedFields.filter((entry) => !isOurs(entry, fieldManager)));
  return mergeFields(withoutFields(live, givenUp(owned, applied), others), desired, applied);
}

function isOurs({ manager, operation, subresource = '' }: ManagedFieldsEntry, fieldManager: string): boolean {
  return operation === 'Apply' && manager === fieldManager && subresource === '';
}

async function answerOf(request: Promise<KubeObject>): Promise<KubeObject | ApiError> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function causesOf(error: ApiError): readonly StatusCause[] {
  return error.status.details?.causes ?? [];
}

interface Cleared {
  readonly after: KubeObject;
  readonly claims: FieldSet;
  readonly obstacles: readonly Obstacle[];
}

/** Finds the fewest fields without which the object is valid; undefined where no field of others is in the way. */
async function clearTheWay(causes: readonly StatusCause[], attempt: Attempt): Promise<Cleared | undefined> {
  const merged = migratedObject(NO_FIELDS, attempt);
  const entries = (attempt.takeOver?.managedFields ?? attempt.live.metadata.managedFields ?? []).filter(
    (entry) => !isOurs(entry, attempt.fieldManager),
  );
  const near = new Map(
    causes
      .flatMap((cause) => obstaclesNear(cause, merged, attempt.applied, entries))
      .map((obstacle) => [obstacle.path.join('\n'), obstacle]),
  );
  let kept = [...near.values()];
  if (kept.length === 0) return undefined;
  let after = await tryWithout(claimsOf(kept), attempt);
  if (after instanceof ApiError) return undefined;
  // What is not in the way stays: one after the other is put back, the server's own defaults first.
  for (const obstacle of kept.toSorted((a, b) => a.managers.length - b.managers.length)) {
    if (kept.length === 1) break;
    const fewer = kept.filter((other) => other !== obstacle);
    const answer = await tryWithout(claimsOf(fewer), attempt);
    if (answer instanceof ApiError) continue;
    [kept, after] = [fewer, answer];
  }
  return { after, claims: claimsOf(kept), obstacles: kept };
}

function claimsOf(obstacles: readonly Obstacle[]): FieldSet {
  return fieldSet(...obstacles.map(({ path }) => path));
}

function accept(
  after: KubeObject,
  claims: FieldSet,
  obstacles: readonly Obstacle[],
  { live, desired, takeOver, forceConflicts, fieldManager }: Attempt,
): Settled {
  const id = idOf(desired);
  const foreign = obstacles.filter(({ managers }) => managers.length > 0);
  if (!forceConflicts && foreign.length > 0) return { failure: excludedRefusal(id, foreign) };
  const sides = { live, desired, fieldManager };
  const conflicts =
    forceConflicts || takeOver !== undefined ? conflictsOf(live, after, takeOver?.managedFields, fieldManager) : [];
  if (conflicts.length > 0 && !forceConflicts) return { failure: conflictRefusal(id, conflicts, sides) };
  const forced = conflicts.flatMap(({ manager, fields }) => lostFields(manager, fields, sides));
  return { outcome: 'accepted', after, claims, forced };
}
