/**
 * Field specs say where a transformer works: in which kinds, at which path, and whether a missing field is made
 * (api/types/fieldspec.go, and kustomize's documentation of transformer configurations).
 */
import { compareGvk, type GvkSelector, isSelectedBy } from '../resources/resourceId.js';

export interface FieldSpec extends GvkSelector {
  /** Field names joined by slashes; lists on the way are entered by themselves. `\/` is a slash within a name. */
  readonly path: string;
  readonly create: boolean;
}

/** A kind that others name, and the fields in which they do. */
export interface NameReference extends GvkSelector {
  readonly referrers: readonly FieldSpec[];
}

/** Two specs for the same field that disagree about making it. */
export class FieldSpecConflict extends Error {
  readonly spec: FieldSpec;

  constructor(spec: FieldSpec) {
    super(`conflicting field specs for ${spec.path}`);
    this.spec = spec;
  }
}

/** All of `base` and what of `more` is not yet covered by it. Throws FieldSpecConflict. */
export function mergeFieldSpecs(base: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  const merged = [...base];
  for (const spec of more) {
    const known = merged.find((other) => other.path === spec.path && isSelectedBy(asGvk(other), spec));
    if (known === undefined) merged.push(spec);
    else if (known.create !== spec.create) throw new FieldSpecConflict(spec);
  }
  return merged.length === base.length ? base : merged;
}

/** Adds referrers to the kinds that are known already, and the kinds that are not. Throws FieldSpecConflict. */
export function mergeNameReferences(
  base: readonly NameReference[],
  more: readonly NameReference[],
): readonly NameReference[] {
  const merged = [...base];
  for (const reference of more) {
    const index = merged.findIndex((other) => sameGvk(other, reference));
    const known = merged[index];
    if (known === undefined) merged.push(reference);
    else merged[index] = { ...known, referrers: mergeFieldSpecs(known.referrers, reference.referrers) };
  }
  return merged;
}

/** In the order in which kustomize works through them: by kind, as in the legacy order of output. */
export function sortByGvk<T extends GvkSelector>(specs: readonly T[]): readonly T[] {
  return [...specs].sort((left, right) => compareGvk(asGvk(left), asGvk(right)));
}

/** A selector as a whole group, version and kind: what it does not say is empty. */
export function asGvk(selector: GvkSelector): { group: string; version: string; kind: string } {
  return { group: selector.group ?? '', version: selector.version ?? '', kind: selector.kind ?? '' };
}

function sameGvk(left: GvkSelector, right: GvkSelector): boolean {
  const [a, b] = [asGvk(left), asGvk(right)];
  return a.group === b.group && a.version === b.version && a.kind === b.kind;
}

const splitPaths = new Map<string, readonly string[]>();

/** The field names of a path. A leading slash counts for nothing, a backslash keeps the slash after it in the name. */
export function splitFieldPath(path: string): readonly string[] {
  let names = splitPaths.get(path);
  if (names === undefined) {
    names = splitPath(path, '/');
    splitPaths.set(path, names);
  }
  return names;
}

/** Splits at a delimiter, except where a backslash stands before it (kyaml/utils PathSplitter). */
export function splitPath(path: string, delimiter: string): string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts.shift();
  const names: string[] = [];
  for (const [index, part] of parts.entries()) {
    const last = names.at(-1);
    if (index > 0 && last?.endsWith('\\')) names[names.length - 1] = last.slice(0, -1) + delimiter + part;
    else names.push(part);
  }
  return names;
}
