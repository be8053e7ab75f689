/** Folders for the time of a run: 0700, and swept by the next run where one was killed before it could remove its own. */
import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^kapply-run-([0-9a-f]{8})-([0-9]+)-/;
/** Of another machine or container that shares the folder: its processes cannot be seen from here. */
const FOREIGN_AGE_MS = 24 * 3_600_000;

let swept: Promise<void> | undefined;

/** Makes a folder that only its owner can read, symlinks resolved. The first call of a process sweeps what others left. */
export async function makeTemporaryFolder(parent = tmpdir()): Promise<string> {
  swept ??= sweep(parent);
  await swept;
  // mkdtemp makes it with 0700 and a name that was not there.
  return realpath(await mkdtemp(join(parent, `kapply-run-${processSpace()}-${process.pid}-`)));
}

/** Removes a folder with all that is in it. Windows refuses while a program that has just ended still has a file of it open. */
export function removeTemporaryFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Removes the folders of processes that are no more. What cannot be removed is somebody else's affair. */
export async function sweep(parent = tmpdir(), now = Date.now()): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const [, space, pid] = NAME.exec(name) ?? [];
    if (space === undefined || pid === undefined) continue;
    const path = join(parent, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() !== true || found.uid !== ownId(found.uid)) continue;
    const isOver = space === processSpace() ? !isRunning(Number(pid)) : now - found.mtimeMs > FOREIGN_AGE_MS;
    if (isOver) await removeTemporaryFolder(path).catch(() => undefined);
  }
}

/** Windows has no ids of users: there the folder of temporary files is one user's own. */
function ownId(otherwise: number): number {
  return process.getuid?.() ?? otherwise;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** A process id means something on one machine, and in one namespace of process ids, alone. */
function processSpace(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // No such file outside of Linux: there is one namespace.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8);
}
