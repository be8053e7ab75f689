import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileProblem } from '../../files/fileProblem.js';
import { inputError } from '../../errors.js';
import { codeOf } from '../../net/http.js';
import { mergeKubeconfigs, type Kubeconfig } from './kubeconfig.js';
import { parseKubeconfig } from './parseKubeconfig.js';

export interface LoadKubeconfigOptions {
  /** `--kubeconfig`: this file alone, and it must exist. */
  readonly kubeconfig?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The kubeconfig as kubectl finds it (clientcmd, NewDefaultClientConfigLoadingRules): `--kubeconfig`, else the files of
 * KUBECONFIG, else ~/.kube/config. Files that do not exist are skipped, unless named by the flag.
 */
export async function loadKubeconfig(options: LoadKubeconfigOptions): Promise<Kubeconfig> {
  const { kubeconfig, env } = options;
  if (kubeconfig !== undefined && kubeconfig !== '') {
    const config = await readKubeconfig(resolve(kubeconfig));
    if (config !== undefined) return config;
    throw inputError('KubeconfigNotFound', `the kubeconfig ${kubeconfig} does not exist`, {
      suggestions: ['Check --kubeconfig.'],
    });
  }
  const fromEnv = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const files = fromEnv.length > 0 ? fromEnv : [join(env.HOME ?? homedir(), '.kube', 'config')];
  const found = await Promise.all(
    [...new Set(files)].map(async (file) => ({ file, config: await readKubeconfig(resolve(file)) })),
  );
  const missing = found.flatMap(({ file, config }) => (config === undefined && fromEnv.includes(file) ? [file] : []));
  return {
    ...mergeKubeconfigs(found.flatMap(({ config }) => (config === undefined ? [] : [config]))),
    ...(missing.length > 0 && { missing }),
  };
}

async function readKubeconfig(file: string): Promise<Kubeconfig | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readOnce(file);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    // Whatever the system says of it, or Node of its name.
    if (code === '') throw error;
    throw inputError('UnreadableKubeconfig', `the kubeconfig ${file} cannot be read (${fileProblem(code)})`, {
      cause: error,
    });
  }
  return parseKubeconfig(textOf(bytes), file);
}

/** What pipes held, by device and inode: /dev/fd/63 may be another one later. */
const piped = new Map<string, Promise<Buffer>>();

/**
 * A pipe (`--kubeconfig <(command)`, /dev/stdin) has its content once, and it is asked for more than once: which contexts are protected
 * must not be looked up in what is left of it, which is nothing.
 */
async function readOnce(file: string): Promise<Buffer> {
  const stats = await stat(file);
  if (stats.isFile() || stats.isDirectory()) return readFile(file);
  const pipe = `${stats.dev}:${stats.ino}`;
  const read = piped.get(pipe) ?? readFile(file);
  piped.set(pipe, read);
  return read;
}

/** PowerShell's `>` writes UTF-16 with a byte order mark; kubectl reads it, as it reads UTF-8 with one (YAML 1.2, 5.2). */
export function textOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
