/** What all commands share: flags from three places, and an exit code as their result. */
import { resolve } from 'node:path';
import { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import type { InferredArgs, InferredFlags } from '@oclif/core/interfaces';
import { inputError, KapplyError, type ExitCode, type SourcePosition } from '../errors.js';
import { normalizeArgv, withFalse } from './argv.js';
import { loadConfiguration } from './configuration.js';
import { defaultsFromFile, readDefaultsFile } from './settings/defaultsFile.js';
import { defaultsFromEnvironment, type FlagDefault } from './settings/flagDefaults.js';
import { outputFlags } from './flags/outputFlags.js';
import { ioOf, type CommandIo } from './io.js';
import { parseMasks } from './settings/parseMasks.js';
import { warnOnStderr } from './reportError.js';
import { talkOf } from './talk.js';
import { whereWords } from './clusterWords.js';
import { unknownVariables } from './settings/unknownVariables.js';
import { usageError } from './usageError.js';

/** The flags of a command class, typed as its parser returns them. */
export type FlagsOf<T extends typeof Command> = InferredFlags<(typeof BaseCommand)['baseFlags'] & T['flags']>;

/** A command class that is not abstract. */
export interface RunnableCommand {
  new (argv: string[], config: Config): BaseCommand;
  id: string;
}

export abstract class BaseCommand extends Command {
  static override baseFlags = outputFlags;

  /** Runs a command with this very configuration: oclif's static `run` would make another. */
  static execute(
    CommandClass: RunnableCommand,
    id: string,
    argv: readonly string[],
    config: Config,
  ): Promise<ExitCode> {
    CommandClass.id = id;
    return new CommandClass([...argv], config)._run<ExitCode>();
  }

  protected get io(): CommandIo {
    return ioOf(this.config);
  }

  /** The exit code is the result: main() hands it to the process. */
  abstract override run(): Promise<ExitCode>;

  // oclif's own would set process.exitCode and print: main() reports every error in one place.
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }

  /** The flags of this command: command line > environment (KAPPLY_…) > .kapply.yaml > built-in default. */
  protected async readFlags<T extends typeof Command>(command: T): Promise<FlagsOf<T>> {
    return (await this.readInput(command)).flags;
  }

  /** As `readFlags`, with the arguments of the command line beside them; `words` are all of them, where any number is allowed. */
  protected async readInput<T extends typeof Command>(
    command: T,
  ): Promise<{
    readonly flags: FlagsOf<T>;
    readonly args: InferredArgs<T['args']>;
    readonly words: readonly string[];
    /** The flags that somebody gave: on the command line, in the environment or in a file. */
    readonly given: ReadonlySet<string>;
  }> {
    const shapes = { ...BaseCommand.baseFlags, ...command.flags };
    const given = await this.parseWords(command, this.argv);
    const result: Record<string, unknown> = { ...given.flags };
    const settled = new Set(
      Object.keys(given.flags).filter((name) => given.metadata.flags[name]?.setFromDefault !== true),
    );
    const take = async (source: FlagDefault): Promise<void> => {
      if (settled.has(source.name)) return;
      settled.add(source.name);
      this.io.origins.set(source.name, source.from);
      result[source.name] = await this.parseDefault(command, source);
    };
    for (const message of unknownVariables(this.io.env)) {
      warnOnStderr(message, this.io);
      this.io.warned.push(message);
    }
    for (const source of defaultsFromEnvironment(shapes, this.io.env)) await take(source);
    const folder = this.defaultsFolder(result);
    if (folder !== undefined) {
      this.io.defaultsFile = await readDefaultsFile(folder);
      for (const source of await defaultsFromFile(this.io.defaultsFile, shapes, () => this.flagNames()))
        await take(source);
    }
    this.io.color = result.color as CommandIo['color'];
    this.io.talk = talkOf(result, this.io);
    this.io.whereWords = whereWords(result);
    this.io.masks.addRules(await parseMasks(Array.isArray(result.mask) ? (result.mask as string[]) : []));
    return {
      flags: withFalse(result, shapes) as FlagsOf<T>,
      args: given.args as InferredArgs<T['args']>,
      words: given.argv.map(String),
      given: settled,
    };
  }

  /** Where a `.kapply.yaml` counts: beside what is rendered. A command that renders nothing reads none. */
  private defaultsFolder(flags: Record<string, unknown>): string | undefined {
    if (typeof flags.kustomize === 'string') return resolve(this.io.cwd, flags.kustomize);
    return Array.isArray(flags.filename) && flags.filename.length > 0 ? this.io.cwd : undefined;
  }

  private async parseWords(command: typeof Command, argv: readonly string[]) {
    const shapes = { ...BaseCommand.baseFlags, ...command.flags };
    try {
      return await this.parse(command, normalizeArgv(argv, shapes));
    } catch (error) {
      throw usageError(error, {
        command: `${this.config.bin} ${this.id ?? ''}`,
        argv,
        flags: shapes,
        argOptions: Object.values(command.args).flatMap(({ options }) => options ?? []),
        cwd: this.io.cwd,
      });
    }
  }

  private async parseDefault(command: typeof Command, { name, argv, source, position }: FlagDefault): Promise<unknown> {
    try {
      const { flags } = await this.parseWords(command, argv);
      return (flags as Record<string, unknown>)[name];
    } catch (error) {
      if (!(error instanceof KapplyError)) throw error;
      throw inputError(error.code, `${source}: ${error.message}`, {
        suggestions: error.suggestions,
        cause: error,
        ...positionOf(position),
      });
    }
  }

  /** The flags of every command: what .kapply.yaml may name. */
  private async flagNames(): Promise<ReadonlySet<string>> {
    const { commands } = await loadConfiguration(this.config);
    return new Set(commands.flatMap((command) => Object.keys(command.flags)));
  }
}

function positionOf(position: SourcePosition | undefined): { position?: SourcePosition } {
  return position === undefined ? {} : { position };
}
