/** Fetches one commit of a git repository with the user's git: credentials, proxies and ssh keys are git's own affair. */
import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type KapplyError, inputError } from '../../errors.js';
import { mainLine } from '../plugins/mainLine.js';
import type { RepoSpec } from './repoSpec.js';

const run = promisify(execFile);

/** The clones of one run: each commit is fetched once. */
export class Clones {
  private readonly folders = new Map<string, Promise<string>>();
  private readonly signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.signal = signal;
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
      if (result.status === 'fulfilled') await rm(result.value, { recursive: true, force: true });
    }
    this.folders.clear();
  }

  private async clone(spec: RepoSpec): Promise<string> {
    const ref = spec.ref === '' ? 'HEAD' : spec.ref;
    if (ref.startsWith('-') || spec.url.startsWith('-')) {
      throw inputError('InvalidRepository', `${spec.raw} would be an option of git, not a repository`);
    }
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'kapply-git-')));
    try {
      await this.git(spec, folder, 'init', '--quiet');
      // A submodule's address can be relative to that of origin.
      await this.git(spec, folder, 'remote', 'add', '--', 'origin', spec.url);
      await this.git(spec, folder, 'fetch', '--quiet', '--depth=1', '--', spec.url, ref);
      await this.git(spec, folder, 'checkout', '--quiet', 'FETCH_HEAD');
      if (spec.submodules) await this.git(spec, folder, 'submodule', 'update', '--quiet', '--init', '--recursive');
      return folder;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private async git(spec: RepoSpec, cwd: string, ...args: readonly string[]): Promise<void> {
    const env = { GIT_TERMINAL_PROMPT: '0', ...process.env };
    try {
      await run('git', args, { cwd, env, timeout: spec.timeoutMs, ...(this.signal && { signal: this.signal }) });
    } catch (error) {
      throw gitFailed(spec, args[0] ?? '', error);
    }
  }
}

function gitFailed(spec: RepoSpec, command: string, cause: unknown): KapplyError {
  const { code, killed, stderr = '' } = cause as { code?: unknown; killed?: boolean; stderr?: string };
  if (code === 'ENOENT') {
    return inputError('GitMissing', `${spec.raw} is in a git repository, and there is no git on this machine's path`, {
      suggestions: ['Install git, or keep a copy of the base beside the overlay.'],
      cause,
    });
  }
  const seconds = spec.timeoutMs / 1000;
  const said = mainLine(stderr);
  const reason = killed ? `took longer than ${seconds} s` : `failed${said === '' ? '' : `: ${said}`}`;
  return inputError('GitFailed', `git ${command} of ${spec.url} ${reason}`, {
    suggestions: killed
      ? [`Give it more time: add ?timeout=${seconds * 4} to the address.`]
      : [`Check that this works: git fetch ${spec.url} ${spec.ref || 'HEAD'}`],
    cause,
  });
}
