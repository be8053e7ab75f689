import { inputError } from '../errors.js';
import { isExecutable } from './packageFiles.js';
import { programName } from './programName.js';
import type { Io } from './io.js';
import { shellJob } from './shellJob.js';

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
    get cwd() {
      return workingFolder();
    },
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
    job: shellJob,
    exit: (code) => process.exit(code),
  };
}

/** @throws KapplyError (exit 2) where the folder was deleted under the shell: a CI system's clean-up, another checkout */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw inputError('NoWorkingFolder', 'the folder in which this runs does not exist any more', {
      cause,
      suggestions: ['Change to a folder that exists, or to the same one again: cd "$PWD"'],
    });
  }
}
