import { isExecutable } from './packageFiles.js';
import { programName } from './programName.js';
import type { Io } from './io.js';

/** This process' streams, environment, clock and signals. */
export function processIo(): Io {
  return {
    // The executable is its own script: what it was started as is a link's name only here.
    program: programName(isExecutable ? process.argv0 : process.argv[1]),
    // Node opens a stream when it is first asked for it, and nearly no run reads this one.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    onSignal: (listener) => {
      const interrupted = (): void => listener('SIGINT');
      const terminated = (): void => listener('SIGTERM');
      process.on('SIGINT', interrupted);
      process.on('SIGTERM', terminated);
      return () => {
        process.off('SIGINT', interrupted);
        process.off('SIGTERM', terminated);
      };
    },
    exit: (code) => process.exit(code),
  };
}
