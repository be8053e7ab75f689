/**
 * Walks every string of an object that could name another one, with what stands around it. What an object says of itself
 * is left out: its own metadata, its owners, what was applied last, and the bookkeeping of tools.
 */
import { isSecret } from '../../objects/kinds.js';
import type { KubeObject } from '../../objects/object.js';

export type Holder = Readonly<Record<string, unknown>>;

export interface FoundString {
  readonly text: string;
  /** `spec.routes[0].services[1].name`. */
  readonly path: string;
  /** The field that holds it, or, in a list, the field of the list; '' for a key of a map. */
  readonly field: string;
  /** The map with that field. */
  readonly holder: Holder;
  /** The fields above it, outermost first. */
  readonly above: readonly string[];
}

/** Annotations that repeat the object itself, or say who looks after it: a name in them is no use. */
const OF_ITSELF =
  /last-applied|^(kapply\.dev|meta\.helm\.sh|kubectl\.kubernetes\.io|deployment\.kubernetes\.io|pv\.kubernetes\.io|internal\.config\.kubernetes\.io|kapp\.k14s\.io|objectset\.rio\.cattle\.io)\/|^(argocd\.argoproj\.io\/tracking-id|kubernetes\.io\/service-account\.(name|uid)|config\.kubernetes\.io\/origin|config\.k8s\.io\/owning-inventory|control-plane\.alpha\.kubernetes\.io\/leader)$/;

/** Fields of any metadata that name the object, its owners and its writers. */
const NOT_READ = new Set([
  'managedFields',
  'ownerReferences',
  'uid',
  'resourceVersion',
  'selfLink',
  'creationTimestamp',
  'deletionTimestamp',
]);
const OWN_NAME = new Set(['name', 'namespace', 'generateName']);
/** A Secret's values are never read, even where they came along. */
const SECRET_FIELDS = new Set(['data', 'stringData']);

function fieldsToRead(object: KubeObject): [string, unknown][] {
  const hidesData = isSecret(object);
  return Object.entries(object).filter(
    ([field]) => field !== 'apiVersion' && field !== 'kind' && !(hidesData && SECRET_FIELDS.has(field)),
  );
}

/** Calls `visit` for every string of the object, keys of maps included. */
export function visitStrings(object: KubeObject, visit: (found: FoundString) => void): void {
  for (const [field, child] of fieldsToRead(object)) {
    walk(child, { path: field, field, holder: object, above: [] }, visit);
  }
}

/** True where the test holds for one of the texts that `visitStrings` visits: nothing is built for the others, which are nearly all. */
export function someText(object: KubeObject, test: (text: string) => boolean): boolean {
  return fieldsToRead(object).some(([field, child]) => someTextIn(child, field, true, test));
}

/** `parent`: the field, or the field of the list, in which the value stands; `isTop`: it is a field of the object itself. */
function someTextIn(value: unknown, parent: string, isTop: boolean, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return value !== '' && test(value);
  if (Array.isArray(value)) return value.some((item: unknown) => someTextIn(item, parent, false, test));
  if (value === null || typeof value !== 'object') return false;
  const at = { path: isTop ? parent : '', field: parent };
  return Object.entries(value).some(
    ([field, child]) => !isOfItself(at, field) && (test(field) || someTextIn(child, field, false, test)),
  );
}

/** One step on the way to a text: a field or an index. Paths are made of them where something was found. */
interface Step {
  readonly above: Step | undefined;
  readonly at: string | number;
}

/** As `visitStrings`, for whoever needs no more than the texts, and now and then a path. */
export function visitTexts(object: KubeObject, visit: (text: string, path: () => string) => void): void {
  for (const [field, child] of fieldsToRead(object)) {
    walkTexts(child, { above: undefined, at: field }, field, visit);
  }
}

/** `parent`: the field, or the field of the list, in which the value stands. */
function walkTexts(
  value: unknown,
  step: Step,
  parent: string,
  visit: (text: string, path: () => string) => void,
): void {
  if (typeof value === 'string') {
    if (value !== '') visit(value, () => pathOf(step));
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => walkTexts(item, { above: step, at: index }, parent, visit));
  } else if (value !== null && typeof value === 'object') {
    for (const [field, child] of Object.entries(value)) {
      if (isOfItself({ path: step.above === undefined ? parent : '', field: parent }, field)) continue;
      const here = { above: step, at: field };
      visit(field, () => pathOf(here));
      walkTexts(child, here, field, visit);
    }
  }
}

function pathOf({ above, at }: Step): string {
  if (above === undefined) return String(at);
  return typeof at === 'number' ? `${pathOf(above)}[${at}]` : `${pathOf(above)}.${at}`;
}

/** Calls `visit` for every string below a value that stands there. */
export function walk(value: unknown, at: Omit<FoundString, 'text'>, visit: (found: FoundString) => void): void {
  if (typeof value === 'string') {
    if (value !== '') visit({ ...at, text: value });
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => walk(item, { ...at, path: `${at.path}[${index}]` }, visit));
  } else if (value !== null && typeof value === 'object') {
    const above = [...at.above, at.field];
    for (const [field, child] of Object.entries(value)) {
      if (isOfItself(at, field)) continue;
      const here = { path: `${at.path}.${field}`, holder: value as Holder, above };
      visit({ text: field, ...here, field: '' });
      walk(child, { ...here, field }, visit);
    }
  }
}

function isOfItself({ path, field: parent }: Pick<FoundString, 'path' | 'field'>, field: string): boolean {
  if (parent === 'annotations') return OF_ITSELF.test(field);
  if (parent !== 'metadata') return false;
  return NOT_READ.has(field) || (path === 'metadata' && OWN_NAME.has(field));
}

/**
 * The namespace that is said beside a name: `namespace`, or the field's own name with `namespace` in the place of `name`
 * (`secretName` and `secretNamespace`); undefined where none is said.
 */
export function namespaceBeside({ field, holder }: Pick<FoundString, 'field' | 'holder'>): string | undefined {
  for (const other of [field.replace(/name$/i, (word) => (word === 'Name' ? 'Namespace' : 'namespace')), 'namespace']) {
    const said = other === field || !Object.hasOwn(holder, other) ? undefined : holder[other];
    if (typeof said === 'string' && said !== '') return said;
  }
  return undefined;
}

/** The kind that is said beside a name, in one map: `kind` beside `name`, `resource.kind` beside `resource.name`. */
export function kindBeside({ field, holder }: Pick<FoundString, 'field' | 'holder'>): string | undefined {
  if (!/name$/i.test(field)) return undefined;
  const other = field.replace(/name$/i, (word) => (word === 'Name' ? 'Kind' : 'kind'));
  const said = Object.hasOwn(holder, other) ? holder[other] : undefined;
  return typeof said === 'string' && said !== '' ? said : undefined;
}
