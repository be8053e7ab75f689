/**
 * What this package says of itself: package.json, and the manifest of its commands. They lie in its folder; in the single
 * executable (scripts/sea.js) they are within it.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { getAsset, isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';

/** From source there is no manifest: oclif asks the commands themselves. */
export const runsFromSource = import.meta.url.endsWith('.ts');

/** True in the single executable, where no file of the package exists. */
export const isExecutable = isSea();

/** The package's folder. From the bundle, dist/ is where this file is; from source, src/cli/. */
export const packageFolder = fileURLToPath(new URL(runsFromSource ? '../..' : '..', import.meta.url));

/** Reads one of them. The build has written both, so that they are what they are taken for. */
export async function readPackageFile(name: 'package.json' | 'oclif.manifest.json'): Promise<unknown> {
  return JSON.parse(isExecutable ? getAsset(name, 'utf8') : await readFile(`${packageFolder}${name}`, 'utf8'));
}

/** The version in package.json, at once: a report of a crash cannot wait for a file. */
export function packageVersion(): string {
  const text = isExecutable ? getAsset('package.json', 'utf8') : readFileSync(`${packageFolder}package.json`, 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
