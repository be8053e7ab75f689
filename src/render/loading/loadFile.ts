/** Where a kustomization's files come from, and which of them it may read (api/internal/loader). Symlinks are resolved before anything is checked. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { fileProblem } from '../../files/fileProblem.js';
import { type KapplyError, inputError } from '../../errors.js';
import { didYouMean } from './nearPath.js';
import { fetchFile, isUrl } from './webFile.js';
import { type Root, refuseRemote, shownPath, isWithin } from './root.js';

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

/** @throws KapplyError `InvalidPath` */
export function refuseNul(path: string): void {
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
    return inputError('FileNotFound', `${path} does not exist${also}`, {
      suggestions: isAbsolute(path) ? [] : didYouMean(path, root.folder),
      cause,
    });
  }
  return inputError('FileUnreadable', `${path} cannot be read${also} (${fileProblem(cause.code ?? cause.message)})`, {
    cause,
  });
}

/** An error of the operating system, as opposed to one of ours. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
