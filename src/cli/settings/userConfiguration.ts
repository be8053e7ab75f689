/** The user's own configuration: what no repository can say, because it protects from what a repository says. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { inputError } from '../../errors.js';
import { readIfThere } from './defaultsFile.js';
import type { Io } from '../io.js';
import type { ContextConfiguration } from './parseUserConfiguration.js';

export interface UserConfiguration {
  readonly file: string;
  readonly contexts: readonly ContextConfiguration[];
}

/** The variable that names the file. */
export const CONFIGURATION_VARIABLE = 'KAPPLY_CONFIG';

/**
 * KAPPLY_CONFIG, else `kapply/config.yaml` in XDG_CONFIG_HOME or ~/.config. undefined where there is none.
 * @throws KapplyError (exit 2) where KAPPLY_CONFIG names no file, and for whatever is wrong in it: what protects must not be guessed
 */
export async function readUserConfiguration({
  env,
  cwd,
}: Pick<Io, 'env' | 'cwd'>): Promise<UserConfiguration | undefined> {
  const named = env[CONFIGURATION_VARIABLE] ?? '';
  const file = named === '' ? usualFile(env) : resolve(cwd, named);
  const text = await readIfThere(file);
  if (text === undefined) {
    if (named === '') return undefined;
    throw inputError('UnreadableFile', `${CONFIGURATION_VARIABLE}=${named} does not exist`);
  }
  const { parseUserConfiguration } = await import('./parseUserConfiguration.js');
  return { file, contexts: parseUserConfiguration(text, file) };
}

function usualFile({ XDG_CONFIG_HOME: folder = '', HOME: home = homedir() }: Io['env']): string {
  // A relative path is to be ignored, says the XDG base directory specification.
  return join(isAbsolute(folder) ? folder : join(home, '.config'), 'kapply', 'config.yaml');
}
