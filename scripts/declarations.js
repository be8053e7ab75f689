/** Of the declarations that tsc writes, those that a program which imports the package can come to. */
import { readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** An import or an export from another file, also inside of a type: `import('./plan.js').Plan`. */
const IMPORTED = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"](\.[^'"]+)\.js['"]/g;

/**
 * The declarations that these lead to, themselves among them.
 * @param {string} folder @param {readonly string[]} entries paths in the folder
 * @returns {Promise<Set<string>>} absolute paths
 */
export async function reachable(folder, entries) {
  const found = new Set();
  const open = entries.map((entry) => resolve(folder, entry));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = await readFile(file, 'utf8');
    for (const [, path = ''] of text.matchAll(IMPORTED)) open.push(resolve(dirname(file), `${path}.d.ts`));
  }
  return found;
}

/**
 * Removes the other declarations: nine in ten are of what no export names.
 * @param {string} folder @param {readonly string[]} entries
 */
export async function keepReachable(folder, entries) {
  const kept = await reachable(folder, entries);
  const files = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const file of files.filter((each) => each.isFile())) {
    const path = resolve(join(file.parentPath, file.name));
    if (!kept.has(path)) await rm(path);
  }
}
