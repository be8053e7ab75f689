/** The command line, from argv to the exit code. */
import type { Config } from '@oclif/core/config';
import { BaseCommand } from './cli/baseCommand.js';
import { readConfiguration } from './cli/configuration.js';
import { loadCommand } from './commands/index.js';
import { commandIo, processIo, setIo, type CommandIo, type Io } from './cli/io.js';
import { machineOutputOf, writeMachineError } from './cli/machineError.js';
import { reportError } from './cli/reportError.js';
import { EXIT, inputError } from './errors.js';
import { nearest } from './objects/nearest.js';

/**
 * Runs one command line and resolves to its exit code. Never rejects: what is thrown is reported on stderr.
 * (oclif's own `run` would load its configuration twice more, and decide on exit codes by itself.)
 */
export async function main(argv: readonly string[], processIo: Io): Promise<number> {
  const io = commandIo(processIo);
  let version = 'unknown';
  try {
    const config = await readConfiguration();
    version = config.version;
    config.bin = io.program;
    setIo(config, io);
    return await dispatch(config, argv, io);
  } catch (error) {
    const output = machineOutputOf(argv, io);
    if (output !== undefined) await writeMachineError(error, output, io, version);
    return reportError(error, io, version);
  }
}

async function dispatch(config: Config, argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...words] = argv;
  if (name === '--version' || name === 'version') {
    // oclif's `userAgent` says the same, and reads the manifest of all commands for it.
    io.stdout.write(`${config.name}/${config.version} ${process.platform}-${process.arch} node-${process.version}\n`);
    return EXIT.done;
  }
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  if (name === undefined || options.includes('--help') || options.includes('-h')) {
    const { showHelp } = await import('./cli/showHelp.js');
    await showHelp(config, options, io);
    return EXIT.done;
  }
  // Imported here, not by oclif: it would load all of them, and a second time where they run from source.
  if (!Object.hasOwn(loadCommand, name)) throw unknownCommand(name, Object.keys(loadCommand));
  const { default: CommandClass } = await loadCommand[name as keyof typeof loadCommand]();
  return BaseCommand.execute(CommandClass, name, words, config);
}

function unknownCommand(name: string, commands: readonly string[]): Error {
  const problem = name.startsWith('-') ? `the command must come before ${name}` : `unknown command "${name}"`;
  const near = nearest(name, commands);
  return inputError('UnknownCommand', problem, {
    suggestions: [
      ...(near === undefined ? [] : [`Did you mean ${near}?`]),
      `The commands are ${commands.join(', ')}.`,
      'Run "kapply --help" for what they do.',
    ],
  });
}

/** How long a connection that nobody closed may keep the finished process alive, in ms. */
const LINGER_MS = 500;

/** Runs the process' own command line: what bin/run.js and bin/dev.js call. */
export async function start(): Promise<void> {
  const io = processIo();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // `kapply render | head` closes the pipe early. A deploy that nobody reads any more still finishes.
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.on('uncaughtException', (error) => process.exit(reportError(error, commandIo(io), 'unknown')));
  process.exitCode = await main(process.argv.slice(2), io);
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
