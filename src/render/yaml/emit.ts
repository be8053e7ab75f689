import { inputError } from '../../errors.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { formatFloat } from './goNumber.js';
import { compareKeys } from './keyOrder.js';
import { writeScalar } from './emitScalar.js';

/**
 * Writes one object byte for byte as `kustomize build` prints it: keys in go-yaml v2's order, lists at the indentation of
 * their key, scalars quoted and folded as go-yaml v2 does (kustomize: Resource.AsYAML, sigs.k8s.io/yaml JSONToYAML).
 * @throws KapplyError UnprintableCharacter for the characters that kustomize refuses to print as well
 */
export function emitYaml(value: Json): string {
  const out: string[] = [];
  if (isCollection(value)) {
    if (isEmpty(value)) out.push(Array.isArray(value) ? '[]\n' : '{}\n');
    else writeCollection(out, value, 0, false);
  } else {
    out.push(scalarText(value, 0, 0, false), '\n');
  }
  return out.join('');
}

/** Writes a stream of objects as `kustomize build` prints it, with `---` between them. */
export function emitDocuments(values: readonly Json[]): string {
  return values.map(emitYaml).join('---\n');
}

type Collection = readonly Json[] | JsonObject;

function isCollection(value: Json): value is Collection {
  return typeof value === 'object' && value !== null;
}

function isList(value: Collection): value is readonly Json[] {
  return Array.isArray(value);
}

function isEmpty(value: Collection): boolean {
  if (isList(value)) return value.length === 0;
  for (const key in value) if (Object.hasOwn(value, key) && value[key] !== undefined) return false;
  return true;
}

const PADDING = Array.from({ length: 64 }, (_, width) => ' '.repeat(width));

function pad(width: number): string {
  return PADDING[width] ?? ' '.repeat(width);
}

/** Writes a block at `indent`; `inline` where its first line goes on with what stands there (`- `, `? `, `: `). */
function writeCollection(out: string[], value: Collection, indent: number, inline: boolean): void {
  let first = inline;
  if (isList(value)) {
    for (const item of value) {
      out.push(first ? '- ' : `${pad(indent)}- `);
      first = false;
      writeInline(out, item, indent, indent + 2);
    }
    return;
  }
  const keys = Object.keys(value);
  if (keys.length > 1) keys.sort(compareKeys);
  for (const key of keys) {
    const item = value[key];
    if (item === undefined) continue;
    if (!first) out.push(pad(indent));
    first = false;
    writeEntry(out, key, item, indent);
  }
}

/** Writes a value behind an indicator of two characters, and its line break; `column` is where it starts. */
function writeInline(out: string[], value: Json, indent: number, column: number): void {
  if (!isCollection(value)) {
    out.push(scalarText(value, indent, column - 1, false), '\n');
  } else if (isEmpty(value)) {
    out.push(isList(value) ? '[]\n' : '{}\n');
  } else {
    writeCollection(out, value, column, true);
  }
}

function writeEntry(out: string[], key: string, value: Json, indent: number): void {
  const text = keyText(key);
  if (text === undefined) {
    out.push('? ', writeScalar(key, indent, indent + 1, false), '\n', pad(indent), ': ');
    writeInline(out, value, indent, indent + 2);
    return;
  }
  out.push(text, ':');
  if (!isCollection(value)) {
    out.push(' ', scalarText(value, indent, indent + text.length + 1, false), '\n');
  } else if (isEmpty(value)) {
    out.push(isList(value) ? ' []\n' : ' {}\n');
  } else {
    out.push('\n');
    // A list stands at the indentation of its key.
    writeCollection(out, value, isList(value) ? indent : indent + 2, false);
  }
}

const keyTexts = new Map<string, string | undefined>();

/** A key on one line, undefined where that cannot be. It does not depend on where it stands, and the same few hundred are everywhere. */
function keyText(key: string): string | undefined {
  if (keyTexts.has(key)) return keyTexts.get(key);
  const text = isSimpleKey(key) ? writeScalar(key, 0, 0, true) : undefined;
  if (keyTexts.size > 10_000) keyTexts.clear();
  keyTexts.set(key, text);
  return text;
}

/** libyaml writes a key with `? ` where it is longer than 128 bytes or has a line break. */
function isSimpleKey(key: string): boolean {
  return Buffer.byteLength(key) <= 128 && !/[\n\r\x85\u2028\u2029]/.test(key);
}

/** `column` is that of the space (or the like) before the scalar. */
function scalarText(
  value: null | boolean | number | bigint | string,
  indent: number,
  column: number,
  key: boolean,
): string {
  switch (typeof value) {
    case 'string':
      return writeScalar(value, indent, column, key);
    case 'number':
      return numberText(value);
    case 'bigint':
      return isInt64OrUint64(value) ? String(value) : formatFloat(Number(value));
    default:
      return String(value);
  }
}

function isInt64OrUint64(value: bigint): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}

/** Numbers pass through JSON on their way: whole ones that 64 bits hold come out as integers. */
function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return value === 0 ? '0' : String(value);
  if (!Number.isFinite(value)) {
    throw inputError('UnprintableNumber', `${value} is not a number that a Kubernetes object can hold`);
  }
  // The digits in JSON decide, which are not always those of the number itself.
  const digits = String(value);
  return /^-?[0-9]+$/.test(digits) && isInt64OrUint64(BigInt(digits)) ? digits : formatFloat(value);
}
