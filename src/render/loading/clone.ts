/** Fetches one commit of a git repository with the user's git: credentials, proxies and ssh keys are git's own affair. */
import { KapplyError, inputError } from '../../errors.js';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../files/temporaryFolder.js';
import { type Environment, environmentFor } from '../programs/environment.js';
import { mainLine } from '../programs/mainLine.js';
import { type ProgramResult, runProgram } from '../programs/runProgram.js';
import { type RepoSpec, isOfThisMachine } from './repoSpec.js';

export interface CloneOptions {
  /** Of the process, of which git gets what it needs. */
  readonly environment: Environment;
  /** Names of variables that git gets besides. */
  readonly handedOn: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** The clones of one run: each commit is fetched once. */
export class Clones {
  private readonly folders = new Map<string, Promise<string>>();
  private readonly options: CloneOptions;

  constructor(options: CloneOptions) {
    this.options = options;
  }

  /** The folder that holds the repository's files, symlinks resolved. Throws KapplyError `GitFailed`. */
  folderOf(spec: RepoSpec): Promise<string> {
    const key = JSON.stringify([spec.url, spec.ref, spec.submodules]);
    let folder = this.folders.get(key);
    if (folder === undefined) {
      folder = this.clone(spec);
      this.folders.set(key, folder);
    }
    return folder;
  }

  async remove(): Promise<void> {
    for (const result of await Promise.allSettled(this.folders.values())) {
      if (result.status === 'fulfilled') await removeTemporaryFolder(result.value);
    }
    this.folders.clear();
  }

  private async clone(spec: RepoSpec): Promise<string> {
    const ref = spec.ref === '' ? 'HEAD' : spec.ref;
    if (ref.startsWith('-') || spec.url.startsWith('-')) {
      throw inputError('InvalidRepository', `${spec.raw} would be an option of git, not a repository`);
    }
    const folder = await makeTemporaryFolder();
    try {
      await this.git(spec, folder, 'init', '--quiet');
      // A submodule's address can be relative to that of origin.
      await this.git(spec, folder, 'remote', 'add', '--', 'origin', spec.url);
      await this.fetch(spec, folder, ref);
      await this.git(spec, folder, 'checkout', '--quiet', 'FETCH_HEAD');
      if (spec.submodules) await this.git(spec, folder, 'submodule', 'update', '--quiet', '--init', '--recursive');
      return folder;
    } catch (error) {
      await removeTemporaryFolder(folder);
      throw error;
    }
  }

  /** git says the same of a repository that was renamed, is private or never was, and nothing of why a commit is not found. */
  private async fetch(spec: RepoSpec, folder: string, ref: string): Promise<void> {
    try {
      await this.git(spec, folder, 'fetch', '--quiet', '--depth=1', '--', spec.url, ref);
    } catch (error) {
      if (!(error instanceof KapplyError) || error.code !== 'GitFailed') throw error;
      const isThere = await this.git(spec, folder, 'ls-remote', '--quiet', '--', spec.url, 'HEAD').then(
        () => true,
        () => false,
      );
      throw isThere && ref !== 'HEAD' ? noSuchRef(spec, error) : withAddressHint(spec, error);
    }
  }

  private async git(spec: RepoSpec, cwd: string, ...args: readonly string[]): Promise<void> {
    const { environment, handedOn, signal } = this.options;
    const env = {
      GIT_TERMINAL_PROMPT: '0',
      // What a repository from elsewhere names as a submodule is not on this machine.
      ...(isOfThisMachine(spec) ? {} : { GIT_ALLOW_PROTOCOL: 'https:http:ssh:git' }),
      ...environmentFor('tool', environment, handedOn),
    };
    // Hooks that the user has for all repositories are not meant for this one.
    const all = ['-c', 'core.hooksPath=/dev/null', ...args];
    const result = await runProgram('git', { args: all, cwd, env, signal, timeoutMs: spec.timeoutMs });
    if (result.outcome !== 'done') throw gitFailed(spec, args[0] ?? '', result);
  }
}

function noSuchRef({ url, ref }: RepoSpec, cause: KapplyError): KapplyError {
  const isShort = /^[0-9a-f]{4,39}$/i.test(ref);
  return inputError('RefNotFound', `the repository ${url} gives out no branch, tag or commit ${ref}`, {
    cause,
    suggestions: [
      ...(isShort ? [`If ${ref} is a short commit, write all 40 digits of it: git rev-parse ${ref}`] : []),
      `See its branches and tags: git ls-remote ${url}`,
    ],
  });
}

function withAddressHint(spec: RepoSpec, error: KapplyError): KapplyError {
  if (isOfThisMachine(spec)) return error;
  return inputError(error.code, error.message, {
    cause: error,
    suggestions: [
      'Check the address: the repository may have been renamed or moved, or be private. kapply asks for no password.',
      ...error.suggestions,
    ],
  });
}

function gitFailed(spec: RepoSpec, command: string, result: Exclude<ProgramResult, { outcome: 'done' }>): KapplyError {
  const what = `git ${command} of ${spec.url}`;
  const check = `Check that this works: git fetch ${spec.url} ${spec.ref || 'HEAD'}`;
  switch (result.outcome) {
    case 'missing':
      return inputError(
        'GitMissing',
        `${spec.raw} is in a git repository, and there is no git on this machine's path`,
        { suggestions: ['Install git, or keep a copy of the base beside the overlay.'], cause: result.cause },
      );
    case 'timedOut': {
      const seconds = spec.timeoutMs / 1000;
      return inputError('GitFailed', `${what} took longer than ${seconds} s`, {
        suggestions: [`Give it more time: add ?timeout=${seconds * 4} to the address.`],
      });
    }
    case 'tooMuchOutput':
      return inputError('GitFailed', `${what} prints without end`, { suggestions: [check] });
    case 'notStarted':
      return inputError('GitFailed', `${what} cannot be run: ${result.cause.message}`, { cause: result.cause });
    case 'failed': {
      const said = mainLine(result.errors);
      return inputError('GitFailed', `${what} failed${said === '' ? '' : `: ${said}`}`, { suggestions: [check] });
    }
  }
}
