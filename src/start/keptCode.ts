/**
 * Where the code that V8 has compiled is kept between runs, and what is believed of it. V8 checks its own version, its flags and the
 * length of the source, but not whether the bytes are whole: damaged ones end in a crash. So each file tells the checksum of its bytes
 * and of the source that they are from, lies where only this user can write, and is left aside where anything is not as it was
 * written. See docs/decisions/0220.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { crc32 } from 'node:zlib';
import { makeFolder } from '../files/folders.js';
import { isOwnFolder, readOwnFile } from '../files/ownFolder.js';
import { writeWhole } from '../files/writeWhole.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Of the layout below: raised when it changes. */
const MAGIC = 0x6b_61_70_01;
/** Magic, checksum of the code, checksum of the source; each 32 bits, little endian. Then V8's bytes. */
const HEADER_BYTES = 12;
/** Code of other versions of kapply and of Node goes when new code is written. */
const OLDEST_MS = 30 * 24 * 3_600_000;

/**
 * One folder for each build of Node and the flags that it was started with; undefined where there is no place, none is wanted, or others can
 * write there.
 * @throws NodeJS.ErrnoException
 */
export function folderOfCode(env: Environment): string | undefined {
  // Node's own variable for its own cache. Coverage counts what V8 compiles from the source.
  if (env.NODE_DISABLE_COMPILE_CACHE === '1' || (env.NODE_V8_COVERAGE ?? '') !== '') return undefined;
  const caches = process.platform === 'win32' ? env.LOCALAPPDATA : cachesOf(env);
  if (caches === undefined || !isAbsolute(caches)) return undefined;
  const { size, mtimeMs } = statSync(process.execPath);
  const build = [process.version, process.arch, process.execPath, size, mtimeMs, cachedDataVersionTag()].join(' ');
  const folder = join(caches, 'kapply', 'code', `${process.version}-${crc32(build).toString(16)}`);
  return !existsSync(folder) || isOwnFolder(folder) ? folder : undefined;
}

/** The XDG base directory specification: a path that is not absolute counts as none. */
function cachesOf({ XDG_CACHE_HOME, HOME }: Environment): string | undefined {
  if (XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  return HOME === undefined || HOME === '' ? undefined : join(HOME, '.cache');
}

/** Two versions of kapply have files of the same name; and the code of a file says where that lies, which a stack trace shows. */
function pathOf(folder: string, file: string, sourceSum: number): string {
  return join(folder, `${basename(file)}-${crc32(file, sourceSum).toString(16)}.code`);
}

/** What is kept for a file with this source; undefined where nothing is, or nothing that can be believed. @throws NodeJS.ErrnoException */
export function readCode(folder: string, file: string, source: Uint8Array): Buffer | undefined {
  const sourceSum = crc32(source);
  const kept = readOwnFile(pathOf(folder, file, sourceSum));
  if (kept === undefined || kept.length <= HEADER_BYTES) return undefined;
  const code = kept.subarray(HEADER_BYTES);
  const isWhole =
    kept.readUInt32LE(0) === MAGIC && kept.readUInt32LE(4) === crc32(code) && kept.readUInt32LE(8) === sourceSum;
  return isWhole ? code : undefined;
}

/** Keeps the code of a file with this source, whole or not at all. @throws NodeJS.ErrnoException */
export function writeCode(folder: string, file: string, source: Uint8Array, code: Buffer): void {
  const sourceSum = crc32(source);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(crc32(code), 4);
  header.writeUInt32LE(sourceSum, 8);
  writeWhole(pathOf(folder, file, sourceSum), Buffer.concat([header, code]), { secret: true });
}

/** True where code can be kept: the folder is made if it is missing. @throws NodeJS.ErrnoException */
export function openForCode(folder: string): boolean {
  makeFolder(folder);
  return isOwnFolder(folder);
}

/** Removes what has lain for a month. @throws NodeJS.ErrnoException */
export function removeOldCode(folder: string, now = Date.now()): void {
  const all = join(folder, '..');
  for (const build of readdirSync(all))
    for (const name of readdirSync(join(all, build))) {
      const path = join(all, build, name);
      if (name.endsWith('.code') && now - statSync(path).mtimeMs > OLDEST_MS) rmSync(path, { force: true });
    }
}
