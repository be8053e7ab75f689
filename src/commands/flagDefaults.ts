/** Where flags get their values from besides the command line: the environment, and `.kapply.yaml`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Yaml from 'yaml';
import { inputError, type SourcePosition } from '../errors.js';
import type { FlagShape } from './argv.js';

export const DEFAULTS_FILE = '.kapply.yaml';

/** One flag's value from elsewhere, as the words of a command line, and what to call its source in an error. */
export interface FlagDefault {
  readonly name: string;
  readonly argv: readonly string[];
  readonly source: string;
  readonly position?: SourcePosition;
}

/**
 * A repository must not decide where credentials go, which programs run for them, which files are written over, or what
 * its own deploy has consent for: whoever reviews a branch with `kapply diff` has not read its .kapply.yaml yet.
 */
export const NOT_FROM_A_FILE: ReadonlySet<string> = new Set([
  'as',
  'as-group',
  'as-uid',
  'backup-dir',
  'backup-secrets',
  'certificate-authority',
  'enable-alpha-plugins',
  'enable-exec',
  'enable-helm',
  'env',
  'events-file',
  'filename',
  'helm-command',
  'insecure-skip-tls-verify',
  'kubeconfig',
  'kustomize',
  'load-restrictor',
  'output',
  'port',
  'sandbox',
  'sandbox-state',
  'server',
  'state',
  'tls-server-name',
  'token',
  'yes',
]);

/** What to deploy belongs to the command line. */
const NOT_FROM_THE_ENVIRONMENT: ReadonlySet<string> = new Set(['kustomize', 'filename']);

/** `--prune-label` → `KAPPLY_PRUNE_LABEL`. */
export function environmentName(flag: string): string {
  return `KAPPLY_${flag.replaceAll('-', '_').toUpperCase()}`;
}

/**
 * The flags that the environment sets. Several values of one flag are separated by commas; an empty variable counts as
 * not set. What to deploy (-k, -f) is never taken from it.
 */
export function defaultsFromEnvironment(
  flags: Readonly<Record<string, FlagShape>>,
  env: Readonly<Record<string, string | undefined>>,
): FlagDefault[] {
  return Object.keys(flags).flatMap((name) => {
    const source = environmentName(name);
    const value = env[source] ?? '';
    if (value === '' || NOT_FROM_THE_ENVIRONMENT.has(name)) return [];
    return [{ name, source, argv: [`--${name}=${value}`] }];
  });
}

/**
 * The flags that `.kapply.yaml` in this folder sets: one mapping from long flag names to values. [] where there is none.
 * A name that is no flag of any command is an error; one of another command is not this one's business.
 * @throws KapplyError (exit 2), with the line
 */
export async function defaultsFromFile(
  folder: string,
  flags: Readonly<Record<string, FlagShape>>,
  loadKnownNames: () => Promise<ReadonlySet<string>>,
): Promise<FlagDefault[]> {
  const file = join(folder, DEFAULTS_FILE);
  const text = await readIfThere(file);
  if (text === undefined) return [];
  // Most folders have no such file: the parser is read only for those that do.
  const yaml = await import('yaml');
  const knownNames = await loadKnownNames();
  const { LineCounter, isMap, isScalar, parseDocument } = yaml;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined): SourcePosition => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const problem = document.errors[0];
  if (problem !== undefined) throw inputError('InvalidYaml', problem.message, { position: at(problem.pos[0]) });
  if (document.contents === null) return [];
  if (!isMap(document.contents)) {
    throw inputError('InvalidDefaults', 'expected a mapping from flag names to values', { position: at(0) });
  }
  const pairs = (document.contents as Yaml.YAMLMap<Yaml.Node, Yaml.Node | null>).items;
  return pairs.flatMap(({ key, value }) => {
    const position = at(key.range?.[0]);
    const name = isScalar(key) ? String(key.value) : '';
    if (!knownNames.has(name)) {
      throw inputError('UnknownDefault', `"${name}" is not a flag of kapply`, {
        position,
        suggestions: ['Write long flag names without the dashes, as in "prune-label: appconfig=myconfig".'],
      });
    }
    if (NOT_FROM_A_FILE.has(name)) {
      throw inputError('ForbiddenDefault', `"${name}" cannot be set in ${DEFAULTS_FILE}`, {
        position,
        suggestions: [`Give --${name} on the command line, or set ${environmentName(name)}.`],
      });
    }
    if (!Object.hasOwn(flags, name)) return [];
    const argv = wordsOf(value, position, yaml).map((word) => `--${name}=${word}`);
    return [{ name, source: `"${name}"`, position, argv }];
  });
}

function wordsOf(value: Yaml.Node | null, position: SourcePosition, { isScalar, isSeq }: typeof Yaml): string[] {
  const items: readonly unknown[] = isSeq(value) ? value.items : [value];
  return items.map((item) => {
    const scalar: unknown = isScalar(item) ? item.value : undefined;
    if (typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean') return String(scalar);
    throw inputError('InvalidDefault', 'expected a string, a number, a boolean or a list of these', { position });
  });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw inputError('UnreadableFile', `${file} cannot be read (${code ?? String(error)})`, { cause: error });
  }
}
