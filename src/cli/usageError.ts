/** What the parser of flags refuses, in one line, with what was probably meant. */
import { CLIError } from '@oclif/core/errors';
import { inputError } from '../errors.js';
import { nearest } from '../objects/nearest.js';
import type { FlagShape } from './argv.js';
import { InvalidFlagValue } from './flags/flagValues.js';
import { suggestForArguments } from './suggestSource.js';

export interface ParsedLine {
  /** As its user calls it: `kapply deploy`. */
  readonly command: string;
  readonly argv: readonly string[];
  readonly flags: Readonly<Record<string, FlagShape>>;
  /** The values that an argument can have, where these are few. */
  readonly argOptions: readonly string[];
  readonly cwd: string;
}

/** oclif's parse errors carry the parser's whole state and a hint in their text: one line is enough. All else comes back as it is. */
export function usageError(error: unknown, line: ParsedLine): unknown {
  if (error instanceof InvalidFlagValue) return error.cause;
  if (!(error instanceof CLIError)) return error;
  const [message = ''] = error.message.split('\n');
  const meant = [...meantFlags(error, line.flags), ...meantValues(line)];
  const paths = 'kustomize' in line.flags ? suggestForArguments(namedBy(error, 'args'), line.cwd) : [];
  return inputError('UsageError', message, {
    suggestions: [
      ...meant.map((word) => `Did you mean ${word}?`),
      ...paths,
      `Run "${line.command} --help" for its flags.`,
    ],
    cause: error,
  });
}

/** oclif's NonExistentFlagsError names its flags, UnexpectedArgsError its args; their classes are not exported. */
function namedBy(error: CLIError, field: 'flags' | 'args'): string[] {
  const named: unknown = (error as { readonly flags?: unknown; readonly args?: unknown })[field];
  return Array.isArray(named) ? named.filter((word) => typeof word === 'string') : [];
}

function meantFlags(error: CLIError, flags: ParsedLine['flags']): string[] {
  const known = Object.entries(flags).flatMap(([name, { allowNo }]) => [
    `--${name}`,
    ...(allowNo === true ? [`--no-${name}`] : []),
  ]);
  return namedBy(error, 'flags').flatMap((flag) => {
    if (!flag.startsWith('--')) return [];
    return nearest(flag.replace(/=.*/s, ''), known) ?? [];
  });
}

/** For values that a flag, or the argument, cannot have. */
function meantValues({ argv, flags, argOptions }: ParsedLine): string[] {
  const wrong = Object.entries(flags).flatMap(([name, { options, char }]) =>
    options === undefined
      ? []
      : valuesOf(name, char, argv).flatMap((value) => {
          const near = options.includes(value) ? undefined : nearest(value, options);
          return near === undefined ? [] : [`--${name}=${near}`];
        }),
  );
  if (wrong.length > 0) return wrong;
  const first = argv.find((word) => !word.startsWith('-'));
  if (first === undefined || argOptions.includes(first)) return [];
  return [nearest(first, argOptions) ?? []].flat();
}

function valuesOf(name: string, char: string | undefined, argv: readonly string[]): string[] {
  const spellings = [`--${name}`, ...(char === undefined ? [] : [`-${char}`])];
  return argv.flatMap((word, index) =>
    spellings.flatMap((spelling) => {
      if (word === spelling) return argv[index + 1] ?? [];
      return word.startsWith(`${spelling}=`) ? word.slice(spelling.length + 1) : [];
    }),
  );
}
