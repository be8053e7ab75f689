/** The name of a set that nobody named: kubernetes.md, "Sets". */
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/**
 * The origin repository's name and the folder's path in it (`shop/k8s/overlays/prod`), so that the name is the same on
 * every machine and another for every overlay; without an origin the folder's own name.
 * @param folder where the kustomization, or the first manifest, is
 */
export async function defaultSetName(folder: string): Promise<string> {
  const real = await realpath(folder);
  for (let root = real; ; root = dirname(root)) {
    const config = await gitConfig(root);
    if (config !== undefined) {
      const repository = originName(config);
      if (repository === undefined) break;
      return [repository, ...relative(root, real).split(sep)].filter((part) => part !== '').join('/');
    }
    if (dirname(root) === root) break;
  }
  return basename(real);
}

/** The last part of the origin's URL: `git@host:team/shop.git` and `https://host/team/shop` → `shop`. */
export function originName(config: string): string | undefined {
  const [, section = ''] = /^\[remote "origin"\]$([^[]*)/m.exec(config) ?? [];
  const [, url = ''] = /^\s*url\s*=\s*(\S+)\s*$/m.exec(section) ?? [];
  const [, name] = /([^/:]+?)(?:\.git)?\/?$/.exec(url) ?? [];
  return name;
}

/** The configuration of the repository whose work tree is this folder; undefined where it is none. */
async function gitConfig(folder: string): Promise<string | undefined> {
  const entry = join(folder, '.git');
  const kind = await stat(entry).catch(() => undefined);
  if (kind === undefined) return undefined;
  if (kind.isDirectory()) return readIfThere(join(entry, 'config'));
  // A linked work tree or a submodule: a file says where the repository is (gitrepository-layout).
  const [, path] = /^gitdir: (.+)$/m.exec((await readIfThere(entry)) ?? '') ?? [];
  if (path === undefined) return undefined;
  const gitDir = resolve(folder, path);
  const common = (await readIfThere(join(gitDir, 'commondir')))?.trim() ?? '.';
  return readIfThere(join(resolve(gitDir, common), 'config'));
}

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
