/**
 * How a program is started on Windows, whoever names it: a kubeconfig, a kustomization, KUBECTL_EXTERNAL_DIFF. Node starts .exe files
 * alone, and many programs are .cmd files (gcloud, az, code, what npm and scoop install). Pure, so that it can be tried anywhere.
 */
import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

export interface StartedAs {
  readonly command: string;
  readonly args: readonly string[];
  /** True where the arguments are quoted already. */
  readonly verbatim: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The file that a command means, as Go's exec.LookPath finds it: in the folders of PATH, with the endings of PATHEXT, and
 * never in the current folder.
 * @param exists true for the path of a file
 */
export function findCommand(command: string, env: Environment, exists: (path: string) => boolean): string | undefined {
  const endings = (valueOf(env, 'PATHEXT') ?? '.com;.exe;.bat;.cmd')
    .split(';')
    .filter((ending) => ending !== '')
    .map((ending) => (ending.startsWith('.') ? ending : `.${ending}`).toLowerCase());
  const named = endings.some((ending) => command.toLowerCase().endsWith(ending)) ? [''] : [];
  const candidates = [...named, ...endings].map((ending) => command + ending);
  if (/[\\/:]/.test(command)) return candidates.find(exists);
  const folders = (valueOf(env, 'PATH') ?? '').split(';').map((folder) => folder.replace(/^"|"$/g, ''));
  return folders
    .filter((folder) => win32.isAbsolute(folder))
    .flatMap((folder) => candidates.map((candidate) => win32.join(folder, candidate)))
    .find(exists);
}

/** The names of the environment have no case on Windows. */
function valueOf(env: Environment, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

/** What to start for a command on this system: elsewhere it is the command itself. */
export function startedAs(
  command: string,
  args: readonly string[],
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): StartedAs {
  return platform === 'win32' ? startOnWindows(command, args, env, existsSync) : { command, args, verbatim: false };
}

/** .cmd and .bat are run by the command interpreter, which reads its whole line itself: every argument is quoted for it. */
export function startOnWindows(
  command: string,
  args: readonly string[],
  env: Environment,
  exists: (path: string) => boolean,
): StartedAs {
  const file = findCommand(command, env, exists) ?? command;
  if (!/\.(?:cmd|bat)$/i.test(file)) return { command: file, args, verbatim: false };
  const line = [escapeMeta(win32.normalize(file)), ...args.map(quoteForInterpreter)].join(' ');
  return {
    command: valueOf(env, 'COMSPEC') ?? 'cmd.exe',
    args: ['/d', '/s', '/c', `"${line}"`],
    verbatim: true,
  };
}

/** In quotes by the rules of the C runtime, with all that the interpreter would obey marked by a caret. */
function quoteForInterpreter(argument: string): string {
  const escaped = argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1');
  return escapeMeta(`"${escaped}"`);
}

function escapeMeta(text: string): string {
  return text.replace(/[()\][%!^"`<>&|;, *?]/g, '^$&');
}
