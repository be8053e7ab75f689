/** `-o` of render. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileProblem, isPathProblem } from '../files/fileProblem.js';
import { inputError } from '../errors.js';
import { makeFolder } from '../files/folders.js';
import { writeWhole } from '../files/writeWhole.js';
import type { RenderedText } from '../render/render.js';

/** What -o means elsewhere, and here would make a file of that name. */
const FORMATS = ['json', 'name', 'ndjson', 'text', 'wide', 'yaml'];

/** Without a path (''), for `-`, and for `yaml`, which is what kubectl calls what render prints. */
export function isForStdout(path: string): boolean {
  return ['', '-', 'yaml'].includes(path);
}

/** @throws KapplyError `UsageError` for another format: render has one */
export function refuseFormat(path: string | undefined): void {
  if (path === undefined || path === 'yaml' || !FORMATS.includes(path)) return;
  throw inputError('UsageError', `render prints YAML, not ${path}; -o takes a file or a folder`, {
    suggestions: [`For a file of that name: -o ./${path}`],
  });
}

/**
 * Writes to a file; where the path is a folder or ends in a slash, to one file for each object in it, as `kustomize build -o` does.
 * Files that hold a Secret are their owner's alone.
 * @throws KapplyError `OutputNotWritable`, `SameFileName`
 */
export function writeRendered(path: string, cwd: string, { text, holdsSecret, files }: RenderedText): void {
  const absolute = resolve(cwd, path);
  try {
    if (/[/\\]$/.test(path)) makeFolder(absolute, { shared: true });
    if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true) {
      for (const file of files()) writeWhole(join(absolute, file.name), file.text, { secret: file.isSecret });
    } else writeWhole(absolute, text, { secret: holdsSecret });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw inputError('OutputNotWritable', `${absolute} cannot be written (${fileProblem(code)})`, {
      suggestions: isPathProblem(code)
        ? ['Give -o a file in a folder that exists, or a folder: with a slash at its end it is made.']
        : [],
      cause: error,
    });
  }
}
