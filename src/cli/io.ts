/**
 * What a command touches of its process, as one value: tests hand in their own, and nothing else in commands/ looks
 * at `process`.
 */
import type { Readable, Writable } from 'node:stream';
import type { Config } from '@oclif/core/config';
import { makeMasks, type Masks } from '../objects/masks.js';
import type { DefaultsFile } from './settings/defaultsFile.js';
import type { ProgramName } from './programName.js';
import type { ShellJob, TerminalInput } from '../ui/terminal.js';

export interface InputStream extends Readable {
  readonly isTTY?: boolean;
}

export interface OutputStream extends Writable {
  /** The number of its file, where it is one of the process' own. */
  readonly fd?: number;
  readonly isTTY?: boolean;
  /** Absent where the stream is no terminal; 0 on some pseudo-terminals of CI systems. */
  readonly columns?: number;
  readonly rows?: number;
}

export type StopSignal = 'SIGINT' | 'SIGTERM';

export interface Io {
  /** What this program is called by its user. */
  readonly program: ProgramName;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls the listener at every SIGINT and SIGTERM until the returned function is called. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** The shell that it is a job of; absent where none can stop it. */
  readonly job?: ShellJob;
  /** Ends the process at once, without waiting for anything. */
  readonly exit: (code: number) => void;
}

/** How much a run says besides its result: -v, -vv, -q, --log-file. */
export interface Talk {
  /** 0: nothing of requests; 1: a line for each; 2: their bodies as well. */
  readonly verbose: number;
  readonly quiet: boolean;
  /** Writes text to the log file, each line with its time; undefined without one. */
  readonly log: ((text: string) => void) | undefined;
}

/** What a run says where nobody asked for more or less. */
const USUAL_TALK: Talk = { verbose: 0, quiet: false, log: undefined };

/** The same for one command: what this run learns that it must not say. */
export interface CommandIo extends Io {
  readonly masks: Masks;
  /** Where flags that the command line does not have got their values from: a variable, or a file. */
  readonly origins: Map<string, string>;
  /** What was warned of before the run began. */
  readonly warned: string[];
  /** The flags of the cluster and the namespace, as they were given: known once its flags are read. */
  whereWords: string;
  /** How much it says: known once its flags are read. */
  talk: Talk;
  /** `--color`, which counts also for what is said before the flags are read. */
  color: TerminalInput['color'];
  /** `.kapply.yaml` beside what is rendered, for a command that renders: known once its flags are read. */
  defaultsFile?: DefaultsFile;
}

// oclif makes the command objects, and hands them nothing but its configuration.
const ios = new WeakMap<Config, CommandIo>();

/** Io with the masks and the origins of values of one command. */
export function commandIo(io: Io): CommandIo {
  const own = {
    ...{ masks: makeMasks(), origins: new Map<string, string>(), warned: [], whereWords: '' },
    ...{ talk: USUAL_TALK, color: 'auto' as const },
  };
  // With its getters, not with what they get: a spread would open stdin.
  return Object.defineProperties(own, Object.getOwnPropertyDescriptors(io)) as typeof own & Io;
}

/** Hands the commands of a configuration their Io. */
export function setIo(config: Config, io: CommandIo): void {
  ios.set(config, io);
}

/** The Io that `main` was started with. */
export function ioOf(config: Config): CommandIo {
  const io = ios.get(config);
  if (io === undefined) throw new Error('a command was run without main()');
  return io;
}
