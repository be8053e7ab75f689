/** How kapply writes files: whole or not at all, and never through a link that somebody has put in their place. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from './replaceFile.js';

export interface WriteWholeOptions {
  /** Only the owner may read it: whatever may hold a Secret's value. Else as the file was, or as the umask says. */
  readonly secret: boolean;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * Writes a file under a name that nobody can guess, and renames it. Whoever is killed meanwhile leaves the old file, and beside
 * it one that no more people can read than the new one. A link in the file's place is replaced, not followed; a device or a pipe (`/dev/stdout`)
 * is written to.
 * @throws NodeJS.ErrnoException
 */
export function writeWhole(path: string, content: string | Uint8Array, { secret }: WriteWholeOptions): void {
  if (isDevice(path)) {
    writeFileSync(path, content);
    return;
  }
  const beside = join(dirname(path), `.kapply-${randomBytes(12).toString('hex')}.tmp`);
  const file = openSync(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, secret ? 0o600 : 0o666);
  try {
    try {
      writeFileSync(file, content);
      const old = lstatSync(path, { throwIfNoEntry: false });
      if (!secret && old?.isFile() === true) fchmodSync(file, old.mode & 0o777);
      // Else a crash of the machine could leave the new name with nothing in it.
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    replaceFile(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** A device or a pipe, by its own name or by a link: it cannot be replaced, and must not be. */
export function isDevice(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}
