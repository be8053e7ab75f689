/**
 * How the sources become what is published, as esbuild is told it. The same sources make the same bytes, at any time and
 * wherever the tree lies: nothing of a machine goes into them.
 */
import { deferred } from './deferred.js';
import { parsedTables } from './parsedTables.js';

const ENTRY_POINTS = {
  main: 'src/main.ts',
  commands: 'src/commands/all.ts',
  index: 'src/index.ts',
  sandbox: 'src/sandbox/index.ts',
};

/**
 * Whose chunks hold all that they need, the first of them first: what every command reads, and the way of a deploy and of a render.
 * What the library and the sandbox need of it lies beside them.
 */
export const GROUPING = {
  order: [
    'src/main.ts',
    'src/dispatch.ts',
    'src/render/render.ts',
    'src/commands/deploy.ts',
    'src/cluster/connect.ts',
    'src/render/manifests/manifests.ts',
    'src/engine/run/deploy.ts',
  ],
  libraries: ['index.js', 'sandbox.js'],
  imported: ['index.js', 'sandbox.js', 'commands.js'],
};

/**
 * `import 'node:process'` reads every property of the process, also allowedNodeEnvironmentFlags, for which Node parses its
 * own help: a fifth of its start. The global is the same object.
 */
const globalProcess = {
  name: 'global-process',
  /** @param {import('esbuild').PluginBuild} esbuild */
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?process$/ }, () => ({ path: 'process', namespace: 'global' }));
    onLoad({ filter: /^process$/, namespace: 'global' }, () => ({ contents: 'module.exports = globalThis.process' }));
  },
};

/** @param {string} root the folder of the tree */
function options(root) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: /** @type {const} */ ('node'),
    target: 'node20.19',
    // A tree may share its node_modules by a link: what esbuild writes of their paths must not tell where they are.
    preserveSymlinks: true,
    // oclif asks for these where it runs from TypeScript sources, which a bundle never does.
    external: ['typescript', 'tsx', 'ts-node'],
    plugins: [parsedTables(root), deferred(root), globalProcess],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: /** @type {const} */ ('none'),
    logLevel: /** @type {const} */ ('warning'),
  };
}

/**
 * The bundle in chunks, as ES modules: scripts/grouped.js makes dist/*.cjs of them.
 * @param {string} root the folder of the tree
 * @returns {import('esbuild').BuildOptions & { metafile: true }}
 */
export function bundleOptions(root) {
  return {
    ...options(root),
    metafile: true,
    entryPoints: ENTRY_POINTS,
    outdir: 'dist',
    splitting: true,
    format: 'esm',
  };
}

/**
 * What starts the files of the bundle: dist/start.cjs.
 * @param {string} root the folder of the tree
 * @returns {import('esbuild').BuildOptions}
 */
export function startOptions(root) {
  return { ...options(root), entryPoints: ['src/start/start.ts'], outfile: 'dist/start.cjs', format: 'cjs' };
}

/**
 * One script of everything, as Node's single executables start it: no ES module, and no file beside it.
 * @param {string} root the folder of the tree
 * @returns {import('esbuild').BuildOptions}
 */
export function executableOptions(root) {
  return {
    ...options(root),
    stdin: { contents: "import { start } from './src/main.ts'; void start();", resolveDir: root },
    format: 'cjs',
    define: { 'import.meta.url': 'kapplyUrl' },
    banner: { js: "const kapplyUrl = require('node:url').pathToFileURL(process.execPath).href;" },
  };
}
