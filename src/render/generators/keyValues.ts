import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { inputError, type KapplyError } from '../../errors.js';

/** Reads a file that a generator names, relative to its kustomization; throws a KapplyError where that is not allowed. */
export type ReadFile = (path: string) => Uint8Array;

/** Where the keys and values of a generated ConfigMap or Secret come from (kustomize: types.KvPairSources). */
export interface KeyValueSources {
  /** `key=value` each; a value in quotes loses them. */
  readonly literals?: readonly string[];
  /** `path` or `key=path` each; without a key, the file's own name is the key. */
  readonly files?: readonly string[];
  /** Paths of files with a `key=value` on each line. */
  readonly envs?: readonly string[];
  /** The older form of envs. */
  readonly env?: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
  /** For one of an env file: `line 3 of the env file x.env`. Where the file is none, its keys are its content. */
  readonly line?: string;
}

/** A line that kustomize would cut the file at, without a word. */
const MAX_ENV_LINE = 64 * 1024;
/** What Go's unicode.IsSpace takes for a space. */
const LEADING_SPACE = /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const BOM = '\ufeff';

/**
 * Reads the sources in kustomize's order: env files, literals, files (api/kv/kv.go).
 * @throws KapplyError InvalidGenerator, and whatever readFile throws
 */
export function readKeyValues(sources: KeyValueSources, readFile: ReadFile): KeyValue[] {
  const envs =
    sources.env === undefined || sources.env === '' ? (sources.envs ?? []) : [...(sources.envs ?? []), sources.env];
  return [
    ...envs.flatMap((path) => parseEnvFile(path, readFile(path))),
    ...(sources.literals ?? []).map(parseLiteral),
    ...(sources.files ?? []).map((source) => {
      const { key, path } = parseFileSource(source);
      return { key, value: readFile(path) };
    }),
  ];
}

function invalid(message: string, ...suggestions: string[]): KapplyError {
  return inputError('InvalidGenerator', message, { suggestions });
}

/** The key of a literal may be all that an error shows: the value may be secret. */
function parseLiteral(source: string): KeyValue {
  const equals = source.indexOf('=');
  if (equals <= 0) {
    throw invalid('a literal is not of the form key=value', 'Write literals as key=value; the key cannot be empty.');
  }
  return { key: source.slice(0, equals), value: Buffer.from(removeQuotes(source.slice(equals + 1))) };
}

function removeQuotes(value: string): string {
  const first = value.charAt(0);
  const quoted = value.length >= 2 && (first === '"' || first === "'") && value.endsWith(first);
  return quoted ? value.slice(1, -1) : value;
}

/** Splits `key=path`; without a key the path's last part is the key (api/internal/generators/utils.go). */
export function parseFileSource(source: string): { key: string; path: string } {
  const parts = source.split('=');
  if (parts.length === 1) return { key: baseName(source), path: source };
  const [key = '', path = ''] = parts;
  if (parts.length > 2)
    throw invalid(`the file source ${source} has more than one =`, 'Neither the key nor the path can hold a =.');
  if (key === '')
    throw invalid(`the file source ${source} has no key before the =`, 'Write key=path, or the path alone.');
  if (path === '') throw invalid(`the file source ${source} has no path behind the =`, 'Write key=path.');
  return { key, path };
}

/** Go's path.Base. */
function baseName(path: string): string {
  if (path === '') return '.';
  return posix.basename(path) || '/';
}

/** kustomize's own rules, which are not dotenv's: quotes, comments behind a value and `export` stay; a key alone is empty. */
function parseEnvFile(path: string, content: Uint8Array): KeyValue[] {
  if (!isUtf8(content)) throw invalid(`the env file ${path} is not UTF-8`);
  const pairs: KeyValue[] = [];
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.length >= MAX_ENV_LINE) {
      throw invalid(
        `line ${index + 1} of the env file ${path} is longer than ${MAX_ENV_LINE} bytes`,
        'Use files instead of envs for a value of this size.',
      );
    }
    const line = (index === 0 && raw.startsWith(BOM) ? raw.slice(1) : raw)
      .replace(/\r$/, '')
      .replace(LEADING_SPACE, '');
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    if (key === '') continue;
    const value = Buffer.from(equals < 0 ? '' : line.slice(equals + 1));
    pairs.push({ key, value, line: `line ${index + 1} of the env file ${path}` });
  }
  return pairs;
}
