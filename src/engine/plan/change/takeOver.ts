/**
 * Taking over from kubectl, once per object: what its apply owns becomes ours, so that what leaves the manifest leaves
 * the cluster (kubernetes/kubernetes#99003). After client-go's csaupgrade, and further: `kubectl apply --server-side`
 * and `kubectl rollout undo` as well.
 */
import { ID_ANNOTATION, LAST_APPLIED_ANNOTATION } from '../../../objects/annotations.js';
import { copyOf } from '../../sets/ownership.js';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../objects/object.js';
import {
  fieldSet,
  fieldSetsEqual,
  NO_FIELDS,
  union,
  type FieldNode,
  type FieldSet,
} from '../../../patch/apply/fieldSet.js';
import { fieldsV1LeadsTo, ownedBy, parseFieldsV1, serializeFieldsV1 } from '../../../patch/apply/fieldsV1.js';
import { fieldElement, keysOf, type PathElement } from '../../../patch/apply/pathElement.js';
import { isWhole } from './managerEntry.js';

/**
 * To whom the server gives all that an object without managedFields holds, at its first apply. It never writes an entry
 * for an apply that sets no field: so an object that was applied as a bare name comes here at its next one.
 */
export const UNTRACKED = 'before-first-apply';

/** Client-side managers whose Update entries are whole manifests that a person wrote with kubectl. */
const UPDATERS = ['kubectl-client-side-apply', UNTRACKED, 'kubectl-create', 'kubectl-replace', 'kubectl-edit'];

/** Managers whose Apply entries are those of `kubectl apply --server-side`. */
const APPLIERS = ['kubectl', 'kubectl-last-applied'];

/** What a restore writes of these was filled in by the server, and cannot be taken away: a node, a volume, a selector. */
const KEEPS_WHAT_IT_IS_GIVEN = ['Pod', 'Job', 'PersistentVolume', 'PersistentVolumeClaim'];

export interface TakeOver {
  /** The managers whose fields become ours, for people. */
  readonly managers: readonly string[];
  /** metadata.managedFields as it is to be written. */
  readonly managedFields: readonly ManagedFieldsEntry[];
  /** True where a `kubectl rollout undo` is taken over: this deploy rolls it forward again. */
  readonly undo: boolean;
  /** True where the last-applied annotation is still there. */
  readonly hasLastApplied: boolean;
}

export interface TakeOverOptions {
  /** Our field manager. */
  readonly manager: string;
  /** The version in which we apply. */
  readonly apiVersion: string;
  /** True where the manifest is a bare name, such as an account's: what was never tracked stays as it is. */
  readonly isBare?: boolean;
  /** Managers that are taken over as kubectl is (--take-over-manager). */
  readonly also?: readonly string[];
  /** Fields of others, or of nobody, that become ours, so that our apply removes them: what the new value excludes. */
  readonly claims?: FieldSet;
}

/** What there is to take over on a live object before we apply it; undefined: nothing. */
export function takeOverOf(live: KubeObject, options: TakeOverOptions): TakeOver | undefined {
  const { manager, apiVersion, isBare = false, also = [], claims = NO_FIELDS } = options;
  const all = live.metadata.managedFields ?? [];
  const entries = claims.size === 0 ? all : all.flatMap((entry) => withoutClaims(entry, claims, manager));
  const isOurs = (entry: ManagedFieldsEntry): boolean =>
    entry.operation === 'Apply' && entry.manager === manager && isWhole(entry);
  const mayBeRestored =
    !isBare && copyOf(live) === undefined && !entries.some(isOurs) && !KEEPS_WHAT_IT_IS_GIVEN.includes(live.kind);
  const isUntracked = (entry: ManagedFieldsEntry): boolean =>
    isBare && entry.manager === UNTRACKED && !ownsLastApplied(entry);
  const taken = entries.filter(
    (entry) => (isTaken(entry, manager, also) && !isUntracked(entry)) || (mayBeRestored && ownsIdentity(entry)),
  );
  const hasLastApplied = live.metadata.annotations?.[LAST_APPLIED_ANNOTATION] !== undefined;
  // Another tool's own annotation stays, whatever we give up: to take it over would never end.
  const isForeign = entries.some((entry) => ownsLastApplied(entry) && !isOurs(entry) && !taken.includes(entry));
  if (taken.length === 0 && claims.size === 0 && (!hasLastApplied || isForeign)) return undefined;
  const merged = [...entries.filter(isOurs), ...taken];
  const ours: ManagedFieldsEntry = {
    manager,
    operation: 'Apply',
    apiVersion,
    ...timeOf(merged),
    fieldsType: 'FieldsV1',
    fieldsV1: serializeFieldsV1(union(union(ownedBy(merged), LAST_APPLIED_FIELD), claims)),
  };
  return {
    managers: [...new Set(taken.map(({ manager: name = '' }) => name))],
    managedFields: [ours, ...entries.filter((entry) => !isOurs(entry) && !taken.includes(entry))],
    undo: taken.some(isUndo),
    hasLastApplied,
  };
}

/** Owned by us, and absent from what we apply: so our next apply removes the annotation. */
const LAST_APPLIED_PATH = ['f:metadata', 'f:annotations', fieldElement(LAST_APPLIED_ANNOTATION)];

const LAST_APPLIED_FIELD = fieldSet(LAST_APPLIED_PATH);

function isTaken(entry: ManagedFieldsEntry, manager: string, also: readonly string[]): boolean {
  const { operation, manager: name = '' } = entry;
  if (!isWhole(entry) || (name === manager && operation === 'Apply')) return false;
  if (also.includes(name)) return true;
  if (operation === 'Apply') return APPLIERS.includes(name) && name !== manager;
  // Whoever owns the annotation by an update applied client-side, under whatever --field-manager (as csaupgrade finds it).
  return UPDATERS.includes(name) || ownsLastApplied(entry) || isUndo(entry);
}

/** The entry without the claimed fields; nothing where no field is left. */
function withoutClaims(entry: ManagedFieldsEntry, claims: FieldSet, manager: string): ManagedFieldsEntry[] {
  if (!isWhole(entry) || (entry.manager === manager && entry.operation === 'Apply')) return [entry];
  const left = withoutPaths(parseFieldsV1(entry.fieldsV1), claims);
  return left.size === 0 ? [] : [{ ...entry, fieldsV1: serializeFieldsV1(left) }];
}

/** A set without what lies at and below the leaves of another. A list item of which only its key is left goes as well. */
function withoutPaths(fields: FieldSet, gone: FieldSet): FieldSet {
  return new Map(
    [...fields].flatMap(([element, node]): [PathElement, FieldNode][] => {
      const taken = gone.get(element);
      if (taken === undefined) return [[element, node]];
      if (taken.children.size === 0) return [];
      const children = withoutPaths(node.children, taken.children);
      if (fieldSetsEqual(children, node.children)) return [[element, node]];
      return isOnlyKey(element, children) ? [] : [[element, { ...node, children }]];
    }),
  );
}

function isOnlyKey(element: PathElement, fields: FieldSet): boolean {
  const keys = keysOf(element).map(([name]) => fieldElement(name));
  return [...fields.keys()].every((field) => keys.includes(field));
}

/**
 * Whoever put our identity on the very object that it names, by an update, restored what we had applied: from a backup, or
 * by `kubectl get` and `create`.
 */
function ownsIdentity(entry: ManagedFieldsEntry): boolean {
  const path = ['f:metadata', 'f:annotations', `f:${ID_ANNOTATION}`];
  return isWhole(entry) && entry.operation === 'Update' && fieldsV1LeadsTo(entry.fieldsV1, path);
}

function ownsLastApplied({ fieldsV1 }: ManagedFieldsEntry): boolean {
  return fieldsV1LeadsTo(fieldsV1, LAST_APPLIED_PATH);
}

/** `kubectl rollout undo` is an Update by plain `kubectl` (seen); its scale has a subresource, its other verbs own names. */
function isUndo(entry: ManagedFieldsEntry): boolean {
  return (
    isWhole(entry) &&
    entry.operation === 'Update' &&
    entry.manager === 'kubectl' &&
    fieldsV1LeadsTo(entry.fieldsV1, ['f:spec', 'f:template'])
  );
}

function timeOf(entries: readonly ManagedFieldsEntry[]): { time?: string } {
  const time = entries
    .map((entry) => entry.time ?? '')
    .sort()
    .at(-1);
  return time === undefined || time === '' ? {} : { time };
}

/**
 * The JSON patch that makes the take-over, guarded by resourceVersion: a replace of a stale version is a 409 (a test
 * would be a 422 without details, seen).
 */
export function takeOverPatch(takeOver: TakeOver, resourceVersion: string): JsonObject[] {
  return [
    // It may have none, which could not be replaced (RFC 6902, 4.1).
    { op: 'add', path: '/metadata/managedFields', value: takeOver.managedFields as unknown as JsonObject[] },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
}
