/** A file takes another one's place. */
import { renameSync } from 'node:fs';

/** What Windows answers while somebody else (a virus scanner, an indexer, another kapply that reads it) has one of the two open. */
const HELD = new Set(['EACCES', 'EBUSY', 'EPERM']);
/** Doubled each time: about a second in all. */
const PAUSES_MS = [10, 20, 40, 80, 160, 320, 640];

/** For tests: the system is not Windows. */
export interface ReplaceFileOptions {
  readonly platform?: NodeJS.Platform;
  readonly rename?: (from: string, to: string) => void;
  readonly pause?: (ms: number) => void;
}

/**
 * Renames a file over another. Elsewhere nobody can be in the way; Windows refuses while one of them is open, which does not last.
 * @throws NodeJS.ErrnoException
 */
export function replaceFile(from: string, to: string, options: ReplaceFileOptions = {}): void {
  const { platform = process.platform, rename = renameSync, pause = sleepSync } = options;
  for (const ms of platform === 'win32' ? PAUSES_MS : []) {
    try {
      rename(from, to);
      return;
    } catch (error) {
      if (!HELD.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      pause(ms);
    }
  }
  rename(from, to);
}

function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
