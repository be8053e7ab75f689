/** The command line, from argv to the exit code. */
import { BaseCommand } from './cli/baseCommand.js';
import { readConfiguration } from './cli/configuration.js';
import { loadCommand } from './commands/index.js';
import { commandIo, setIo, type CommandIo, type Io } from './cli/io.js';
import { machineOutputOf, writeMachineError } from './cli/machineError.js';
import { packageVersion } from './cli/packageFiles.js';
import { reportError } from './cli/reportError.js';
import { wantedColor } from './cli/wantedColor.js';
import { EXIT, inputError, type ExitCode } from './errors.js';
import { nearest } from './objects/nearest.js';

type Config = Awaited<ReturnType<typeof readConfiguration>>;

/**
 * Runs one command line and resolves to its exit code. Never rejects: what is thrown is reported on stderr.
 * (oclif's own `run` would load its configuration twice more, and decide on exit codes by itself.)
 */
export async function runCommandLine(argv: readonly string[], processIo: Io): Promise<ExitCode> {
  const io = commandIo(processIo);
  io.color = wantedColor(argv, io.env);
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

async function dispatch(config: Config, argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name, ...words] = argv;
  // By cobra's name for it: kubectl_complete-kapply asks the same.
  if (name === '__complete') {
    const { complete } = await import('./cli/completion/complete.js');
    await complete(config, words, io);
    return EXIT.done;
  }
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  if (name === undefined || options.includes('--help') || options.includes('-h')) {
    const { showHelp } = await import('./cli/help/showHelp.js');
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

/** Reports what nothing caught, and says the exit code. */
export function reportCrash(error: unknown, io: Io): ExitCode {
  return reportError(error, commandIo(io), packageVersion());
}
