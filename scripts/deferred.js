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
const REQUIRED =
  /^(?:const|var) (\w+) = (require\("(?:\.|node:)[^"]*"\)|__import(?:Star|Default)\(require\("[^"]*"\)\));$/gm;

/**
 * What Node compiles when it is first asked for, and in an `import` has to compile whole, with all that its exports come from:
 * `import 'node:crypto'` evaluates WebCrypto. What is always there (fs, path, util, events) is not in this list.
 */
const BUILT_IN =
  /^node:(?:buffer|child_process|crypto|http|http2|https|net|os|readline|readline\/promises|stream|timers\/promises|tls|tty|zlib)$/;

/**
 * esbuild hands importers an object that inherits what the module's own object inherits: its names are looked up when they
 * are used, and none of them has to be known here.
 * @param {string} name of a module of Node's
 */
const builtIn = (name) =>
  `let real; module.exports = Object.create(new Proxy({}, { get: (_, key) => (real ??= require(${JSON.stringify(name)}))[key] }));`;

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
        // The path is in the list of what the bundle is made of, in which no machine's folders may stand.
        return { path, namespace: 'deferred', pluginData: real.path };
      });
      onLoad({ filter: /./, namespace: 'deferred' }, ({ pluginData }) => ({
        resolveDir: root,
        contents: `export default (...args) => require(${JSON.stringify(pluginData)}).default(...args);`,
      }));
      onResolve({ filter: BUILT_IN }, ({ path, kind }) =>
        kind === 'import-statement' ? { path, namespace: 'built-in' } : undefined,
      );
      // chalk looks for a terminal when it is evaluated, for instances that are told no level: ui/style tells what ui/terminal found.
      onResolve({ filter: /^#supports-color$/ }, ({ path }) => ({ path, namespace: 'no-color' }));
      onLoad({ filter: /./, namespace: 'no-color' }, () => ({
        contents: 'export default { stdout: false, stderr: false };',
      }));
      // oclif makes a logger for every command; DEBUG alone has it say anything.
      onResolve({ filter: /^debug$/ }, async ({ path, resolveDir, kind, pluginData }) => {
        if (pluginData === 'real') return undefined;
        const real = await resolve(path, { resolveDir, kind, pluginData: 'real' });
        return { path, namespace: 'debug', pluginData: real.path };
      });
      onLoad({ filter: /./, namespace: 'debug' }, ({ pluginData }) => ({
        resolveDir: root,
        contents: `module.exports = process.env.DEBUG ? require(${JSON.stringify(pluginData)}) : () => () => undefined;`,
      }));
      onLoad({ filter: /./, namespace: 'built-in' }, ({ path }) => ({ contents: builtIn(path) }));
      onLoad({ filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const contents = text.replace(REQUIRED, 'const $1 = kapplyLazy(() => $2);');
        return { contents: contents === text ? text : `${contents}\n${LAZY}`, loader: 'js' };
      });
    },
  };
}
