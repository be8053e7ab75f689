/** `vars`: `$(NAME)` in certain fields stands for a value of some object (api/filters/refvar, api/types/var.go). */
import { inputError } from '../../errors.js';
import type { Budget } from '../budget.js';
import { FieldPathProblem, updateFields } from '../fieldSpecs/fieldPath.js';
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import type { Var } from '../kustomization/kustomization.js';
import { lookUp, splitDottedPath } from '../replacement/dottedPath.js';
import { PathProblem } from '../replacement/slot.js';
import { type Resource, currentId, previousIds } from '../resources/resource.js';
import { type Gvk, effectiveNamespace, parseApiVersion } from '../resources/resourceId.js';
import type { ResourceMap } from '../resources/resourceMap.js';
import { SourceScalar, type Tree, isList, isMap, isMissing, textOf } from '../resources/tree.js';
import { specsByKind } from '../transformers/matchingSpecs.js';
import { changing } from '../transformers/transformer.js';

/** A var with its defaults filled in. */
export interface KnownVar {
  readonly name: string;
  readonly fieldPath: string;
  /** The kustomization that declares it, for messages. */
  readonly file: string;
}

export type Vars = ReadonlyMap<string, KnownVar>;
type VarValue = string | number | bigint | boolean;

/** All of both. Throws KapplyError `DuplicateVar`. */
export function mergeVars(base: Vars, more: Iterable<KnownVar>): Vars {
  const merged = new Map(base);
  for (const known of more) {
    const other = merged.get(known.name);
    if (other !== undefined) {
      throw inputError(
        'DuplicateVar',
        `the var ${known.name} is declared twice: in ${other.file} and in ${known.file}`,
        {
          position: { file: known.file },
          suggestions: ['Give one of the two another name.'],
        },
      );
    }
    merged.set(known.name, known);
  }
  return merged;
}

/** Notes at the objects that vars refer to which vars these are: their names may still change. Returns the vars. */
export function declareVars(declared: readonly Var[], map: ResourceMap, file: string): KnownVar[] {
  return declared.map((entry) => {
    const name = entry.name ?? '';
    const matching = matchingResources(entry, map);
    const [resource, second] = matching;
    if (second !== undefined) {
      throw inputError('AmbiguousVar', `the var ${name} could take its value from any of ${matching.length} objects`, {
        position: { file },
        suggestions: ['Say the namespace of the object in objref.'],
      });
    }
    if (resource !== undefined) resource.varNames = [...resource.varNames, name];
    return { name, file, fieldPath: entry.fieldref?.fieldPath || 'metadata.name' };
  });
}

function matchingResources({ objref = {} }: Var, map: ResourceMap): Resource[] {
  const { name = '', namespace = '', kind = '' } = objref;
  const gvk: Gvk = {
    kind,
    group: objref.group ?? '',
    version: objref.version ?? '',
    ...(objref.apiVersion ? versionOf(objref.apiVersion, objref.group ?? '') : {}),
  };
  const wanted = effectiveNamespace({ namespace, clusterScoped: false });
  return map.resources.filter((resource) => {
    if (resource.tree === undefined) return false;
    return [...previousIds(resource), currentId(resource)].some(
      (id) =>
        id.name === name &&
        id.group === gvk.group &&
        id.version === gvk.version &&
        id.kind === gvk.kind &&
        (namespace === '' || effectiveNamespace(id) === wanted),
    );
  });
}

function versionOf(apiVersion: string, group: string): { group: string; version: string } {
  return apiVersion.includes('/') ? parseApiVersion(apiVersion) : { group, version: apiVersion };
}

/** Puts the values in. Returns the names of vars that were never used. Throws KapplyError `UnknownVarSource`. */
export async function resolveVars(
  map: ResourceMap,
  vars: Vars,
  specs: readonly FieldSpec[],
  budget: Budget,
): Promise<string[]> {
  if (vars.size === 0) return [];
  const values = new Map<string, VarValue | undefined>();
  for (const known of vars.values()) values.set(known.name, valueOf(known, map));
  const used = new Set<string>();
  const specsFor = specsByKind(specs);
  for (const resource of map.resources) {
    const { tree } = resource;
    if (tree === undefined) continue;
    await budget.breathe();
    changing(resource, 'putting in vars', () => {
      for (const spec of specsFor(resource))
        updateFields(tree, spec, (value) =>
          expanded(value, spec.path, (text) => expandText(text, values, used, budget)),
        );
    });
  }
  return [...vars.keys()].filter((name) => !used.has(name));
}

function valueOf({ name, fieldPath, file }: KnownVar, map: ResourceMap): VarValue | undefined {
  const resource = map.resources.find(({ varNames }) => varNames.includes(name));
  const suggestions = ['Check objref and fieldref of the var.'];
  if (resource?.tree === undefined) {
    throw inputError('UnknownVarSource', `the object that the var ${name} takes its value from is not there`, {
      position: { file },
      suggestions,
    });
  }
  const value = found(resource, fieldPath);
  if (value === undefined) {
    throw inputError(
      'UnknownVarSource',
      `the var ${name} takes its value from ${fieldPath} of an object that has no such field`,
      {
        position: { file },
        suggestions,
      },
    );
  }
  return scalarValue(value);
}

function found(resource: Resource, fieldPath: string): Tree | undefined {
  // `ports[0]` is an item of a list, `[0]` within a longer name as well.
  const path = splitDottedPath(fieldPath).flatMap((part) => {
    const index = /^(.*)\[([0-9]+)\]$/.exec(part);
    return index === null ? [part] : [...(index[1] === '' ? [] : [index[1] ?? '']), index[2] ?? ''];
  });
  try {
    return lookUp(resource.tree ?? null, path)?.get();
  } catch (error) {
    if (error instanceof PathProblem) return undefined;
    throw error;
  }
}

/** Maps and lists cannot stand for a var: its name stays where it is. */
function scalarValue(value: Tree): VarValue | undefined {
  if (value instanceof SourceScalar) {
    const plain = value.value;
    return plain === null || typeof plain === 'string' ? value.text : plain;
  }
  if (value === null) return 'null';
  return typeof value === 'object' ? undefined : value;
}

function expanded(value: Tree, path: string, expand: (text: string) => Tree): Tree {
  if (isMissing(value)) return value;
  if (isMap(value)) {
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (typeof item === 'string') value[key] = expand(item);
    }
    return value;
  }
  if (isList(value)) {
    return value.map((item) => {
      if (typeof item !== 'string') throw new FieldPathProblem(path, 'an item of the list is not a string');
      return expand(item);
    });
  }
  return typeof value === 'string' ? expand(value) : value;
}

/** `$(NAME)` is the value where the name is known, `$$` is one dollar sign. A text that is one var takes the type of its value. */
function expandText(
  text: string,
  values: ReadonlyMap<string, VarValue | undefined>,
  used: Set<string>,
  budget: Budget,
): Tree {
  const whole = /^\$\(([^)]*)\)$/.exec(text)?.[1];
  const wholeValue = whole === undefined ? undefined : values.get(whole);
  if (whole !== undefined && wholeValue !== undefined) {
    used.add(whole);
    return wholeValue;
  }
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (match, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = values.get(name);
    if (value === undefined) return match;
    used.add(name);
    const own = textOf(value);
    // Counted before they are joined: a short text can name a long one a million times.
    budget.spend(0, own.length);
    return own;
  });
}
