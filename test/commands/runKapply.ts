import { Readable, Writable } from 'node:stream';
import { tmpdir } from 'node:os';
import type { Io, StopSignal } from '../../src/cli/io.js';
import { main } from '../../src/main.js';
import { assertMachineOutput } from '../schemas.js';

export interface RunKapplyOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Asking for stdin is an error. */
  readonly closed?: boolean;
  /** Its clock, ms since the epoch; by default the real one. */
  readonly now?: () => number;
  /** What it is called by its user. */
  readonly program?: Io['program'];
}

export interface RunningKapply {
  readonly done: Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  /** Sends a signal, as the terminal or a CI system would. */
  readonly kill: (signal: StopSignal) => void;
  /** The codes with which it wanted to end at once. */
  readonly exits: readonly number[];
}

/** Starts a whole command line in this process, with its own streams, environment and working directory. */
export function startKapply(argv: readonly string[], options: RunKapplyOptions = {}): RunningKapply {
  const stdout = new Collector();
  const stderr = new Collector();
  const listeners = new Set<(signal: StopSignal) => void>();
  const exits: number[] = [];
  const stdin = Readable.from(options.stdin === undefined ? [] : [options.stdin]);
  const io: Io = {
    program: options.program ?? 'kapply',
    get stdin() {
      if (options.closed === true) throw new Error('stdin was asked for');
      return stdin;
    },
    stdout,
    stderr,
    env: options.env ?? {},
    cwd: options.cwd ?? tmpdir(),
    now: options.now ?? Date.now,
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: (code) => exits.push(code),
  };
  const done = main(argv, io).then((exitCode) => {
    assertMachineOutput(argv, stdout.text, io.cwd);
    return { exitCode, stdout: stdout.text, stderr: stderr.text };
  });
  const kill = (signal: StopSignal): void => {
    for (const listener of listeners) listener(signal);
  };
  return { done, kill, exits };
}

/** Runs a whole command line to its end. */
export function runKapply(argv: readonly string[], options: RunKapplyOptions = {}): RunningKapply['done'] {
  return startKapply(argv, options).done;
}

class Collector extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
