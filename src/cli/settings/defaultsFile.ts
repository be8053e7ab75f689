/** `.kapply.yaml` next to the kustomization. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../../files/fileProblem.js';
import { inputError } from '../../errors.js';
import type { FlagShape } from '../argv.js';
import { DEFAULTS_FILE } from './fileDefaults.js';
import type { FlagDefault } from './flagDefaults.js';

/** `.kapply.yaml` of a folder, as it was read: once in a run, so that its flags and its readiness rules are of one text. */
export interface DefaultsFile {
  readonly file: string;
  /** undefined where there is none. */
  readonly text: string | undefined;
}

/** @throws KapplyError `UnreadableFile` (exit 2) */
export async function readDefaultsFile(folder: string): Promise<DefaultsFile> {
  const file = join(folder, DEFAULTS_FILE);
  return { file, text: await readIfThere(file) };
}

/**
 * The flags that a `.kapply.yaml` sets: one mapping from long flag names to values. [] where there is none.
 * A name that is no flag of any command is an error; one of another command is not this one's business.
 * @throws KapplyError (exit 2), with the line
 */
export async function defaultsFromFile(
  { file, text }: DefaultsFile,
  flags: Readonly<Record<string, FlagShape>>,
  loadKnownNames: () => Promise<ReadonlySet<string>>,
): Promise<FlagDefault[]> {
  if (text === undefined) return [];
  // Most folders have no such file: the parser is read only for those that do.
  const { readDefaults } = await import('./readDefaults.js');
  return readDefaults(text, file, flags, await loadKnownNames());
}

/** The text of a file, or undefined where there is none. @throws KapplyError `UnreadableFile` (exit 2) */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw inputError('UnreadableFile', `${file} cannot be read (${fileProblem(code ?? String(error))})`, {
      cause: error,
    });
  }
}
