/**
 * From JSON to the types of a kustomization, by the rules of Go's encoding/json: field names in any case, null counts for
 * nothing, types must fit. Plugin configurations are read more kindly: numbers and booleans may stand for strings, and
 * unknown fields are passed over (sigs.k8s.io/yaml).
 */
import { type KapplyError, type SourcePosition, inputError } from '../../errors.js';
import { nearest } from '../../objects/nearest.js';
import type { Json, JsonObject } from '../../objects/object.js';
import type { Shape, StructShape } from './shapes.js';

export interface DecodeOptions {
  /** Takes numbers and booleans where a string is wanted, as sigs.k8s.io/yaml does. */
  readonly convertsScalars?: boolean;
  /** Refuses fields that the shape does not have. */
  readonly refusesUnknown?: boolean;
  /** How errors call what is read: `the kustomization`. */
  readonly subject: string;
  /** Where the value at a path stands. */
  readonly position: (path: readonly (string | number)[]) => SourcePosition;
}

type Path = readonly (string | number)[];

/**
 * Decodes what a file says: what is returned has the given shape, and nothing where the file says null.
 * Throws KapplyError `InvalidField` or `UnknownField`.
 */
export function decode(value: Json, shape: Shape, options: DecodeOptions): unknown {
  return decodeAny(value, shape, [], options) ?? {};
}

function decodeAny(value: Json, shape: Shape, path: Path, options: DecodeOptions): Json | undefined {
  if (value === null) return undefined;
  if (shape === 'any') return value;
  if (shape === 'string') return decodeString(value, path, options);
  if (shape === 'exactString') return decodeString(value, path, { ...options, convertsScalars: false });
  if (shape === 'boolean') return typeof value === 'boolean' ? value : fail(value, 'true or false', path, options);
  if (shape === 'integer') return decodeInteger(value, path, options);
  if ('list' in shape) {
    if (!Array.isArray(value)) return fail(value, 'a list', path, options);
    return (value as readonly Json[]).map(
      (item, index) => decodeAny(item, shape.list, [...path, index], options) ?? zero(shape.list),
    );
  }
  if (typeof value !== 'object' || Array.isArray(value)) return fail(value, 'a map', path, options);
  if ('fields' in shape) return decodeStruct(value as JsonObject, shape, path, options);
  const map: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value as JsonObject)) {
    const decoded = decodeAny(item as Json, shape.map, [...path, key], options) ?? zero(shape.map);
    Object.defineProperty(map, key, { value: decoded, enumerable: true, writable: true, configurable: true });
  }
  return map;
}

function decodeStruct(value: JsonObject, shape: StructShape, path: Path, options: DecodeOptions): JsonObject {
  const names = fieldNames(shape);
  const struct: Record<string, Json> = {};
  // The YAML has been JSON with sorted keys: of several spellings of a field the last one counts.
  for (const key of Object.keys(value).sort()) {
    const name = names.get(key.toLowerCase());
    if (name === undefined) {
      if (options.refusesUnknown) throw unknownField(key, shape, path, options);
      continue;
    }
    const decoded = decodeAny(value[key] as Json, shape.fields[name] as Shape, [...path, key], options);
    if (decoded !== undefined) struct[name] = decoded;
  }
  return struct;
}

const namesOfShapes = new WeakMap<StructShape, ReadonlyMap<string, string>>();

function fieldNames(shape: StructShape): ReadonlyMap<string, string> {
  let names = namesOfShapes.get(shape);
  if (names === undefined) {
    names = new Map(Object.keys(shape.fields).map((name) => [name.toLowerCase(), name]));
    namesOfShapes.set(shape, names);
  }
  return names;
}

function decodeString(value: Json, path: Path, options: DecodeOptions): Json {
  if (typeof value === 'string') return value;
  if (options.convertsScalars && typeof value !== 'object') return String(value);
  return fail(value, 'a string', path, options);
}

function decodeInteger(value: Json, path: Path, options: DecodeOptions): Json {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (isWhole && BigInt.asIntN(64, BigInt(value)) === BigInt(value)) return value;
  return fail(value, 'a whole number of 64 bits', path, options);
}

/** What a null in a list stands for. */
function zero(shape: Shape): Json {
  if (shape === 'string' || shape === 'exactString') return '';
  if (shape === 'boolean') return false;
  if (shape === 'integer') return 0;
  return shape === 'any' ? null : {};
}

function fail(value: Json, wanted: string, path: Path, options: DecodeOptions): never {
  const field = formatPath(path);
  const subject = field === '' ? options.subject : `${field} of ${options.subject}`;
  throw inputError('InvalidField', `${subject} must be ${wanted}, not ${describe(value)}`, {
    position: options.position(path),
    suggestions: wanted === 'a string' ? quotingAdvice(value) : [],
  });
}

function quotingAdvice(value: Json): string[] {
  if (typeof value === 'boolean') {
    return ['Put it in quotes: in this file y, n, yes, no, on and off are booleans as well as true and false.'];
  }
  return typeof value === 'object' ? [] : ['Put it in quotes.'];
}

function unknownField(key: string, shape: StructShape, path: Path, options: DecodeOptions): KapplyError {
  const where = path.length === 0 ? options.subject : `${formatPath(path)} of ${options.subject}`;
  const similar = nearest(key, Object.keys(shape.fields));
  return inputError('UnknownField', `${where} has an unknown field ${key}`, {
    position: options.position([...path, key]),
    suggestions: [
      similar === undefined ? `Known fields: ${Object.keys(shape.fields).join(', ')}.` : `Did you mean ${similar}?`,
    ],
  });
}

function describe(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'boolean') return `the boolean ${value}`;
  return typeof value === 'string' ? 'a string' : 'a number';
}

/** `resources[2].name`. */
export function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
