import assert from 'node:assert/strict';
import type { Io, StopSignal } from '../../src/cli/io.js';
import { listenForStop } from '../../src/cli/stopSignals.js';
import { KapplyError } from '../../src/errors.js';

function listen() {
  const listeners = new Set<(signal: StopSignal) => void>();
  const exits: number[] = [];
  const stop = listenForStop({
    onSignal: (listener: (signal: StopSignal) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: (code: number) => exits.push(code),
  } as unknown as Io);
  const send = (signal: StopSignal): void => {
    for (const listener of listeners) listener(signal);
  };
  return { stop, send, exits, listeners };
}

describe('listenForStop', () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`stops waiting at the first ${signal}, and ends at once at the second`, () => {
      const { stop, send, exits } = listen();
      send(signal);
      const reason: unknown = stop.signal.reason;
      assert.ok(reason instanceof KapplyError);
      assert.equal(reason.exitCode, code);
      assert.deepEqual(exits, []);
      send(signal);
      assert.deepEqual(exits, [code]);
    });
  }

  it('stops at Ctrl-C in a question', () => {
    const { stop } = listen();
    stop.interrupt();
    assert.equal((stop.signal.reason as KapplyError).exitCode, 130);
  });

  it('gives the signals back', () => {
    const { stop, listeners } = listen();
    stop.release();
    assert.equal(listeners.size, 0);
  });
});
