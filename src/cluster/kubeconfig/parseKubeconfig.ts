import { dirname, isAbsolute, join } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { inputError, KapplyError } from '../../errors.js';
import type { Json } from '../../objects/object.js';
import {
  NO_CLUSTER,
  type AuthProvider,
  type ClusterEntry,
  type ContextEntry,
  type ExecConfig,
  type Kubeconfig,
  type UserEntry,
} from './kubeconfig.js';
import { fieldsOf, type Fields } from './fields.js';

/**
 * Reads one kubeconfig (clientcmd/api/v1 Config). Paths in it are relative to its own folder, as in kubectl. Fields that
 * nobody knows are ignored, values of the wrong type are an error that names file and field, never the value: it may be
 * a credential.
 */
export function parseKubeconfig(text: string, file: string): Kubeconfig {
  const lines = new LineCounter();
  // Its warnings quote what stands in the file, and print it by themselves.
  const document = parseDocument(text, { merge: true, lineCounter: lines, intAsBigInt: true, logLevel: 'error' });
  // Like kubectl, which reads the first of several documents.
  const problem = document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS');
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    // The parser's own words quote the line, which may hold a token: only its code is shown.
    throw inputError('InvalidKubeconfig', `the kubeconfig is not valid YAML (${problem.code})`, {
      position: { file, line, column: col },
    });
  }
  const root = fieldsOf(valueOf(document, file) ?? {}, file, '');
  const at = (path: string | undefined): string | undefined =>
    path === undefined || isAbsolute(path) ? path : join(dirname(file), path);
  return {
    currentContext: root.text('current-context'),
    contexts: entriesOf(root, 'contexts', 'context', contextOf, { cluster: '' }),
    clusters: entriesOf(root, 'clusters', 'cluster', (name, fields) => clusterOf(name, fields, file, at), NO_CLUSTER),
    users: entriesOf(root, 'users', 'user', (name, fields) => userOf(name, fields, file, at), {}),
  };
}

/** What is wrong with an entry is kept in it: a plugin that another tool wrote badly is not in the way of the other users. */
function entriesOf<T extends object>(
  root: Fields,
  list: string,
  inner: string,
  read: (name: string, fields: Fields) => T,
  empty: Omit<T, 'name'>,
): (T | (Omit<T, 'name'> & { readonly name: string; readonly invalid: KapplyError }))[] {
  return unique(root, list, inner).map(({ name, fieldsNow }) => {
    try {
      return read(name, fieldsNow());
    } catch (error) {
      if (!(error instanceof KapplyError)) throw error;
      return { ...empty, name, invalid: error };
    }
  });
}

/** Two entries of one name could be two clusters: which of them is meant, nobody can tell. kubectl refuses such a file as well. */
function unique(root: Fields, list: string, inner: string): ReturnType<Fields['entries']> {
  const entries = root.entries(list, inner);
  const names = entries.map(({ name }) => name);
  const second = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (second < 0) return entries;
  const first = names.indexOf(names[second] ?? '');
  throw root.wrong(list, `has two entries of one name, [${first}] and [${second}]: rename or remove one of them`);
}

/** Aliases that multiply, and merges of what is no mapping, are found only here. */
function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw inputError('InvalidKubeconfig', 'the kubeconfig has aliases or merges that cannot be followed', {
      position: { file },
      cause,
    });
  }
}

type ResolvePath = (path: string | undefined) => string | undefined;

/** Without the keys that have no value: exactOptionalPropertyTypes tells absent from undefined. */
function present<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}

function contextOf(name: string, fields: Fields): ContextEntry {
  return present<ContextEntry>({
    name,
    cluster: fields.text('cluster') ?? '',
    user: fields.text('user'),
    namespace: fields.text('namespace'),
  });
}

function clusterOf(name: string, fields: Fields, file: string, at: ResolvePath): ClusterEntry {
  const extension = fields
    .list('extensions')
    .find((entry) => entry.text('name') === 'client.authentication.k8s.io/exec');
  return present<ClusterEntry>({
    name,
    file,
    server: fields.text('server') ?? '',
    caFile: at(fields.text('certificate-authority')),
    caData: fields.text('certificate-authority-data'),
    skipTLSVerify: fields.flag('insecure-skip-tls-verify') ?? false,
    tlsServerName: fields.text('tls-server-name'),
    proxyUrl: fields.text('proxy-url'),
    disableCompression: fields.flag('disable-compression') ?? false,
    execConfig: extension?.raw('extension') as Json | undefined,
  });
}

function userOf(name: string, fields: Fields, file: string, at: ResolvePath): UserEntry {
  const exec = fields.object('exec');
  const provider = fields.object('auth-provider');
  return present<UserEntry>({
    name,
    file,
    certFile: at(fields.text('client-certificate')),
    certData: fields.text('client-certificate-data'),
    keyFile: at(fields.text('client-key')),
    keyData: fields.text('client-key-data'),
    token: fields.text('token'),
    tokenFile: at(fields.text('tokenFile')),
    username: fields.text('username'),
    password: fields.text('password'),
    impersonateUser: fields.text('as'),
    impersonateUid: fields.text('as-uid'),
    impersonateGroups: fields.texts('as-groups'),
    impersonateUserExtra: fields.textLists('as-user-extra'),
    exec: exec && execOf(exec, at),
    authProvider: provider && authProviderOf(provider),
  });
}

const MODES = ['Never', 'IfAvailable', 'Always'] as const;

function execOf(fields: Fields, at: ResolvePath): ExecConfig {
  const command = fields.required('command');
  const mode = fields.text('interactiveMode') ?? 'IfAvailable';
  const interactiveMode = MODES.find((known) => known === mode);
  if (interactiveMode === undefined)
    throw fields.wrong('interactiveMode', `is ${mode}, not one of ${MODES.join(', ')}`);
  return {
    apiVersion: fields.required('apiVersion'),
    // A bare name is looked up on the PATH; anything with a separator is relative to the kubeconfig (KEP-541).
    command: /[/\\]/.test(command) ? (at(command) ?? command) : command,
    args: fields.texts('args') ?? [],
    env: fields.list('env').map((entry) => ({ name: entry.required('name'), value: entry.text('value') ?? '' })),
    interactiveMode,
    provideClusterInfo: fields.flag('provideClusterInfo') ?? false,
    installHint: fields.text('installHint'),
  };
}

function authProviderOf(fields: Fields): AuthProvider {
  return { name: fields.required('name'), config: fields.object('config')?.textMap() ?? {} };
}
