/** Both sides of a conflict: what lives and who put it there, and what the manifest says. Pure. */
import { groupBy } from '../../../objects/groupBy.js';
import { redact } from '../../../objects/redact.js';
import type { Json, KubeObject, ManagedFieldsEntry } from '../../../objects/object.js';
import { hasField, leavesOf, pathsOf, type FieldSet } from '../../../patch/apply/fieldSet.js';
import { ownedBy, parseFieldsV1 } from '../../../patch/apply/fieldsV1.js';
import { partOf } from '../../../patch/apply/listItems.js';
import { formatPath, type Path } from '../../../patch/apply/pathElement.js';
import { jsonEqual } from '../../../patch/jsonEqual.js';
import { pathWords } from './pathWords.js';

/** The object as it lives, and as it is to be sent, and by whom. */
export interface Sides {
  readonly live: KubeObject;
  readonly desired: KubeObject;
  readonly fieldManager: string;
}

const LONGEST = 60;

/**
 * The conflicts of a 409 in words, as many as there are causes: `.spec.replicas: 7 there, by "hpa" at
 * 2026-03-14T02:01:00Z; 3 in the manifest`. A field that nobody is known to own on the live object is told in the server's
 * words: the object has changed since it was read.
 */
export function contestedFields(
  causes: readonly { readonly field?: string; readonly message?: string }[],
  sides: Sides,
): string[] {
  const others = (sides.live.metadata.managedFields ?? []).filter(
    ({ manager, operation }) => manager !== sides.fieldManager || operation !== 'Apply',
  );
  const owned = others.map((entry) => {
    const fields = parseFieldsV1(entry.fieldsV1);
    return { entry, paths: new Map(pathsOf(fields).map((path) => [formatPath(path), path])) };
  });
  return causes.map(({ field = '', message = '' }) => {
    // A server names a manager by its message alone: who it is, managedFields tell.
    const owners = owned.flatMap(({ entry, paths }) => (paths.has(field) ? [entry] : []));
    const path = owned.find(({ paths }) => paths.has(field))?.paths.get(field);
    return path === undefined ? `${field}: ${message}` : contestedWords(path, owners, sides);
  });
}

/** The same for what a forced dry run took from a manager. */
export function lostFields(manager: string, lost: FieldSet, sides: Sides): string[] {
  const entries = (sides.live.metadata.managedFields ?? []).filter((entry) => entry.manager === manager);
  return leavesOf(lost).map((path) => {
    const owners = entries.filter(({ fieldsV1 }) => hasField(parseFieldsV1(fieldsV1), path));
    return contestedWords(path, owners.length === 0 ? [{ manager }] : owners, sides);
  });
}

/** What is taken over as a whole from managers that stand for a person with kubectl: `takes over 4 fields from kubectl-edit at …`. */
export function takenWords(entries: readonly ManagedFieldsEntry[]): string[] {
  return groupBy(entries, ({ manager = 'unknown' }) => manager).map((own) => {
    const fields = leavesOf(ownedBy(own)).length;
    const time = own.flatMap((entry) => entry.time ?? []).sort();
    const at = time.length === 0 ? '' : `, last written at ${time.at(-1) ?? ''}`;
    return `takes over ${fields} ${fields === 1 ? 'field' : 'fields'} from ${own[0].manager ?? 'unknown'}${at}`;
  });
}

function contestedWords(path: Path, owners: readonly ManagedFieldsEntry[], { live, desired }: Sides): string {
  const [there, here] = [shownAt(live, path), shownAt(desired, path)];
  const by = [...new Set(owners.map(ownerWords))].join(' and ');
  // What is masked, or too long, looks alike on both sides.
  const manifest = here === there ? 'another value' : here;
  return `${pathWords(path)}: ${there} there, by ${by}; ${manifest} in the manifest`;
}

/** `"kubectl" through scale at 2026-03-14T02:01:00Z`: the time is when the manager last changed any field of its own. */
function ownerWords({ manager = 'unknown', subresource = '', time }: ManagedFieldsEntry): string {
  const through = subresource === '' ? '' : ` through ${subresource}`;
  return `"${manager}"${through}${time === undefined ? '' : ` at ${time}`}`;
}

/** A value in a few words: `***` for what is secret, `a list of 3` for what is too long to be read at a glance. */
function shownAt(object: KubeObject, path: Path): string {
  const value = at(object, path);
  if (value === undefined) return 'nothing';
  const shown = at(redact(object), path);
  if (shown === undefined || !jsonEqual(value, shown)) return '***';
  const text = JSON.stringify(shown);
  if (text.length <= LONGEST) return text;
  if (Array.isArray(shown)) return `a list of ${shown.length}`;
  if (typeof shown === 'object' && shown !== null) return `a map of ${Object.keys(shown).length}`;
  return `${text.slice(0, LONGEST)}…`;
}

function at(object: KubeObject, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(partOf, object as unknown as Json);
}
