/**
 * What is in the bundle but seldom needed is evaluated when it is first used, not when the program starts. V8 takes 60 ms for the
 * regular expression of all emoji and the tables of Intl.Segmenter (string-width), and oclif evaluates its help, its plugin
 * loader and its spinners for every command: as much as Node itself takes to start.
 */
import { readFile } from 'node:fs/promises';
import { sep } from 'node:path';

/** Packages whose default export is a function: the package is evaluated at its first call. */
const CALLED = /^(string-width|cli-truncate)$/;

/** How TypeScript writes an import as CommonJS. What a module needs at once, it reads at once, and thereby loads. */
const REQUIRED = /^const (\w+) = (require\("(?:\.|node:)[^"]*"\)|__import(?:Star|Default)\(require\("[^"]*"\)\));$/gm;

/** Hoisted, as it is called above. */
const LAZY = `function kapplyLazy(load) {
  return new Proxy({}, { get: (_, name) => load()[name] });
}`;

/**
 * @param {string} root the folder of the tree
 * @returns {import('esbuild').Plugin}
 */
export function deferred(root) {
  return {
    name: 'deferred',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: CALLED }, async ({ path, importer, resolveDir, pluginData }) => {
        if (pluginData === 'real' || !importer.startsWith(`${root}src${sep}`)) return undefined;
        const real = await resolve(path, { resolveDir, kind: 'import-statement', pluginData: 'real' });
        return { path: real.path, namespace: 'deferred' };
      });
      onLoad({ filter: /./, namespace: 'deferred' }, ({ path }) => ({
        resolveDir: root,
        contents: `export default (...args) => require(${JSON.stringify(path)}).default(...args);`,
      }));
      onLoad({ filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const contents = text.replace(REQUIRED, 'const $1 = kapplyLazy(() => $2);');
        return { contents: contents === text ? text : `${contents}\n${LAZY}`, loader: 'js' };
      });
    },
  };
}
