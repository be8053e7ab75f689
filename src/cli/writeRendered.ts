import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from '../errors.js';
import type { RenderedText } from '../render/render.js';

/** Writes to a file, or to one file for each object where the path is a folder, as `kustomize build -o` does. */
export async function writeRendered(path: string, { text, files }: RenderedText): Promise<void> {
  try {
    if (await isFolder(path)) {
      for (const { name, text: content } of files()) await writeFile(join(path, name), content);
    } else {
      await writeFile(path, text);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !['ENOENT', 'ENOTDIR', 'EACCES', 'EROFS', 'ENOSPC'].includes(code)) throw error;
    throw inputError('OutputNotWritable', `${path} cannot be written (${code})`, {
      suggestions: ['Give -o a file in a folder that exists, or a folder that exists.'],
      cause: error,
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
