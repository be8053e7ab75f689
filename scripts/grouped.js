/**
 * Fewer and larger files. esbuild makes a chunk of all modules that the same entry points reach, which gives some 180 of them; a
 * file costs Node's loader as much as 5 KB of code cost its compiler. What a command cannot start without is put into one
 * file here, by a second build whose sources are the chunks of the first.
 */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/**
 * @typedef {{ text: string, exports: string[], needs: string[] }} Chunk `needs`: what is evaluated before it
 * @typedef {Map<string, Chunk>} Chunks by the names of their files
 */

/**
 * @param {import('esbuild').BuildResult<{ metafile: true, write: false }>} result of a build with splitting
 * @returns {Chunks}
 */
function chunksOf({ metafile, outputFiles }) {
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  return new Map(
    Object.entries(metafile.outputs).map(([path, { exports, imports }]) => {
      const text = texts.get(basename(path)) ?? '';
      const needs = imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true);
      return [basename(path), { text, exports, needs: needs.map((need) => basename(need.path)) }];
    }),
  );
}

/**
 * A chunk and all that it needs.
 * @param {string} name
 * @param {Chunks} chunks
 * @param {Set<string>} [found]
 */
function closureOf(name, chunks, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const need of chunks.get(name)?.needs ?? []) closureOf(need, chunks, found);
  return found;
}

/**
 * Which file each chunk goes into. All that a file needs is in it or in one before it, so that no circles come of it. What the
 * library needs of a file of the command line lies apart: who imports the library reads no commands.
 * @param {Chunks} chunks
 * @param {readonly string[]} order of the files that are to hold what they need
 * @param {readonly string[]} libraries
 * @returns {Map<string, string>}
 */
function filesOf(chunks, order, libraries) {
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const owner of order) {
    const closure = closureOf(owner, chunks);
    for (const library of libraries) {
      const shared = closureOf(library, chunks);
      for (const name of closure)
        if (shared.has(name) && !files.has(name)) files.set(name, `shared-${basename(library, '.js')}-${owner}`);
    }
    for (const name of closure) if (!files.has(name)) files.set(name, owner);
  }
  return files;
}

/**
 * What an importer of an ES module finds in the place of a CommonJS file, names and all: `import` gets what `require` got.
 * @param {string} name
 * @param {readonly string[]} exports
 */
const wrapped = (name, exports) => `export { ${exports.join(', ')} } from './${commonJs(name)}';\n`;

const commonJs = (/** @type {string} */ name) => `${basename(name, '.js')}.cjs`;

/** What an ES module knows of itself, told to a CommonJS one. */
const ITS_URL = "const kapplyUrl = require('node:url').pathToFileURL(__filename).href;\n";

/**
 * @param {string} text of a chunk
 * @returns {string}
 */
function withUrl(text) {
  const told = text.replaceAll('import.meta.url', 'kapplyUrl');
  return told === text ? text : ITS_URL + told;
}

/**
 * Builds the chunks of a build into CommonJS files (`dist/*.cjs`), whose compiled code can be kept: see docs/decisions/0220. What others
 * import is an ES module beside its file.
 * @param {import('esbuild').BuildOptions & { metafile: true }} options of that build, with splitting
 * @param {{ order: readonly string[], libraries: readonly string[], imported: readonly string[] }} grouping sources whose chunks are to hold
 *   what they need, the entry points that share as little as can be, and those that others import
 */
export async function buildGrouped(options, { order, libraries, imported }) {
  const result = await build({ ...options, write: false });
  const chunks = chunksOf(result);
  const owners = order.map((source) => {
    const [path] = Object.entries(result.metafile.outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
    if (path === undefined) throw new Error(`${source} is not an entry point: who imports it by import()?`);
    return basename(path);
  });
  const files = filesOf(chunks, owners, libraries);
  const fileOf = (/** @type {string} */ name) => files.get(name) ?? name;
  const numbers = new Map([...chunks.keys()].map((name, index) => [name, index]));
  // Two chunks may have different things of one name.
  const exported = (/** @type {string} */ chunk, /** @type {string} */ name) => `${name}_${numbers.get(chunk)}`;
  const listOf = (/** @type {string} */ chunk, /** @type {(name: string) => string} */ write) =>
    `{ ${(chunks.get(chunk)?.exports ?? []).map(write).join(', ')} }`;
  const names = new Set([...chunks.keys()].map(fileOf));
  /** @type {import('esbuild').Plugin} */
  const plugin = {
    name: 'grouped',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, importer, kind, namespace }) => {
        if (kind === 'entry-point') return { path, namespace: 'group' };
        const name = basename(path);
        if (!path.startsWith('./') || !(chunks.has(name) || names.has(name))) return { path, external: true };
        if (
          namespace === 'group' ||
          (namespace === 'chunk' && fileOf(importer) === fileOf(name) && kind !== 'dynamic-import')
        )
          return { path: name, namespace: 'chunk' };
        if (kind === 'dynamic-import' && fileOf(name) !== name)
          throw new Error(`${name} is imported by import() and by others`);
        if (namespace === 'moved' || fileOf(name) === name) return { path: `./${commonJs(name)}`, external: true };
        return { path: name, namespace: 'moved' };
      });
      onLoad({ filter: /./, namespace: 'group' }, ({ path }) => {
        const held = [...chunks.keys()].filter((name) => fileOf(name) === path);
        const lines = held.map((name) => {
          const list = listOf(name, (one) => (name === path ? one : `${one} as ${exported(name, one)}`));
          return `export ${list} from './${name}';`;
        });
        return { contents: lines.join('\n') };
      });
      onLoad({ filter: /./, namespace: 'moved' }, ({ path }) => ({
        contents: `export ${listOf(path, (one) => `${exported(path, one)} as ${one}`)} from './${fileOf(path)}';`,
      }));
      onLoad({ filter: /./, namespace: 'chunk' }, ({ path }) => ({ contents: withUrl(chunks.get(path)?.text ?? '') }));
    },
  };
  await build({
    ...options,
    entryPoints: [...names].map((name) => ({ in: name, out: basename(name, '.js') })),
    splitting: false,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // Else a file would import another past what keeps its compiled code.
    supported: { 'dynamic-import': false },
    metafile: false,
    plugins: [plugin],
  });
  const folder = join(options.absWorkingDir ?? '', options.outdir ?? '');
  for (const name of imported) await writeFile(join(folder, name), wrapped(name, chunks.get(name)?.exports ?? []));
  return result;
}
