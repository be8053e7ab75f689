import { closeSync, openSync, rmSync } from 'node:fs';

/**
 * Makes a file that says that somebody is at work, and returns how to take it away.
 * @throws NodeJS.ErrnoException EEXIST where somebody is
 */
export function lockFile(path: string): () => void {
  closeSync(openSync(path, 'wx', 0o600));
  return () => rmSync(path, { force: true });
}
