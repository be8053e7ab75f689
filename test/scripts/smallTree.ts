/**
 * A tree that the build could be of, as small as one can be: a table under src/, a CommonJS package with a JSON file, a module of
 * Node's, and an oclif of which one part cannot be evaluated.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const PACKAGE = {
  'spinners/package.json': '{"name": "spinners", "main": "index.js"}',
  'spinners/index.js': "module.exports = require('./spinners.json').dots.frames;",
  'spinners/spinners.json': '{"dots": {"frames": ["a", "b"]}}',
  'string-width/package.json': '{"name": "string-width", "type": "module", "exports": "./index.js"}',
  'string-width/index.js': 'export default (text) => text.length;',
  '@oclif/core/package.json': '{"name": "@oclif/core"}',
  '@oclif/core/lib/command.js':
    'const help_1 = require("./help");\nexports.used = () => "used";\nexports.help = () => help_1.text;\n',
  '@oclif/core/lib/help.js': "throw new Error('evaluated');",
};

const SOURCES = {
  'src/main.ts': `import { createHash } from 'node:crypto'; import { help, used } from '@oclif/core/lib/command.js';
import table from './deep/table.json'; import frames from 'spinners'; import width from 'string-width';
const hash = () => createHash('md5').update('').digest('hex'); export { frames, hash, help, table, used, width };`,
  'src/deep/table.json': '{"rows": [1, 2]}',
  'src/commands/all.ts': "export const load = () => import('../main.js');",
  'src/index.ts': "export { table } from './main.js';",
  'src/sandbox/index.ts': "import process from 'node:process'; export const pid = process.pid;",
};

/** Writes its sources into a folder. */
export function writeSources(root: string): Promise<void> {
  return writeAll(root, SOURCES);
}

/** Writes its packages into a folder, as node_modules. */
export function writePackages(modules: string): Promise<void> {
  return writeAll(modules, PACKAGE);
}

async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
