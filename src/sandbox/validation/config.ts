import { isDeepStrictEqual } from 'node:util';
import { child, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../fieldErrors.js';
import { nameProblems } from './names.js';

const MOST_BYTES = 1024 * 1024;
const IMMUTABLE = 'field is immutable when `immutable` is set';

/** What is wrong with a ConfigMap: its keys, keys that stand twice, its size. */
export function configMapErrors(configMap: Draft): FieldError[] {
  const data = child(configMap, 'data') ?? {};
  const binary = child(configMap, 'binaryData') ?? {};
  const doubled = Object.keys(binary).filter((key) => Object.hasOwn(data, key));
  const size =
    Object.values(data).reduce((sum: number, value) => sum + Buffer.byteLength(String(value)), 0) + bytesIn(binary);
  return [
    ...keyErrors('data', data),
    ...doubled.map((key) => fieldInvalid(`data[${key}]`, key, `duplicate of key present in binaryData`)),
    ...keyErrors('binaryData', binary),
    // The server's path of the whole object.
    ...sizeErrors('[]', size),
  ];
}

function keyErrors(field: string, data: Draft): FieldError[] {
  return Object.keys(data)
    .sort()
    .flatMap((key) => configKeyProblems(key).map((problem) => fieldInvalid(`${field}[${key}]`, key, problem)));
}

function configKeyProblems(key: string): string[] {
  const problems = nameProblems(key, 'configKey');
  if (key === '.') return [...problems, `must not be '.'`];
  if (key === '..') return [...problems, `must not be '..'`];
  return key.startsWith('..') ? [...problems, `must not start with '..'`] : problems;
}

function sizeErrors(field: string, size: number): FieldError[] {
  if (size <= MOST_BYTES) return [];
  const message = `Too long: may not be more than ${MOST_BYTES} bytes`;
  return [{ reason: 'FieldValueTooLong', field, message }];
}

/** The bytes in base64 texts. */
function bytesIn(data: Draft): number {
  return Object.values(data).reduce((sum: number, value) => sum + Buffer.byteLength(String(value), 'base64'), 0);
}

/** What may not change: the data of a ConfigMap that is immutable, and that it is. */
export function configChangeErrors(configMap: Draft, old: Draft): FieldError[] {
  return immutableErrors(configMap, old, ['data', 'binaryData']);
}

/** What an object that says that it is immutable may not change; values are never shown. */
function immutableErrors(object: Draft, old: Draft, fields: readonly string[]): FieldError[] {
  if (old['immutable'] !== true) return [];
  const changed = fields.filter((field) => !isDeepStrictEqual(object[field] ?? {}, old[field] ?? {}));
  return [
    ...(object['immutable'] === true ? [] : [fieldForbidden('immutable', IMMUTABLE)]),
    ...changed.map((field) => fieldForbidden(field, IMMUTABLE)),
  ];
}

const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** What is wrong with a Secret: its keys, its size, and the keys that its type asks for. */
export function secretErrors(secret: Draft): FieldError[] {
  const data = child(secret, 'data') ?? {};
  const missing = (REQUIRED_KEYS[text(secret, 'type')] ?? []).filter((key) => !Object.hasOwn(data, key));
  return [
    ...keyErrors('data', data),
    ...sizeErrors('data', bytesIn(data)),
    ...missing.map((key) => fieldRequired(`data[${key}]`)),
  ];
}

/** What may not change: the type, the data of a Secret that is immutable, and that it is. */
export function secretChangeErrors(secret: Draft, old: Draft): FieldError[] {
  const type = text(secret, 'type');
  return [
    ...(type === text(old, 'type') ? [] : [fieldInvalid('type', type, 'field is immutable')]),
    ...immutableErrors(secret, old, ['data']),
  ];
}
