/** helm reads a chart by itself, and follows its symlinks: what may be read of it is seen before helm runs. */
import { type Dirent, existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { type KapplyError, inputError } from '../../errors.js';
import type { Target } from '../build/build.js';
import { isWithin, shownPath } from '../loading/root.js';

/** A chart of more files is none; a folder that was mounted in by mistake may be endless. */
const MAX_FILES = 100_000;

/** A folder for helm to work with. Throws KapplyError `FileOutsideRoot` where it leaves the kustomization's folder. */
export function folderForHelm({ root }: Target, path: string): string {
  const folder = isAbsolute(path) ? path : join(root.folder, path);
  if (root.restricted && !isWithin(realOf(folder), root.folder)) throw outside({ root }, folder);
  return folder;
}

/** Throws KapplyError `FileOutsideRoot` where a symlink of the chart leaves the kustomization's folder. */
export function checkChart({ root }: Pick<Target, 'root'>, chart: string): void {
  if (!root.restricted) return;
  const folders = [chart];
  let count = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (++count > MAX_FILES) {
        throw inputError('InvalidHelmChart', `the chart ${shownPath(root, chart)} has more than ${MAX_FILES} files`);
      }
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) {
        const real = existsSync(path) ? realpathSync(path) : undefined;
        if (real === undefined || !isWithin(real, root.folder)) throw outside({ root }, path);
      } else if (entry.isDirectory()) folders.push(path);
      else refuseSpecial({ root }, path, entry);
    }
  }
}

/** A pipe or a device never ends. */
function refuseSpecial({ root }: Pick<Target, 'root'>, path: string, entry: Dirent): void {
  if (entry.isFile()) return;
  throw inputError('InvalidHelmChart', `${shownPath(root, path)} in a chart is neither a file nor a folder`);
}

/** Of what is not there yet, where it would be. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const parent = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) return path;
    return join(realOf(parent), path.slice(parent.length));
  }
}

function outside({ root }: Pick<Target, 'root'>, path: string): KapplyError {
  return inputError(
    'FileOutsideRoot',
    `${shownPath(root, path)} leads out of ${shownPath(root, root.folder)}, the folder of the kustomization whose chart it is`,
    {
      suggestions: [
        'Keep charts and their files in that folder.',
        'To trust all files: --load-restrictor LoadRestrictionsNone.',
      ],
    },
  );
}
