/** Which folders and repositories a kustomization may take in (api/internal/loader). Symlinks are resolved before anything is checked. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { inputError } from '../../errors.js';
import { type RepoSpec, isOfThisMachine, parseRepoSpec } from './repoSpec.js';
import { type LoadingRun, type Root, refuseRemote, repositoryOf, shownPath, isWithin } from './root.js';
import { refuseNul, isSystemError } from './loadFile.js';
import { didYouMean } from './nearPath.js';

/** Opens the folder or repository that a user names. */
export async function openRoot(target: string, restricted: boolean, run: LoadingRun): Promise<Root> {
  if (target === '') {
    throw inputError('InvalidPath', 'an empty path names no kustomization', {
      suggestions: ['Check whether the variable that it comes from is set; the current folder is ".".'],
    });
  }
  const spec = parseRepoSpec(target);
  if (spec !== undefined) return openClone(spec, run, undefined);
  const folder = resolveFolder(resolve(run.cwd, target), target, run, run.cwd);
  return { run, folder, parent: undefined, repository: undefined, restricted };
}

/** Opens a folder or repository that a kustomization names. Throws where it would take itself in. */
export async function openChild(root: Root, path: string): Promise<Root> {
  if (path === '') throw inputError('InvalidPath', 'an empty path names no kustomization');
  refuseNul(path);
  const spec = parseRepoSpec(path);
  if (spec !== undefined) {
    refuseRepositoryCycle(root, spec);
    refuseThisMachine(root, spec);
    return openClone(spec, root.run, root);
  }
  if (isAbsolute(path)) {
    throw inputError('AbsolutePath', `${path} is an absolute path: kustomizations name each other by relative ones`, {
      suggestions: [`Write ${relative(root.folder, path)}.`],
    });
  }
  if (path.split(/[\\/]/).some((part) => part !== '..' && part !== '.' && part.includes('..'))) {
    throw inputError('AmbiguousPath', `${path} is hardly meant: a name in it holds two dots`, {
      suggestions: ['Check the indentation of the list that it stands in.'],
    });
  }
  const folder = resolveFolder(join(root.folder, path), path, root.run, root.folder);
  const repository = repositoryOf(root);
  if (repository !== undefined && !isWithin(folder, repository.folder)) {
    throw inputError('OutsideRepository', `${path} leads out of the repository ${repository.spec.url}`, {
      suggestions: ['A kustomization of a cloned repository can only take in folders of the same repository.'],
    });
  }
  for (let visited: Root | undefined = root; visited !== undefined; visited = visited.parent) {
    if (isWithin(visited.folder, folder)) {
      throw inputError('KustomizationCycle', `${path} holds ${shownPath(visited, visited.folder)}, which led here`, {
        suggestions: ['A kustomization cannot take in itself or a folder around it.'],
      });
    }
  }
  return { run: root.run, folder, parent: root, repository: undefined, restricted: root.restricted };
}

/** What came from elsewhere does not get to read the repositories of this machine. */
function refuseThisMachine(root: Root, spec: RepoSpec): void {
  if (!isOfThisMachine(spec)) return;
  const from = repositoriesOf(root).find((outer) => !isOfThisMachine(outer));
  if (from === undefined) return;
  throw inputError('OutsideRepository', `${spec.url} is on this machine, and the repository ${from.url} names it`, {
    suggestions: ['A kustomization of a cloned repository can only take in its own folders, and other remote ones.'],
  });
}

async function openClone(spec: RepoSpec, run: LoadingRun, parent: Root | undefined): Promise<Root> {
  refuseRemote(run, `${spec.url} is a git repository`);
  const clone = await run.budget.outside(run.clones.folderOf(spec));
  const wanted = join(clone, spec.path);
  if (!existsSync(wanted) || !statSync(wanted).isDirectory()) {
    throw inputError('FolderNotFound', `the repository ${spec.url} has no folder ${spec.path}`, {
      suggestions: [`Check the path behind the repository, and the ref: ${spec.ref || 'HEAD'}.`],
    });
  }
  const folder = resolveFolder(wanted, spec.raw, run, undefined);
  if (!isWithin(folder, clone)) {
    throw inputError('OutsideRepository', `${spec.raw} leads out of its repository`);
  }
  return { run, folder, parent, repository: { spec, folder: clone }, restricted: true };
}

function resolveFolder(wanted: string, path: string, run: LoadingRun, from: string | undefined): string {
  try {
    const folder = realpathSync(wanted);
    if (statSync(folder).isDirectory()) return folder;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const shown = relative(run.cwd, wanted);
    throw inputError('FolderNotFound', `${path} does not exist${shown === path || shown === '' ? '' : ` (${shown})`}`, {
      suggestions: from === undefined || isAbsolute(path) ? [] : didYouMean(path, from),
      cause: error,
    });
  }
  throw inputError('NotAFolder', `${path} is a file, and a folder with a kustomization is wanted`);
}

function refuseRepositoryCycle(root: Root, spec: RepoSpec): void {
  for (let visited: Root | undefined = root; visited !== undefined; visited = visited.parent) {
    if (visited.repository?.spec.raw.startsWith(spec.raw)) {
      throw inputError(
        'KustomizationCycle',
        `${spec.raw} is taken in by ${visited.repository.spec.raw}, which led here`,
      );
    }
  }
}

function repositoriesOf(root: Root): RepoSpec[] {
  const specs: RepoSpec[] = [];
  for (let visited: Root | undefined = root; visited !== undefined; visited = visited.parent) {
    if (visited.repository !== undefined) specs.push(visited.repository.spec);
  }
  return specs;
}
