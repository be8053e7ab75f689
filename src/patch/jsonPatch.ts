/**
 * JSON patch (RFC 6902) as the API server and kustomize apply it: both use github.com/evanphx/json-patch v4, which departs
 * from the RFC where noted below.
 */
import { type KapplyError, inputError } from '../errors.js';
import { isJsonArray, isJsonObject, ownField } from '../objects/json.js';
import type { Json, JsonObject } from '../objects/object.js';
import { jsonEqual } from './jsonEqual.js';

/**
 * Applies a JSON patch and returns the new value; neither argument is changed.
 *
 * `operations` is what the patch document holds: a list of `{op, path, from?, value?}`. Departures from RFC 6902, on purpose:
 * - `replace` of a field that is absent adds it; `copy` of one copies null; an absent `value` is null.
 * - list indexes may be negative (-1 is the last item; for `add` it is the end), have leading zeros, or a plus sign.
 * - whatever stands in a pointer before its first slash is ignored; the empty pointer serves `replace` and `test` only.
 * - `test` takes an absent field for null.
 *
 * `onCopy` is told what `copy` puts in a second time, before it does: such values grow without end when they are copied in turn.
 *
 * Throws KapplyError (exit 2) with the code `JsonPatchInvalid` (the patch is malformed), `JsonPatchMissingPath` (nothing is
 * there), `JsonPatchInvalidIndex` or `JsonPatchTestFailed`. Messages name operations and paths, never values.
 */
export function applyJsonPatch(value: Json, operations: Json, onCopy?: (copied: Json) => void): Json {
  if (!isJsonArray(operations)) throw inputError('JsonPatchInvalid', 'a JSON patch is a list of operations');
  return operations.reduce<Json>((current, operation, index) => {
    if (!isJsonObject(operation)) {
      throw inputError('JsonPatchInvalid', `operation ${index} of the JSON patch is not an object`);
    }
    return applyOperation(current, operation, index, onCopy);
  }, value);
}

function applyOperation(
  document: Json,
  operation: JsonObject,
  index: number,
  onCopy: ((copied: Json) => void) | undefined,
): Json {
  const op = ownField(operation, 'op');
  const value = ownField(operation, 'value') ?? null;
  const where = (name: 'path' | 'from') => pointerOf(operation, name, index);
  switch (op) {
    case 'add':
      return changeAt(document, where('path'), (parent, key, at) => added(parent, key, value, at));
    case 'remove':
      return changeAt(document, where('path'), removed);
    case 'replace': {
      const path = where('path');
      return path.text === '' ? replacedRoot(value, path) : changeAt(document, path, replacedWith(value));
    }
    case 'move': {
      const from = where('from');
      const moved = valueAt(document, from) ?? null;
      const rest = changeAt(document, from, removed);
      return changeAt(rest, where('path'), (parent, key, at) => added(parent, key, moved, at));
    }
    case 'copy': {
      const copied = valueAt(document, where('from')) ?? null;
      onCopy?.(copied);
      return changeAt(document, where('path'), (parent, key, at) => added(parent, key, copied, at));
    }
    case 'test': {
      const path = where('path');
      const found = path.text === '' ? document : (valueAt(document, path) ?? null);
      if (!jsonEqual(found, value)) {
        throw inputError('JsonPatchTestFailed', `${path.operation}: the value is not the expected one`);
      }
      return document;
    }
    default:
      throw inputError(
        'JsonPatchInvalid',
        `operation ${index} of the JSON patch: ${typeof op === 'string' ? `unknown op "${op}"` : 'no op'}`,
        { suggestions: ['use one of add, remove, replace, move, copy, test'] },
      );
  }
}

interface Pointer {
  readonly text: string;
  /** The decoded reference tokens. */
  readonly tokens: readonly string[];
  /** How errors name the operation. */
  readonly operation: string;
}

function pointerOf(operation: JsonObject, name: 'path' | 'from', index: number): Pointer {
  const text = ownField(operation, name);
  const op = ownField(operation, 'op') as string;
  if (typeof text !== 'string') {
    throw inputError('JsonPatchInvalid', `operation ${index} of the JSON patch (${op}) has no ${name}`);
  }
  const tokens = text
    .split('/')
    .slice(1)
    .map((token) => token.replace(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~')));
  return { text, tokens, operation: `operation ${index} of the JSON patch (${op} ${text})` };
}

type Change = (parent: JsonObject | readonly Json[], key: string, at: Pointer) => Json;

/** Rebuilds the document with `change` made in the object or list that holds the last token. */
function changeAt(document: Json, at: Pointer, change: Change): Json {
  const step = (node: Json | undefined, depth: number): Json => {
    const token = at.tokens[depth];
    if (token === undefined || (!isJsonObject(node) && !isJsonArray(node))) throw missing(at);
    if (depth === at.tokens.length - 1) return change(node, token, at);
    if (isJsonArray(node)) {
      const index = parseIndex(token, node.length);
      if (index === undefined) throw missing(at);
      return node.with(index, step(node[index], depth + 1));
    }
    return { ...node, [token]: step(ownField(node, token), depth + 1) };
  };
  return step(document, 0);
}

/** The value that a pointer names; undefined for an absent field of an object, an error for anything else that is not there. */
function valueAt(document: Json, at: Pointer): Json | undefined {
  if (at.tokens.length === 0) throw missing(at);
  return at.tokens.reduce<Json | undefined>((node, token, depth) => {
    if (isJsonObject(node)) return ownField(node, token);
    if (!isJsonArray(node)) throw missing(at);
    const index = parseIndex(token, node.length);
    if (index === undefined) throw depth === at.tokens.length - 1 ? badIndex(at, token, node.length) : missing(at);
    return node[index];
  }, document);
}

function added(parent: JsonObject | readonly Json[], key: string, value: Json, at: Pointer): Json {
  if (!isJsonArray(parent)) return { ...parent, [key]: value };
  const index = key === '-' ? parent.length : parseIndex(key, parent.length + 1);
  if (index === undefined) throw badIndex(at, key, parent.length);
  return parent.toSpliced(index, 0, value);
}

function removed(parent: JsonObject | readonly Json[], key: string, at: Pointer): Json {
  if (isJsonArray(parent)) {
    const index = parseIndex(key, parent.length);
    if (index === undefined) throw badIndex(at, key, parent.length);
    return parent.toSpliced(index, 1);
  }
  if (ownField(parent, key) === undefined) throw missing(at);
  return Object.fromEntries(Object.entries(parent).filter(([name]) => name !== key));
}

function replacedWith(value: Json): Change {
  return (parent, key, at) => {
    if (!isJsonArray(parent)) return { ...parent, [key]: value };
    const index = parseIndex(key, parent.length);
    if (index === undefined) throw badIndex(at, key, parent.length);
    return parent.with(index, value);
  };
}

function replacedRoot(value: Json, at: Pointer): Json {
  if (isJsonObject(value) || isJsonArray(value)) return value;
  throw inputError('JsonPatchInvalid', `${at.operation}: only an object or a list can replace the whole document`);
}

/** Reads an index as Go's strconv.Atoi does; undefined where it is no number or outside of `length` items. */
function parseIndex(token: string, length: number): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(token)) return undefined;
  const number = Number(token);
  const index = number < 0 ? number + length : number;
  return index >= 0 && index < length ? Math.abs(index) : undefined;
}

function missing(at: Pointer): KapplyError {
  return inputError('JsonPatchMissingPath', `${at.operation}: nothing is there`);
}

function badIndex(at: Pointer, key: string, length: number): KapplyError {
  return inputError('JsonPatchInvalidIndex', `${at.operation}: "${key}" is no index of a list of ${length}`);
}
