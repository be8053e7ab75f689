/**
 * Fields that another deploy tool, or a person with kubectl, put on an object and that the manifests lack: server-side
 * apply leaves them in silence, so they are told. Pure.
 */
import { jsonEqual } from '../../patch/jsonEqual.js';
import type { Json, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { childOf, isEmptyTree, isItem, pathsOf, type FieldTree } from './fieldTree.js';
import { treeOf } from './inTheWay.js';

/** Field managers behind which people or pipelines stand; all others are taken for controllers, which know what they do. */
const DEPLOYERS = [
  /^helm/,
  /^kubectl(-|$)/,
  /^argocd/,
  /^(kustomize|helm)-controller$/,
  /^flux/,
  /terraform/i,
  /^pulumi/,
  /^kapp/,
  /^(skaffold|tanka|tk|nelm|werf|ansible|octopus|spinnaker|rancher|dashboard|OpenAPI-Generator|Mozilla|okteto|garden)/i,
];
/** What tools keep for themselves on an object says nothing to people. */
const BOOKKEEPING =
  /^f:(meta\.helm\.sh|kubectl\.kubernetes\.io|deployment\.kubernetes\.io|argocd\.argoproj\.io|kapp\.k14s\.io|kapply\.dev|autoscaling\.alpha|deprecated)/;

export interface ForeignFields {
  readonly manager: string;
  /** As people write them: `.spec.template.spec.containers[name="side"]`. */
  readonly paths: readonly string[];
}

/** The managers of the object whose fields may be foreign: where there are none, nothing needs to be asked. */
export function foreignEntries(object: KubeObject, fieldManager: string): ManagedFieldsEntry[] {
  return (object.metadata.managedFields ?? []).filter(
    ({ manager = '', subresource = '' }) =>
      subresource === '' && !manager.startsWith(fieldManager) && DEPLOYERS.some((name) => name.test(manager)),
  );
}

/**
 * @param after the object as it will be
 * @param fresh the same manifest as a new object, with the server's defaults: what it has as well is nobody's doing
 */
export function foreignFields(after: KubeObject, fresh: KubeObject, fieldManager: string): ForeignFields[] {
  const ours = (after.metadata.managedFields ?? []).find(
    ({ manager, operation }) => manager === fieldManager && operation === 'Apply',
  )?.fieldsV1;
  return foreignEntries(after, fieldManager).flatMap(({ manager = '', fieldsV1 = {} }) => {
    const tree = withoutBookkeeping(fieldsV1);
    const found = missing(after as unknown as Json, fresh as unknown as Json, tree, ours ?? {});
    const paths = found.map((path) => pathsOf(treeOf(path)).join(''));
    return paths.length === 0 ? [] : [{ manager, paths }];
  });
}

/** The tree without status and without the marks of tools, on the object and on the pods of its template. */
function withoutBookkeeping({ 'f:status': _, ...tree }: FieldTree): FieldTree {
  const { 'f:metadata': metadata, ...rest } = withoutMarks(tree);
  const { 'f:labels': labels, 'f:annotations': annotations } = (metadata ?? {}) as FieldTree;
  const marks = { ...(labels && { 'f:labels': labels }), ...(annotations && { 'f:annotations': annotations }) };
  return isEmptyTree(marks) ? rest : { ...rest, 'f:metadata': marks };
}

function withoutMarks(tree: FieldTree): FieldTree {
  return Object.fromEntries(
    Object.keys(tree).flatMap((key): [string, FieldTree][] => {
      const below = childOf(tree, key);
      if (isEmptyTree(below)) return [[key, below]];
      const isMap = key === 'f:labels' || key === 'f:annotations';
      const left = isMap
        ? Object.fromEntries(Object.entries(below).filter(([name]) => !BOOKKEEPING.test(name)))
        : withoutMarks(below);
      const isEmptied =
        Object.keys(left).every((name) => name === '.') && Object.keys(below).some((name) => name !== '.');
      return isEmptied ? [] : [[key, left]];
    }),
  );
}

/** The outermost fields of `theirs` that are not ours, and that a fresh object has otherwise or not at all. */
function missing(after: Json | undefined, fresh: Json | undefined, theirs: FieldTree, ours: FieldTree): string[][] {
  return Object.keys(theirs).flatMap((key): string[][] => {
    const value = childAt(after, key);
    if (key === '.' || value === undefined) return [];
    const other = childAt(fresh, key);
    if (jsonEqual(value, other ?? null)) return [];
    const below = childOf(theirs, key);
    const isLeaf = Object.keys(below).every((field) => field === '.');
    if (other === undefined || isLeaf) return Object.hasOwn(ours, key) ? [] : entriesOf(key, below);
    return missing(value, other, below, childOf(ours, key)).map((path) => [key, ...path]);
  });
}

const MAPS = ['f:labels', 'f:annotations', 'f:data', 'f:binaryData', 'f:stringData'];

/** What is new as a whole, told by its entries where it is a list or a map of them: people look for `env[name="OLD_FLAG"]`. */
function entriesOf(key: string, below: FieldTree): string[][] {
  const entries = Object.keys(below).filter((name) => /^[kv]:/.test(name) || (name !== '.' && MAPS.includes(key)));
  return entries.length === 0 ? [[key]] : entries.map((name) => [key, name]);
}

function childAt(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[]).find((item, index) => isItem(key, item, index));
  if (value === null || typeof value !== 'object' || !key.startsWith('f:')) return undefined;
  const fields = value as Readonly<Record<string, Json | undefined>>;
  return Object.hasOwn(fields, key.slice(2)) ? fields[key.slice(2)] : undefined;
}

const MOST = 5;

/** The sentence for the plan, after the object's name. */
export function foreignNote({ manager, paths }: ForeignFields): string {
  const more = paths.length > MOST ? ` and ${paths.length - MOST} more` : '';
  return `keeps what ${manager} put there and the manifests lack: ${paths.slice(0, MOST).join(', ')}${more} (--take-over-manager ${manager} removes it)`;
}
