/** The build is the same wherever the tree lies. A release built in ~/src once crashed at every start on a terminal. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { parsedTables } from '../../scripts/parsedTables.js';

const FILES = {
  'src/main.js': "import table from './deep/table.json'; import frames from 'spinners'; export { table, frames };",
  'src/deep/table.json': '{"rows": [1, 2]}',
  'node_modules/spinners/package.json': '{"name": "spinners", "main": "index.js"}',
  'node_modules/spinners/index.js': "module.exports = require('./spinners.json').dots.frames;",
  'node_modules/spinners/spinners.json': '{"dots": {"frames": ["a", "b"]}}',
};

describe('parsedTables', () => {
  for (const place of ['kapply', 'src/kapply', 'work/src/src']) {
    it(`leaves packages what they are in a tree at ${place}`, async () => {
      const home = await mkdtemp(join(tmpdir(), 'kapply-build-'));
      try {
        const root = join(home, place, '/');
        for (const [name, text] of Object.entries(FILES)) {
          await mkdir(dirname(join(root, name)), { recursive: true });
          await writeFile(join(root, name), text);
        }
        const outfile = join(home, 'out.mjs');
        await build({
          ...{ absWorkingDir: root, entryPoints: ['src/main.js'], outfile, plugins: [parsedTables(root)] },
          ...{ bundle: true, format: 'esm', platform: 'node', logLevel: 'silent' },
        });
        const built = (await import(pathToFileURL(outfile).href)) as { table: unknown; frames: unknown };
        assert.deepEqual(built.table, { rows: [1, 2] });
        assert.deepEqual(built.frames, ['a', 'b']);
      } finally {
        await rm(home, { recursive: true });
      }
    });
  }
});
