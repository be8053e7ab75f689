/** The command line as kubectl's users write it, brought into the form that oclif's parser reads. */
import { inputError } from '../errors.js';

export interface FlagShape {
  readonly type: string;
  readonly allowNo?: boolean;
  readonly char?: string;
  /** The values that it can have, where these are few. */
  readonly options?: readonly string[];
}

/**
 * pflag (spf13/pflag, which kubectl parses with) takes `--wait=false` for a boolean flag, oclif takes `--no-wait`.
 * `--name=true` and `--name=false` become what oclif knows; `false` for a flag without a negative form is its default.
 * @throws KapplyError (exit 2) for a bare `--dry-run`, and for a boolean flag with another value
 */
export function normalizeArgv(argv: readonly string[], flags: Readonly<Record<string, FlagShape>>): string[] {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  const rest = end < 0 ? [] : argv.slice(end);
  return [...options.flatMap((word, index) => normalizeWord(word, options[index + 1], flags)), ...rest];
}

function normalizeWord(
  word: string,
  next: string | undefined,
  flags: Readonly<Record<string, FlagShape>>,
): readonly string[] {
  const level = verbosityOf(word);
  if (level !== undefined && 'verbose' in flags) return [`--verbose=${level}`];
  if (word === '--dry-run' && next !== 'client' && next !== 'server') throw bareDryRun();
  const [, name = '', value = ''] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag?.type !== 'boolean') return [word];
  if (value === 'true') return [`--${name}`];
  if (value === 'false') return flag.allowNo === true ? [`--no-${name}`] : [];
  throw inputError('InvalidFlagValue', `--${name}=${value}: the value must be true or false`);
}

/** `-v`, `-vv`, `--verbose`, and kubectl's levels: up to 7 it tells requests at most, from 8 up their bodies. */
function verbosityOf(word: string): number | undefined {
  if (word === '--verbose') return 1;
  const [, more, digits] = /^-v(?:(v+)|=?(\d+))?$/.exec(word) ?? [undefined, undefined, undefined];
  if (!word.startsWith('-v') || (word !== '-v' && more === undefined && digits === undefined)) return undefined;
  if (digits === undefined) return more === undefined ? 1 : 2;
  const level = Number(digits);
  if (level <= 2) return level;
  return level >= 8 ? 2 : 1;
}

/** kubectl's bare `--dry-run` once meant the client, is deprecated, and people expect either: none of it is guessed. */
function bareDryRun(): Error {
  return inputError('BareDryRun', '--dry-run needs a value', {
    suggestions: [
      '--dry-run=server asks the API server what every write would do, and makes none.',
      '--dry-run=client sends nothing but reads.',
    ],
  });
}

/** The flags with every boolean that nobody gave as false: its type says so, and oclif's parser leaves it out. */
export function withFalse<T extends object>(flags: T, shapes: Readonly<Record<string, FlagShape>>): T {
  const names = Object.entries(shapes).flatMap(([name, { type }]) => (type === 'boolean' ? [name] : []));
  return { ...Object.fromEntries(names.map((name) => [name, false])), ...flags };
}
