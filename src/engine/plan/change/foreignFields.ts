/**
 * Fields that another deploy tool, or a person with kubectl, put on an object and that the manifests lack: server-side
 * apply leaves them in silence, so they are told. Pure.
 */
import { jsonEqual } from '../../../patch/jsonEqual.js';
import type { Json, KubeObject, ManagedFieldsEntry } from '../../../objects/object.js';
import { childrenOf, type FieldNode, type FieldSet } from '../../../patch/apply/fieldSet.js';
import { parseFieldsV1 } from '../../../patch/apply/fieldsV1.js';
import { partOf } from '../../../patch/apply/listItems.js';
import type { Path, PathElement } from '../../../patch/apply/pathElement.js';
import { pathWords } from '../refusals/pathWords.js';

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
  return foreignEntries(after, fieldManager).flatMap(({ manager = '', fieldsV1 }) => {
    const theirs = withoutBookkeeping(parseFieldsV1(fieldsV1));
    const found = missing(after as unknown as Json, fresh as unknown as Json, theirs, parseFieldsV1(ours));
    const paths = found.map(pathWords);
    return paths.length === 0 ? [] : [{ manager, paths }];
  });
}

const MARKS: ReadonlySet<PathElement> = new Set(['f:labels', 'f:annotations']);

/** The fields without status and without the marks of tools, on the object and on the pods of its template. */
function withoutBookkeeping(fields: FieldSet): FieldSet {
  const left = new Map(withoutMarks(fields));
  const marks = new Map([...childrenOf(left, 'f:metadata')].filter(([element]) => MARKS.has(element)));
  left.delete('f:status');
  left.delete('f:metadata');
  if (marks.size > 0) left.set('f:metadata', { member: false, children: marks });
  return left;
}

function withoutMarks(fields: FieldSet): FieldSet {
  return new Map(
    [...fields].flatMap(([element, node]): [PathElement, FieldNode][] => {
      const { children } = node;
      if (children.size === 0) return [[element, node]];
      const left = MARKS.has(element)
        ? new Map([...children].filter(([mark]) => !BOOKKEEPING.test(mark)))
        : withoutMarks(children);
      return left.size === 0 ? [] : [[element, { ...node, children: left }]];
    }),
  );
}

/** The outermost fields of `theirs` that are not ours, and that a fresh object has otherwise or not at all. */
function missing(after: Json | undefined, fresh: Json | undefined, theirs: FieldSet, ours: FieldSet): Path[] {
  return [...theirs].flatMap(([element, { children }]): Path[] => {
    const value = partOf(after, element);
    if (value === undefined) return [];
    const other = partOf(fresh, element);
    if (jsonEqual(value, other ?? null)) return [];
    if (other === undefined || children.size === 0) return ours.has(element) ? [] : entriesOf(element, children);
    return missing(value, other, children, childrenOf(ours, element)).map((path) => [element, ...path]);
  });
}

const MAPS = ['f:labels', 'f:annotations', 'f:data', 'f:binaryData', 'f:stringData'];

/** What is new as a whole, told by its entries where it is a list or a map of them: people look for `env[name="OLD_FLAG"]`. */
function entriesOf(element: PathElement, children: FieldSet): Path[] {
  const entries = [...children.keys()].filter((name) => /^[kv]:/.test(name) || MAPS.includes(element));
  return entries.length === 0 ? [[element]] : entries.map((name) => [element, name]);
}

const MOST = 5;

/** The sentence for the plan, after the object's name. */
export function foreignNote({ manager, paths }: ForeignFields): string {
  const more = paths.length > MOST ? ` and ${paths.length - MOST} more` : '';
  return `keeps what ${manager} put there and the manifests lack: ${paths.slice(0, MOST).join(', ')}${more} (--take-over-manager ${manager} removes it)`;
}
