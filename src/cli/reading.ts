/** A command that only reads: its warnings go to stderr, its answer to stdout, and Ctrl-C ends it. */
import type { Emit } from '../engine/run/events.js';
import { makeStyle, type Style } from '../ui/style.js';
import { decideTerminal, type Terminal } from '../ui/terminal.js';
import { cleanLine } from '../ui/untrusted.js';
import type { Io } from './io.js';
import { listenForStop } from './stopSignals.js';

export interface Reading {
  readonly style: Style;
  readonly terminal: Terminal;
  /** Prints warnings; a reading command shows no progress. */
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export async function runReading<T>(
  io: Io,
  color: 'auto' | 'always' | 'never',
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const terminal = decideTerminal({ stream: io.stdout, env: io.env, color });
  const style = makeStyle(terminal.color);
  const warned = new Set<string>();
  const emit: Emit = (event) => {
    if (event.type !== 'warning' || warned.has(event.message)) return;
    warned.add(event.message);
    io.stderr.write(`${style.warn('warning:')} ${cleanLine(event.message)}\n`);
  };
  const stop = listenForStop(io);
  try {
    return await work({ style, terminal, emit, signal: stop.signal });
  } finally {
    stop.release();
  }
}
