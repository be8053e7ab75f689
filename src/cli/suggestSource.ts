/** What a command line without -k and -f probably means. Only proposed: what is deployed is said by whoever deploys it. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** kustomize's names for its file, of which a folder has one. */
const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** For a folder that holds a kustomization, the flag that names it; else nothing. */
export function suggestSource(cwd: string): string[] {
  return holdsKustomization(cwd) ? ['This folder holds a kustomization: did you mean -k .?'] : [];
}

/** For arguments that no command has: `kapply deploy overlays/prod`. */
export function suggestForArguments(paths: readonly string[], cwd: string): string[] {
  return paths.flatMap((path) => {
    const stat = statSync(resolve(cwd, path), { throwIfNoEntry: false });
    if (stat?.isFile() === true) return [`Did you mean -f ${path}?`];
    if (stat?.isDirectory() !== true) return [];
    return [`Did you mean ${holdsKustomization(resolve(cwd, path)) ? '-k' : '-f'} ${path}?`];
  });
}

function holdsKustomization(folder: string): boolean {
  return KUSTOMIZATION_FILES.some((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true);
}
