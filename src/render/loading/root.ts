/**
 * Where a kustomization's files come from: its folder, which of them it may read, and which other kustomizations it may
 * take in (api/internal/loader). Symlinks are resolved before anything is checked.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { type KapplyError, inputError } from '../../errors.js';
import type { Budget } from '../budget.js';
import type { Clones } from './clone.js';
import { type RepoSpec, isOfThisMachine, parseRepoSpec } from './repoSpec.js';
import type { Outgoing } from '../../net/outgoing.js';
import { fetchFile, isUrl } from './webFile.js';

export interface LoadingRun {
  readonly cwd: string;
  readonly clones: Clones;
  /** Whether anything may be fetched: repositories, files of the web, charts, images. */
  readonly remote: boolean;
  /** Files of the web are fetched by this. */
  readonly send: Outgoing;
  readonly signal: AbortSignal | undefined;
  readonly budget: Budget;
}

export interface Root {
  readonly run: LoadingRun;
  /** Absolute, symlinks resolved. */
  readonly folder: string;
  /** The kustomization that took this one in. */
  readonly parent: Root | undefined;
  /** Set where this folder is in a clone. */
  readonly repository: { readonly spec: RepoSpec; readonly folder: string } | undefined;
  /** Whether files must lie in or below the folder. Always so in a clone. */
  readonly restricted: boolean;
}

/** A file of the machine, as opposed to one that cannot be read for other reasons: the caller may try it as a folder. */
export function isNotAFile(error: unknown): boolean {
  return codeOf(error) === 'FileNotFound' || codeOf(error) === 'NotAFile';
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

const MIB = 1024 * 1024;
/** No object of Kubernetes comes near it; Node ends with errors of its own from half a gigabyte on. */
const MAX_FILE_BYTES = 256 * MIB;

/** Opens the folder or repository that a user names. */
export async function openRoot(target: string, restricted: boolean, run: LoadingRun): Promise<Root> {
  if (target === '') {
    throw inputError('InvalidPath', 'an empty path names no kustomization', {
      suggestions: ['Check whether the variable that it comes from is set; the current folder is ".".'],
    });
  }
  const spec = parseRepoSpec(target);
  if (spec !== undefined) return openClone(spec, run, undefined);
  const folder = resolveFolder(resolve(run.cwd, target), target, run);
  return { run, folder, parent: undefined, repository: undefined, restricted };
}

/** Opens a folder or repository that a kustomization names. Throws where it would take itself in. */
export async function openChild(root: Root, path: string): Promise<Root> {
  if (path === '') throw inputError('InvalidPath', 'an empty path names no kustomization');
  refuseNul(path);
  const spec = parseRepoSpec(path);
  if (spec !== undefined) {
    refuseRepositoryCycle(root, spec);
    refuseThisMachine(root, spec);
    return openClone(spec, root.run, root);
  }
  if (isAbsolute(path)) {
    throw inputError('AbsolutePath', `${path} is an absolute path: kustomizations name each other by relative ones`, {
      suggestions: [`Write ${relative(root.folder, path)}.`],
    });
  }
  if (path.split(/[\\/]/).some((part) => part !== '..' && part !== '.' && part.includes('..'))) {
    throw inputError('AmbiguousPath', `${path} is hardly meant: a name in it holds two dots`, {
      suggestions: ['Check the indentation of the list that it stands in.'],
    });
  }
  const folder = resolveFolder(join(root.folder, path), path, root.run);
  const repository = repositoryOf(root);
  if (repository !== undefined && !isWithin(folder, repository.folder)) {
    throw inputError('OutsideRepository', `${path} leads out of the repository ${repository.spec.url}`, {
      suggestions: ['A kustomization of a cloned repository can only take in folders of the same repository.'],
    });
  }
  for (let visited: Root | undefined = root; visited !== undefined; visited = visited.parent) {
    if (isWithin(visited.folder, folder)) {
      throw inputError('KustomizationCycle', `${path} holds ${shownPath(visited, visited.folder)}, which led here`, {
        suggestions: ['A kustomization cannot take in itself or a folder around it.'],
      });
    }
  }
  return { run: root.run, folder, parent: root, repository: undefined, restricted: root.restricted };
}

/** What came from elsewhere does not get to read the repositories of this machine. */
function refuseThisMachine(root: Root, spec: RepoSpec): void {
  if (!isOfThisMachine(spec)) return;
  const from = repositoriesOf(root).find((outer) => !isOfThisMachine(outer));
  if (from === undefined) return;
  throw inputError('OutsideRepository', `${spec.url} is on this machine, and the repository ${from.url} names it`, {
    suggestions: ['A kustomization of a cloned repository can only take in its own folders, and other remote ones.'],
  });
}

/** Throws KapplyError `RemoteNotAllowed`; `what` is the subject of the sentence. */
export function refuseRemote({ remote }: Pick<LoadingRun, 'remote'>, what: string): void {
  if (remote) return;
  throw inputError('RemoteNotAllowed', `${what}, and nothing may be fetched (--no-remote)`, {
    suggestions: ['Keep a copy of it beside the kustomization, or leave --no-remote out.'],
  });
}

async function openClone(spec: RepoSpec, run: LoadingRun, parent: Root | undefined): Promise<Root> {
  refuseRemote(run, `${spec.url} is a git repository`);
  const clone = await run.budget.outside(run.clones.folderOf(spec));
  const wanted = join(clone, spec.path);
  if (!existsSync(wanted) || !statSync(wanted).isDirectory()) {
    throw inputError('FolderNotFound', `the repository ${spec.url} has no folder ${spec.path}`, {
      suggestions: [`Check the path behind the repository, and the ref: ${spec.ref || 'HEAD'}.`],
    });
  }
  const folder = resolveFolder(wanted, spec.raw, run);
  if (!isWithin(folder, clone)) {
    throw inputError('OutsideRepository', `${spec.raw} leads out of its repository`);
  }
  return { run, folder, parent, repository: { spec, folder: clone }, restricted: true };
}

/** Reads a file that a kustomization names: within its folder, or from an address of the web. */
export async function loadFile(root: Root, path: string): Promise<Buffer> {
  if (!isUrl(path)) return readLocalFile(root, path);
  refuseRemote(root.run, `${path} is a file of the web`);
  const { send, signal, budget } = root.run;
  const body = await budget.outside(fetchFile(path, send, signal));
  budget.spend(0, body.length);
  return body;
}

/** Reads a file of the machine. Throws `FileNotFound`, `NotAFile` or `FileOutsideRoot`. */
export function readLocalFile(root: Root, path: string): Buffer {
  refuseNul(path);
  const wanted = isAbsolute(path) ? normalize(path) : join(root.folder, path);
  try {
    const file = root.restricted ? allowedFile(root, wanted, path) : wanted;
    const found = statSync(file);
    // To read from a pipe would hold up everything, Ctrl-C as well.
    if (!found.isFile() && !found.isDirectory())
      throw inputError('FileUnreadable', `${path} is a pipe or a device, and a file is wanted`);
    const { size } = found;
    if (size > MAX_FILE_BYTES) {
      throw inputError(
        'FileTooLarge',
        `${path} has ${Math.round(size / MIB)} MB; ${MAX_FILE_BYTES / MIB} MB are the limit`,
      );
    }
    root.run.budget.spend(0, size);
    return readFileSync(file);
  } catch (error) {
    throw isSystemError(error) ? unreadable(path, wanted, root, error) : error;
  }
}

function refuseNul(path: string): void {
  if (path.includes('\0')) throw inputError('InvalidPath', `${JSON.stringify(path)} holds a NUL, and no path does`);
}

function allowedFile(root: Root, wanted: string, path: string): string {
  const file = realpathSync(wanted);
  if (statSync(file).isDirectory()) {
    throw inputError('NotAFile', `${path} is a folder, and a file is wanted`);
  }
  if (!isWithin(file, root.folder)) {
    throw inputError(
      'FileOutsideRoot',
      `${path} is outside of ${shownPath(root, root.folder)}, the folder of the kustomization that names it`,
      {
        suggestions: [
          'Move it into that folder, or take in the folder where it is as a base or a component.',
          'To trust all files: --load-restrictor LoadRestrictionsNone.',
        ],
      },
    );
  }
  return file;
}

function unreadable(path: string, wanted: string, root: Root, cause: NodeJS.ErrnoException): KapplyError {
  const shown = shownPath(root, wanted);
  const also = shown === path ? '' : ` (${shown})`;
  if (cause.code === 'EISDIR') return inputError('NotAFile', `${path} is a folder, and a file is wanted`, { cause });
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
    return inputError('FileNotFound', `${path} does not exist${also}`, { cause });
  }
  return inputError('FileUnreadable', `${path} cannot be read${also}: ${cause.code ?? cause.message}`, { cause });
}

function resolveFolder(wanted: string, path: string, run: LoadingRun): string {
  try {
    const folder = realpathSync(wanted);
    if (statSync(folder).isDirectory()) return folder;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const shown = relative(run.cwd, wanted);
    throw inputError('FolderNotFound', `${path} does not exist${shown === path || shown === '' ? '' : ` (${shown})`}`, {
      cause: error,
    });
  }
  throw inputError('NotAFolder', `${path} is a file, and a folder with a kustomization is wanted`);
}

function refuseRepositoryCycle(root: Root, spec: RepoSpec): void {
  for (let visited: Root | undefined = root; visited !== undefined; visited = visited.parent) {
    if (visited.repository?.spec.raw.startsWith(spec.raw)) {
      throw inputError(
        'KustomizationCycle',
        `${spec.raw} is taken in by ${visited.repository.spec.raw}, which led here`,
      );
    }
  }
}

function repositoriesOf(root: Root): RepoSpec[] {
  const specs: RepoSpec[] = [];
  for (let visited: Root | undefined = root; visited !== undefined; visited = visited.parent) {
    if (visited.repository !== undefined) specs.push(visited.repository.spec);
  }
  return specs;
}

function repositoryOf(root: Root): Root['repository'] {
  for (let visited: Root | undefined = root; visited !== undefined; visited = visited.parent) {
    if (visited.repository !== undefined) return visited.repository;
  }
  return undefined;
}

/** How messages name a file: relative to the working directory, or with its repository. */
export function shownPath(root: Root, path: string): string {
  const repository = repositoryOf(root);
  if (repository !== undefined) {
    const inside = relative(repository.folder, path);
    return inside === '' ? repository.spec.url : `${repository.spec.url}//${inside}`;
  }
  return relative(root.run.cwd, path) || '.';
}

/** Whether a path is a folder, or in it or below. Both absolute, symlinks resolved. A root, `/` or `C:\`, ends with a separator. */
export function isWithin(path: string, folder: string, separator: string = sep): boolean {
  return path === folder || path.startsWith(folder.endsWith(separator) ? folder : folder + separator);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
