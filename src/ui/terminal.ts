/** What the text goes to, decided once at the start of a command. */

export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface TerminalInput {
  /** Where the text goes: stdout, or stderr where stdout is for a machine. */
  readonly stream: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--color`. */
  readonly color: 'auto' | 'always' | 'never';
}

/** What a shell does with its job: stops it (Ctrl-Z), and lets it go on, in front or behind. */
export interface ShellJob {
  /** Calls the listener whenever the process goes on after a stop, until the returned function is called. */
  readonly onContinue: (listener: () => void) => () => void;
  /** False while the terminal is the shell's own: after `&`, and after `bg`. */
  readonly isInForeground: () => boolean;
}

export interface Terminal {
  readonly color: boolean;
  /** `live` redraws what it showed; `lines` only ever adds to it. */
  readonly reporter: 'live' | 'lines';
  /** Characters in a line; undefined where nothing limits it. */
  readonly width: number | undefined;
  readonly rows: number | undefined;
}

/** A terminal narrower than this cannot hold a table that is redrawn. */
const LEAST_LIVE_COLUMNS = 20;

/** A terminal of which nothing is known, as git has it: it may show what moves its cursor as text. */
const DUMB: ReadonlySet<string> = new Set(['', 'dumb', 'unknown']);

/**
 * Colour: `--color`, then FORCE_COLOR (force-color.org: any value but 0 and false), then NO_COLOR (no-color.org: any
 * value but the empty one), then CLICOLOR_FORCE and CLICOLOR (bixense.com/clicolors), then whether the stream is a terminal that is not TERM=dumb. CI systems show colours but have
 * no terminal: those that are known to are told by FORCE_COLOR.
 * Live: only on a terminal that can move its cursor, has a size, and that a person looks at (CI is unset).
 */
export function decideTerminal({ stream, env, color }: TerminalInput): Terminal {
  const isTerminal = stream.isTTY === true;
  // Windows sets no TERM, and all of its terminals know these sequences.
  const isDumb = DUMB.has(env.TERM ?? (env.OS === 'Windows_NT' ? 'windows' : ''));
  const columns = stream.columns ?? 0;
  const sized = isTerminal && columns > 0;
  const live = sized && !isDumb && !isSet(env.CI) && columns >= LEAST_LIVE_COLUMNS;
  return {
    color: wantsColor(color, env) ?? (isTerminal && !isDumb),
    reporter: live ? 'live' : 'lines',
    width: sized ? columns : undefined,
    rows: sized && (stream.rows ?? 0) > 0 ? stream.rows : undefined,
  };
}

function wantsColor(flag: TerminalInput['color'], env: TerminalInput['env']): boolean | undefined {
  if (flag !== 'auto') return flag === 'always';
  const { FORCE_COLOR: force = '', NO_COLOR: no = '', CLICOLOR_FORCE: always = '', CLICOLOR: usual } = env;
  if (force !== '') return force !== '0' && force !== 'false';
  if (no !== '') return false;
  if (always !== '' && always !== '0') return true;
  return usual === '0' ? false : undefined;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}
