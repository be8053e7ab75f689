/** Ctrl-C and the CI system's SIGTERM: the first stops waiting, the second ends at once. */
import { EXIT, KapplyError } from '../errors.js';
import type { Io, StopSignal } from './io.js';

const EXITS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

export interface StopSignals {
  /** Aborts with a KapplyError whose exit code is the signal's. */
  readonly signal: AbortSignal;
  /** As if SIGINT had come: for Ctrl-C where something else reads the keyboard. */
  readonly interrupt: () => void;
  /** Gives the signals back to the process. */
  readonly release: () => void;
}

/** Runs work that SIGINT and SIGTERM end. */
export async function withStop<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = listenForStop(io);
  try {
    return await work(stop.signal);
  } finally {
    stop.release();
  }
}

/** Turns the first SIGINT or SIGTERM into an abort; the second ends the process at once. */
export function listenForStop(io: Io): StopSignals {
  const controller = new AbortController();
  const stop = (name: StopSignal): void => {
    if (controller.signal.aborted) {
      io.exit(EXITS[name]);
      return;
    }
    controller.abort(
      new KapplyError('Interrupted', `interrupted by ${name}; the cluster stays as it is`, EXITS[name], {
        suggestions: ['Run the same command again: it takes up where this one stopped.'],
      }),
    );
  };
  return { signal: controller.signal, interrupt: () => stop('SIGINT'), release: io.onSignal(stop) };
}
