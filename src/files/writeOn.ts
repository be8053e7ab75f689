/** Files that are written on line by line: a run that is killed leaves what it had said. */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { isDevice } from './writeWhole.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

/**
 * Opens a file of its own, readable by its owner alone, and empties it. A link to another file is refused.
 * @throws NodeJS.ErrnoException
 */
export function writeFrom(path: string): (text: string) => void {
  const file = openSync(path, O_WRONLY | O_CREAT | (isDevice(path) ? 0 : O_TRUNC | O_NOFOLLOW), 0o600);
  return (text) => void writeSync(file, text);
}

/**
 * Adds to a file that others write to as well. A link to another file is refused.
 * @throws NodeJS.ErrnoException
 */
export function appendTo(path: string, text: string): void {
  const file = openSync(path, O_WRONLY | O_CREAT | O_APPEND | (isDevice(path) ? 0 : O_NOFOLLOW), 0o600);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
