/**
 * Builds what is published: one bundle in chunks (dist/*.js), its declarations (dist/types) and oclif's manifest.
 * Bundled, `kapply --version` starts in a fifth of the time that loading node_modules file by file takes; the chunks
 * keep what a command does not need (the Kubernetes client, listr2) unread until it is imported.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';
import { bundledPackages, licenceTexts } from './licences.js';
import { parsedTables } from './parsedTables.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const entryPoints = Object.fromEntries(
  Object.entries({
    main: 'src/main.ts',
    commands: 'src/commands/all.ts',
    index: 'src/index.ts',
    sandbox: 'src/sandbox/index.ts',
  }).filter(([, file]) => existsSync(`${root}${file}`)),
);

// CommonJS packages inside an ES module bundle still call require and look at __dirname.
const banner = [
  "import { createRequire as kapplyCreateRequire } from 'node:module';",
  "import { fileURLToPath as kapplyFileURLToPath } from 'node:url';",
  'const require = kapplyCreateRequire(import.meta.url);',
  'const __filename = kapplyFileURLToPath(import.meta.url);',
  "const __dirname = kapplyFileURLToPath(new URL('.', import.meta.url));",
].join('');

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

async function bundle() {
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner: { js: banner },
    // oclif asks for these where it runs from TypeScript sources, which a bundle never does.
    external: ['typescript', 'tsx', 'ts-node'],
    plugins: [parsedTables(root), globalProcess],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  await writeFile(`${root}dist/LICENCES.txt`, await licenceTexts(root, bundledPackages(metafile)));
}

/** Writes the flags and summaries of every command, so that oclif need not load the commands to know them. */
async function writeManifest() {
  const plugin = new Plugin({ root, type: 'core', isRoot: true, ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  await writeFile(`${root}oclif.manifest.json`, `${JSON.stringify(plugin.manifest)}\n`);
}

/** @returns {Promise<void>} */
function declarations() {
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, '-p', 'tsconfig.types.json'], { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tsc ended with ${String(code)}`))));
  });
}

await rm(`${root}dist`, { recursive: true, force: true });
await Promise.all([bundle().then(writeManifest), declarations()]);
