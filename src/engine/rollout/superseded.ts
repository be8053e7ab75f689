/** Whether somebody changed what we applied while it was waited for. Pure over the two versions of one object. */
import type { Json, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { childOf, isItem, type FieldTree } from '../plan/fieldTree.js';
import { jsonEqual } from '../../patch/jsonEqual.js';

/** What others may change while the revision stays ours: a number of pods is not a revision. */
const NOT_OURS_ALONE = new Set(['f:replicas', 'f:paused']);

/**
 * Who changed a field of the spec that we applied, in words: `kubectl (rollout undo)`; undefined where all that we
 * applied is as we applied it.
 * @param applied the object as our apply returned it
 * @param now the same object, later
 */
export function supersededBy(applied: KubeObject, now: KubeObject, fieldManager: string): string | undefined {
  const ours = applied.metadata.managedFields?.find((entry) => isOurs(entry, fieldManager))?.fieldsV1;
  if (ours === undefined || now.metadata.generation === applied.metadata.generation) return undefined;
  const spec = Object.fromEntries(Object.entries(childOf(ours, 'f:spec')).filter(([key]) => !NOT_OURS_ALONE.has(key)));
  const isChanged = differs(applied.spec as Json, now.spec as Json, spec);
  return isChanged ? writerOf(applied, now) : undefined;
}

function isOurs({ manager, operation, subresource = '' }: ManagedFieldsEntry, fieldManager: string): boolean {
  return manager === fieldManager && operation === 'Apply' && subresource === '';
}

/** True where a value at a leaf of the tree is another one, or is gone. */
function differs(before: Json | undefined, after: Json | undefined, fields: FieldTree): boolean {
  const keys = Object.keys(fields).filter((key) => key !== '.');
  if (keys.length === 0) return !jsonEqual(before ?? null, after ?? null);
  return keys.some((key) => differs(childAt(before, key), childAt(after, key), childOf(fields, key)));
}

function childAt(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[]).find((item, index) => isItem(key, item, index));
  if (value === null || typeof value !== 'object' || !key.startsWith('f:')) return undefined;
  const fields = value as Readonly<Record<string, Json | undefined>>;
  return Object.hasOwn(fields, key.slice(2)) ? fields[key.slice(2)] : undefined;
}

/** The manager whose entry is new or newer than when we applied: who wrote last. */
function writerOf(applied: KubeObject, { metadata: { managedFields = [] } }: KubeObject): string {
  const before = new Map((applied.metadata.managedFields ?? []).map((entry) => [entryKey(entry), entry.time ?? '']));
  const [last] = managedFields
    .filter((entry) => (entry.subresource ?? '') === '' && entry.time !== before.get(entryKey(entry)))
    .sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''));
  const manager = last?.manager ?? 'somebody';
  // Plain `kubectl` updates of a template are `kubectl rollout undo`: its other verbs have names of their own.
  const isUndo = manager === 'kubectl' && last?.operation === 'Update';
  return isUndo ? 'kubectl (rollout undo)' : manager;
}

function entryKey({
  manager = '',
  operation = 'Update',
  subresource = '',
  apiVersion = '',
}: ManagedFieldsEntry): string {
  return [manager, operation, subresource, apiVersion].join('/');
}
