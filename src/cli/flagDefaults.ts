/** Where flags get their values from besides the command line: the environment, and `.kapply.yaml`. */
import type { SourcePosition } from '../errors.js';
import type { FlagShape } from './argv.js';

export const DEFAULTS_FILE = '.kapply.yaml';

/** One flag's value from elsewhere, as the words of a command line, and what to call its source in an error. */
export interface FlagDefault {
  readonly name: string;
  readonly argv: readonly string[];
  readonly source: string;
  readonly position?: SourcePosition;
}

/**
 * A repository must not decide where credentials go, which programs run for them, which files are written over, or what
 * its own deploy has consent for: whoever reviews a branch with `kapply diff` has not read its .kapply.yaml yet.
 */
export const NOT_FROM_A_FILE: ReadonlySet<string> = new Set([
  'as',
  'as-current-user',
  'as-group',
  'as-uid',
  'backup-dir',
  'backup-secrets',
  'certificate-authority',
  'enable-alpha-plugins',
  'enable-exec',
  'enable-helm',
  'env',
  'events-file',
  'filename',
  'helm-command',
  'insecure-skip-tls-verify',
  'kubeconfig',
  'kustomize',
  'load-restrictor',
  'mount',
  'network',
  'output',
  'port',
  'sandbox',
  'sandbox-state',
  'server',
  'state',
  'tls-server-name',
  'token',
  'yes',
]);

/** What to deploy belongs to the command line. */
const NOT_FROM_THE_ENVIRONMENT: ReadonlySet<string> = new Set(['kustomize', 'filename']);

/** `--prune-label` → `KAPPLY_PRUNE_LABEL`. */
export function environmentName(flag: string): string {
  return `KAPPLY_${flag.replaceAll('-', '_').toUpperCase()}`;
}

/**
 * The flags that the environment sets. Several values of one flag are separated by commas; an empty variable counts as
 * not set. What to deploy (-k, -f) is never taken from it.
 */
export function defaultsFromEnvironment(
  flags: Readonly<Record<string, FlagShape>>,
  env: Readonly<Record<string, string | undefined>>,
): FlagDefault[] {
  return Object.keys(flags).flatMap((name) => {
    const source = environmentName(name);
    const value = env[source] ?? '';
    if (value === '' || NOT_FROM_THE_ENVIRONMENT.has(name)) return [];
    return [{ name, source, argv: [`--${name}=${value}`] }];
  });
}
