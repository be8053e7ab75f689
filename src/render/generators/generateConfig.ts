import { isUtf8 } from 'node:buffer';
import { inputError } from '../../errors.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { readKeyValues, type KeyValue, type KeyValueSources, type ReadFile } from './keyValues.js';

/** `options` of a generator, with generatorOptions already merged in. disableNameSuffixHash is not for the content. */
export interface ConfigOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** An entry of configMapGenerator (kustomize: types.ConfigMapArgs). */
export interface ConfigMapArgs extends KeyValueSources {
  readonly name?: string;
  readonly namespace?: string;
  readonly options?: ConfigOptions;
}

/** An entry of secretGenerator (kustomize: types.SecretArgs). */
export interface SecretArgs extends ConfigMapArgs {
  readonly type?: string;
}

/** kustomize breaks base64 into lines of this length. */
const BASE64_LINE = 70;

/**
 * The ConfigMap that an entry of configMapGenerator stands for, before its name gets a suffix: what is UTF-8 in data, all else
 * as base64 in binaryData (kustomize: api/internal/generators/configmap.go).
 * @throws KapplyError InvalidGenerator, and whatever readFile throws
 */
export function makeConfigMap(args: ConfigMapArgs, readFile: ReadFile): JsonObject {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const { key, value } of uniquePairs('ConfigMap', args, readFile)) {
    if (isUtf8(value)) setEntry(data, key, new TextDecoder('utf-8', { ignoreBOM: true }).decode(value));
    else setEntry(binaryData, key, encodeBase64(value));
  }
  return {
    apiVersion: 'v1',
    ...(Object.keys(data).length > 0 && { data }),
    ...(Object.keys(binaryData).length > 0 && { binaryData }),
    kind: 'ConfigMap',
    metadata: makeMetadata('ConfigMap', args),
    ...(args.options?.immutable === true && { immutable: true }),
  };
}

/**
 * The Secret that an entry of secretGenerator stands for, before its name gets a suffix (kustomize:
 * api/internal/generators/secret.go). It has data even where there is none, and the type Opaque unless another is given.
 * @throws KapplyError InvalidGenerator, and whatever readFile throws
 */
export function makeSecret(args: SecretArgs, readFile: ReadFile): JsonObject {
  const data: Record<string, string> = {};
  for (const { key, value } of uniquePairs('Secret', args, readFile)) setEntry(data, key, encodeBase64(value));
  return {
    apiVersion: 'v1',
    data,
    kind: 'Secret',
    metadata: makeMetadata('Secret', args),
    type: args.type === undefined || args.type === '' ? 'Opaque' : args.type,
    ...(args.options?.immutable === true && { immutable: true }),
  };
}

function makeMetadata(kind: string, args: ConfigMapArgs): JsonObject {
  const { name = '', namespace = '', options } = args;
  if (name === '')
    throw inputError('InvalidGenerator', `a generator of a ${kind} has no name`, { suggestions: ['Give it a name.'] });
  const metadata: Record<string, Json> = { name };
  if (namespace !== '') metadata.namespace = namespace;
  if (options?.labels !== undefined && Object.keys(options.labels).length > 0) metadata.labels = { ...options.labels };
  if (options?.annotations !== undefined && Object.keys(options.annotations).length > 0)
    metadata.annotations = { ...options.annotations };
  return metadata;
}

function uniquePairs(kind: string, args: ConfigMapArgs, readFile: ReadFile): KeyValue[] {
  const pairs = readKeyValues(args, readFile);
  const seen = new Set<string>();
  for (const { key, line } of pairs) {
    if (seen.has(key)) {
      const what = line === undefined ? `the key ${key} twice` : `a key twice: that of ${line}`;
      throw inputError('InvalidGenerator', `the generator of ${kind} ${args.name ?? ''} has ${what}`, {
        suggestions: ['Remove it from one of literals, files and envs.'],
      });
    }
    seen.add(key);
  }
  return pairs;
}

function setEntry(data: Record<string, string>, key: string, value: string): void {
  Object.defineProperty(data, key, { value, enumerable: true, configurable: true, writable: true });
}

/** One line where it fits, otherwise lines that all end in a line break (kyaml/yaml/datamap.go). */
export function encodeBase64(value: Uint8Array): string {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (text.length < BASE64_LINE) return text;
  return text.replaceAll(/.{1,70}/g, '$&\n');
}
