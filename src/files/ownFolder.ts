/** Folders and files that only this user can have written: for what a later run trusts. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';

const WRITABLE_BY_OTHERS = 0o022;

/** Windows has no such modes: there the folders of a user are closed to others by where they are. */
function isOwn({ uid, mode }: Stats): boolean {
  if (process.platform === 'win32') return true;
  return uid === process.geteuid?.() && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** True for a folder, no link, that belongs to this user and that nobody else can write to. */
export function isOwnFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && isOwn(found);
}

/**
 * The bytes of a file, no link, that belongs to this user and that nobody else can write to; undefined for any other, and for none.
 * @throws NodeJS.ErrnoException where it cannot be read
 */
export function readOwnFile(path: string): Buffer | undefined {
  let file: number;
  try {
    // O_NONBLOCK keeps a pipe in its place from stopping the program. Windows has neither, and counts both as 0.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const found = fstatSync(file);
    return found.isFile() && isOwn(found) ? readFileSync(file) : undefined;
  } finally {
    closeSync(file);
  }
}
