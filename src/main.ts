/** Where the program starts. What answers at once is here; all the rest is read when a command is wanted. */
import { setImmediate } from 'node:timers/promises';
import type { Io } from './cli/io.js';
import { lasting } from './cli/lastingStream.js';
import { packageVersion } from './cli/packageFiles.js';
import { processIo } from './cli/processIo.js';
import { EXIT, type ExitCode } from './errors.js';
import { fileProblem } from './files/fileProblem.js';

/** Runs one command line and resolves to its exit code. Never rejects: what is thrown is reported on stderr. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  if (asksForVersion(argv)) return printVersion(io);
  const { runCommandLine } = await import('./dispatch.js');
  return runCommandLine(argv, io);
}

function asksForVersion([name]: readonly string[]): boolean {
  return name === '--version' || name === 'version';
}

/** oclif's `userAgent` says the same, and reads the manifest of all commands for it. */
function printVersion(io: Io): ExitCode {
  io.stdout.write(`kapply/${packageVersion()} ${process.platform}-${process.arch} node-${process.version}\n`);
  return EXIT.done;
}

/** How long a connection that nobody closed may keep the finished process alive, in ms. */
const LINGER_MS = 500;

/** What Node itself says of a program that waits for what never comes. */
const UNFINISHED = 13;

/** Runs the process' own command line: what bin/run.js and bin/dev.js call. */
export async function start(): Promise<void> {
  // Where nothing is left that could end a wait, Node ends: that is no success.
  process.exitCode = UNFINISHED;
  const io = processIo();
  const argv = process.argv.slice(2);
  if (!asksForVersion(argv)) {
    const { reportCrash } = await import('./dispatch.js');
    process.on('uncaughtException', (error) => process.exit(reportCrash(error, io)));
    // oclif listens as well, and throws whatever is no EPIPE.
    process.stdout.removeAllListeners('error');
  }
  const failureOf = lasting(process.stdout);
  lasting(process.stderr);
  const exitCode = await main(argv, io);
  // What Node has to tell of the last write, it tells now.
  await setImmediate();
  const failure = failureOf();
  if (failure !== undefined)
    io.stderr.write(`error: the output could not be written to its end (${fileProblem(failure)})\n`);
  process.exitCode = failure === undefined || exitCode > EXIT.input ? exitCode : EXIT.input;
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
