import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';

/**
 * An esbuild plugin: the large tables under src/ of this tree are read by JSON.parse, several times as fast as source
 * text. A package's JSON stays what its `require` expects, wherever the tree lies: in ~/src/kapply every path has a /src/.
 * @param {string} root the folder of the tree
 * @returns {import('esbuild').Plugin}
 */
export function parsedTables(root) {
  return {
    name: 'parsed-tables',
    setup({ onLoad }) {
      onLoad({ filter: /\.json$/ }, async ({ path }) => {
        if (!relative(root, path).startsWith(`src${sep}`)) return undefined;
        const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
        return { contents: `export default JSON.parse(${JSON.stringify(text)})`, loader: 'js' };
      });
    },
  };
}
