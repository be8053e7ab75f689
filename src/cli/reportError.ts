/** The one place where errors that end a command are shown, and become its exit code. */
import { CLIError } from '@oclif/core/errors';
import { errorInfo, EXIT, KapplyError, type ExitCode } from '../errors.js';
import { hideSecrets } from '../objects/masks.js';
import { wrapTo } from '../ui/columns.js';
import { formatBug, formatError } from '../ui/errorText.js';
import { makeStyle, type Style } from '../ui/style.js';
import { decideTerminal } from '../ui/terminal.js';
import { cleanLine } from '../ui/untrusted.js';
import { makeTextWriter } from '../ui/writer.js';
import type { CommandIo } from './io.js';
import { asCalled } from './programName.js';

/** Writes the error to stderr and returns the exit code: a KapplyError's own, 2 for oclif's, 70 for all others. */
export function reportError(error: unknown, io: CommandIo, version: string): ExitCode {
  const { style, width } = stderrTerminal(io);
  const write = makeTextWriter(io.stderr, io.env);
  const expected = asExpected(error);
  if (expected !== undefined) {
    const said = hideSecrets(asCalled(errorInfo(expected), io), io.masks);
    write(`${formatError(said, style, width)}\n`);
    io.talk.log?.(formatError(said, makeStyle(false)));
    return expected.exitCode;
  }
  const context = { version, node: process.version, platform: `${process.platform}-${process.arch}` };
  write(`${formatBug(error, context, style)}\n`);
  io.talk.log?.(formatBug(error, context, makeStyle(false)));
  return EXIT.bug;
}

/** How text is written on stderr, which need not be what stdout is. */
export function stderrTerminal({ stderr, env, color: wanted }: CommandIo): {
  readonly style: Style;
  readonly width: number | undefined;
} {
  const { color, width } = decideTerminal({ stream: stderr, env, color: wanted });
  return { style: makeStyle(color), width };
}

/** What a command says before there is anything that shows its warnings. */
export function warnOnStderr(message: string, io: CommandIo): void {
  const { style, width } = stderrTerminal(io);
  const line = `${style.warn('warning:')} ${cleanLine(message)}`;
  makeTextWriter(io.stderr, io.env)(`${wrapTo(line, width)}\n`);
}

/** oclif's own errors (an unknown command, a flag that does not exist) are the user's to correct. */
function asExpected(error: unknown): KapplyError | undefined {
  if (error instanceof KapplyError) return error;
  if (!(error instanceof CLIError)) return undefined;
  const [message = ''] = error.message.split('\n');
  return new KapplyError('UsageError', message, EXIT.input, {
    suggestions: ['Run "kapply --help" for its commands.'],
  });
}
