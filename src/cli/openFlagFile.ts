import { fileProblem } from '../files/fileProblem.js';
import { inputError } from '../errors.js';
import { writeFrom } from '../files/writeOn.js';
import { warnOnStderr } from './reportError.js';
import type { CommandIo } from './io.js';

/**
 * Opens the file that a flag names, to be written on line by line: a run that is killed leaves what it had said. Where the
 * disk is full later on, the run is told so once, and goes on without the file: what is deployed is deployed.
 * @param flag with its dashes: `--events-file`
 * @throws KapplyError (exit 2) where it cannot be written at all
 */
export function openFlagFile(flag: string, path: string, io: CommandIo): (text: string) => void {
  return untilBroken(openToWrite(flag, path), (code) =>
    warnOnStderr(
      `${flag}=${path} can be written no further (${fileProblem(code)}): it ends here, and the run goes on`,
      io,
    ),
  );
}

/** Writes until that fails once; then it tells so, and drops what else comes. */
export function untilBroken(write: (text: string) => void, onBroken: (code: string) => void): (text: string) => void {
  let isBroken = false;
  return (text) => {
    if (isBroken) return;
    try {
      write(text);
    } catch (error) {
      isBroken = true;
      onBroken(codeOf(error));
    }
  };
}

function openToWrite(flag: string, path: string): (text: string) => void {
  try {
    return writeFrom(path);
  } catch (error) {
    throw inputError('UnwritableFile', `${flag}=${path} cannot be written (${fileProblem(codeOf(error))})`, {
      cause: error,
    });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
