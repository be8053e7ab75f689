/** What the system says of a file: its code, which people search for, and what that means. */

/** POSIX errno names, as open(2), read(2) and write(2) give them. */
const MEANINGS: ReadonlyMap<string | undefined, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EBUSY', 'somebody else holds it'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'it is larger than the system allows'],
  ['EIO', 'the disk fails'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'it is a link'],
  ['EMFILE', 'too many files are open'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ENFILE', 'too many files are open'],
  ['ENOENT', 'it does not exist, or its folder does not'],
  ['ENOSPC', 'no space is left on the disk'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
]);

/** `ENOSPC: no space is left on the disk`; the code alone where nothing more is known of it. */
export function fileProblem(code: string | undefined): string {
  const meaning = MEANINGS.get(code);
  return meaning === undefined ? (code ?? 'unknown') : `${code}: ${meaning}`;
}

/** True where another path would do: then it helps to say what a path may be. */
export function isPathProblem(code: string | undefined): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG';
}
