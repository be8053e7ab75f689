/** The second build of the bundle puts chunks together: each module is still evaluated once, and each name means what it did. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleOptions } from '../../scripts/bundle.js';
import { buildGrouped } from '../../scripts/grouped.js';

const SOURCES = {
  'src/count.ts': 'export let count = 0; export const add = () => (count += 1);',
  'src/own.ts': "export const name = 'own';",
  'src/other.ts': "export const name = 'other';",
  'src/main.ts': `import { add, count } from './count.js'; import { name } from './own.js'; import { name as other } from './other.js';
export const run = async () => { add(); const late = await import('./late.js'); return [name, other, late.default(), count]; };`,
  'src/late.ts': `import { add } from './count.js'; import { name } from './own.js'; import { name as other } from './other.js';
export default () => [name, other, add()];`,
  'src/commands/all.ts': "export { name } from '../own.js';",
  'src/sandbox/index.ts': "export { name } from '../other.js';",
  'src/index.ts': "export { add, count } from './count.js'; export const version = 1;",
};

const imported = ['index.js', 'commands.js', 'sandbox.js'];

describe('the files of the bundle', () => {
  let root: string;
  beforeEach(async () => {
    root = join(await mkdtemp(join(tmpdir(), 'kapply-grouped-')), '/');
    for (const [name, text] of Object.entries(SOURCES)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
  });
  afterEach(() => rm(root, { recursive: true }));

  const built = (name: string): Promise<Record<string, unknown>> =>
    import(pathToFileURL(join(root, 'dist', name)).href) as Promise<Record<string, unknown>>;
  const importsOf = async (name: string): Promise<readonly string[]> =>
    [...(await readFile(join(root, 'dist', name), 'utf8')).matchAll(/=require\("\.\/([^"]+)"\)/g)].map(
      ([, file = '']) => file,
    );

  it('hold one instance of each module, and every name as it was', async () => {
    await buildGrouped(bundleOptions(root), {
      order: ['src/main.ts', 'src/late.ts'],
      libraries: ['index.js'],
      imported,
    });
    const { run } = (await built('main.cjs')) as { run: () => Promise<unknown> };
    assert.deepEqual(await run(), ['own', 'other', ['own', 'other', 2], 2]);
    const [library, commands, sandbox] = await Promise.all([
      built('index.js'),
      built('commands.js'),
      built('sandbox.js'),
    ]);
    assert.deepEqual(Object.keys(library).sort(), ['add', 'count', 'version']);
    assert.equal(library.count, 2);
    assert.deepEqual([commands.name, sandbox.name], ['own', 'other']);
  });

  it('hold what their owner needs, and of a library only what it shares', async () => {
    await buildGrouped(bundleOptions(root), { order: ['src/main.ts'], libraries: ['index.js'], imported });
    assert.deepEqual(await importsOf('main.cjs'), ['shared-index-main.cjs']);
    assert.deepEqual(await importsOf('index.cjs'), ['shared-index-main.cjs']);
    assert.deepEqual(await importsOf('commands.cjs'), ['main.cjs']);
  });

  it('are not built for an owner that nobody imports any more', async () => {
    const grouping = { order: ['src/own.ts'], libraries: [], imported };
    await assert.rejects(buildGrouped(bundleOptions(root), grouping), /src\/own\.ts is not an entry point/);
  });
});
