/** Where flags get their values from besides the command line: the environment, and `.kapply.yaml` (fileDefaults). */
import type { SourcePosition } from '../../errors.js';
import type { FlagShape } from '../argv.js';

/** One flag's value from elsewhere, as the words of a command line, and what to call its source in an error. */
export interface FlagDefault {
  readonly name: string;
  readonly argv: readonly string[];
  readonly source: string;
  /** Where it stands, for the line that tells where values came from: a variable or a file. */
  readonly from: string;
  readonly position?: SourcePosition;
}

/** What to deploy belongs to the command line. */
export const NOT_FROM_THE_ENVIRONMENT: ReadonlySet<string> = new Set(['kustomize', 'filename']);

/** What `-o` can be, command by command: a word of another command's is no mistake, and says nothing to this one. */
const OUTPUT_WORDS: ReadonlySet<string> = new Set(['text', 'json', 'ndjson', 'yaml', 'name', 'markdown']);

/** One file, and one environment, serves all commands, and not all of them have the same forms of output. */
export function isOfOtherCommand(word: string, flag: FlagShape | undefined): boolean {
  return OUTPUT_WORDS.has(word) && flag?.options?.includes(word) === false;
}

/** `--prune-label` → `KAPPLY_PRUNE_LABEL`. */
export function environmentName(flag: string): string {
  return `KAPPLY_${flag.replaceAll('-', '_').toUpperCase()}`;
}

/** What sets a flag for good, in words: for an error about a place that cannot. */
export function otherPlacesOf(flag: string): string {
  const variable = NOT_FROM_THE_ENVIRONMENT.has(flag)
    ? ''
    : `, or set ${environmentName(flag)} in your own environment`;
  return `Give --${flag} on the command line${variable}.`;
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
    if (name === 'output' && isOfOtherCommand(value, flags[name])) return [];
    return [{ name, source, from: source, argv: [`--${name}=${value}`] }];
  });
}
