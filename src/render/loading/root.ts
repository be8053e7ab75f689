/** What a kustomization is read under: its folder, what led to it, and what it may read (api/internal/loader). */
import { relative, sep } from 'node:path';
import { inputError } from '../../errors.js';
import type { Budget } from '../budget.js';
import type { Clones } from './clone.js';
import type { RepoSpec } from './repoSpec.js';
import type { Outgoing } from '../../net/outgoing.js';

export interface LoadingRun {
  readonly cwd: string;
  readonly clones: Clones;
  /** Whether anything may be fetched: repositories, files of the web, charts, images. */
  readonly remote: boolean;
  /** Files of the web are fetched by this. */
  readonly send: Outgoing;
  readonly signal: AbortSignal | undefined;
  readonly budget: Budget;
}

export interface Root {
  readonly run: LoadingRun;
  /** Absolute, symlinks resolved. */
  readonly folder: string;
  /** The kustomization that took this one in. */
  readonly parent: Root | undefined;
  /** Set where this folder is in a clone. */
  readonly repository: { readonly spec: RepoSpec; readonly folder: string } | undefined;
  /** Whether files must lie in or below the folder. Always so in a clone. */
  readonly restricted: boolean;
}

/** Throws KapplyError `RemoteNotAllowed`; `what` is the subject of the sentence. */
export function refuseRemote({ remote }: Pick<LoadingRun, 'remote'>, what: string): void {
  if (remote) return;
  throw inputError('RemoteNotAllowed', `${what}, and nothing may be fetched (--no-remote)`, {
    suggestions: ['Keep a copy of it beside the kustomization, or leave --no-remote out.'],
  });
}

/** The repository that the folder is in, be it opened by this root or by one that led to it. */
export function repositoryOf(root: Root): Root['repository'] {
  for (let visited: Root | undefined = root; visited !== undefined; visited = visited.parent) {
    if (visited.repository !== undefined) return visited.repository;
  }
  return undefined;
}

/** How messages name a file: relative to the working directory, or with its repository. */
export function shownPath(root: Root, path: string): string {
  const repository = repositoryOf(root);
  if (repository !== undefined) {
    const inside = relative(repository.folder, path);
    return inside === '' ? repository.spec.url : `${repository.spec.url}//${inside}`;
  }
  return relative(root.run.cwd, path) || '.';
}

/** Whether a path is a folder, or in it or below. Both absolute, symlinks resolved. A root, `/` or `C:\`, ends with a separator. */
export function isWithin(path: string, folder: string, separator: string = sep): boolean {
  return path === folder || path.startsWith(folder.endsWith(separator) ? folder : folder + separator);
}
