import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileProblem } from '../../files/fileProblem.js';
import { inputError, type KapplyError } from '../../errors.js';
import { decodeText } from '../loading/decodeText.js';
import { type StreamLimits, readPipe, readStream } from './readStream.js';

export interface ManifestFile {
  /** How messages name it. */
  readonly file: string;
  readonly text: string;
}

/** What kubectl takes from a folder; a file that is named itself may have any name. */
const EXTENSIONS = new Set(['.json', '.yaml', '.yml']);
const STDIN = '-';

export interface ManifestSources extends StreamLimits {
  readonly cwd: string;
  readonly recursive: boolean;
  readonly stdin: AsyncIterable<Uint8Array | string> | undefined;
}

/** Reads what `-f` names, in kubectl's order: as given, folders by the names in them. Throws FileNotFound, NoManifests or InvalidText. */
export async function readManifestFiles(paths: readonly string[], sources: ManifestSources): Promise<ManifestFile[]> {
  const files: ManifestFile[] = [];
  if (paths.filter((path) => path === STDIN).length > 1)
    throw inputError('UsageError', 'stdin can be read only once: give -f - once');
  for (const path of paths) {
    if (path === STDIN) {
      files.push({ file: 'stdin', text: textOf(await readStdin(sources), 'stdin') });
      continue;
    }
    for (const found of await expand(path, sources)) {
      const file = nameOf(found, sources.cwd);
      files.push({ file, text: textOf(await readOne(found, sources), file) });
    }
  }
  return files;
}

function readStdin({ stdin, ...limits }: ManifestSources): Promise<Uint8Array> {
  if (stdin === undefined) throw inputError('UsageError', 'there is no stdin to read from');
  return readStream(stdin, limits);
}

async function readOne(path: string, sources: ManifestSources): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return await readPipe(path, sources);
    sources.budget.spend(0, found.size);
    await sources.budget.breathe();
    return await readFile(path);
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    throw inputError('FileNotReadable', `${nameOf(path, sources.cwd)} cannot be read (${fileProblem(code)})`, {
      cause,
    });
  }
}

/** The files that a path stands for, as absolute paths. */
async function expand(path: string, { cwd, recursive }: ManifestSources): Promise<string[]> {
  const absolute = resolve(cwd, path);
  const found = await stat(absolute).catch((cause: unknown) => {
    throw notFound(path, cause);
  });
  if (!found.isDirectory()) return [absolute];
  const files = await listFolder(absolute, recursive);
  if (files.length > 0) return files;
  const name = nameOf(absolute, cwd);
  throw inputError('NoManifests', `the folder ${name} holds no .yaml, .yml or .json file`, {
    position: { file: name },
    suggestions: recursive ? [] : ['Give -R to read its folders as well.'],
  });
}

function notFound(path: string, cause: unknown): KapplyError {
  if ((cause as { code?: unknown }).code !== 'ENOENT')
    return inputError('FileNotReadable', `${path} cannot be read`, { cause });
  const suggestion = path.includes('://')
    ? 'Download it first: kapply reads files, folders and stdin.'
    : 'Check the path; it is relative to the working directory.';
  return inputError('FileNotFound', `${path} does not exist`, { suggestions: [suggestion], cause });
}

/** kubectl walks a folder by name and follows links to files, not to folders. */
async function listFolder(folder: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (recursive) files.push(...(await listFolder(path, true)));
    } else if (EXTENSIONS.has(extname(entry.name)) && (await isFile(entry, path))) {
      files.push(path);
    }
  }
  return files;
}

async function isFile(entry: Dirent, path: string): Promise<boolean> {
  return entry.isFile() || (entry.isSymbolicLink() && (await stat(path)).isFile());
}

function nameOf(path: string, cwd: string): string {
  const name = relative(cwd, path);
  return name === '' || name.startsWith('..') || isAbsolute(name) ? path : name;
}

/** Without a byte order mark. */
function textOf(bytes: Uint8Array, file: string): string {
  return decodeText(bytes, file).replace(/^\uFEFF/, '');
}
