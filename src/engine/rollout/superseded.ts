/** Whether somebody changed what we applied while it was waited for. Pure over the two versions of one object. */
import type { Json, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { childrenOf, type FieldSet } from '../../patch/apply/fieldSet.js';
import { parseFieldsV1 } from '../../patch/apply/fieldsV1.js';
import { partOf } from '../../patch/apply/listItems.js';
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
  const fields = childrenOf(parseFieldsV1(ours), 'f:spec');
  const spec = new Map([...fields].filter(([element]) => !NOT_OURS_ALONE.has(element)));
  const isChanged = differs(applied.spec as Json, now.spec as Json, spec);
  return isChanged ? writerOf(applied, now) : undefined;
}

function isOurs({ manager, operation, subresource = '' }: ManagedFieldsEntry, fieldManager: string): boolean {
  return manager === fieldManager && operation === 'Apply' && subresource === '';
}

/** True where a value at a leaf of the set is another one, or is gone. */
function differs(before: Json | undefined, after: Json | undefined, fields: FieldSet): boolean {
  if (fields.size === 0) return !jsonEqual(before ?? null, after ?? null);
  return [...fields].some(([element, { children }]) =>
    differs(partOf(before, element), partOf(after, element), children),
  );
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
