/**
 * The same sources make the same bytes wherever they lie, also where node_modules is a link: anybody can build a release
 * again and compare. (scripts/packTwice.js holds the whole package to it.) And they work there: a release that was built
 * in ~/src once crashed at every start on a terminal.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../../scripts/bundle.js';
import { buildGrouped } from '../../scripts/grouped.js';
import { writePackages, writeSources } from './smallTree.js';

/** Each with where its node_modules is. */
const PLACES = {
  kapply: 'kapply/node_modules',
  'src/kapply': 'src/kapply/node_modules',
  'a/longer/way/to/src/src': 'elsewhere/node_modules',
};

const GROUPING = { order: ['src/main.ts'], libraries: ['index.js'], imported: ['index.js', 'sandbox.js'] };

describe('the bundle', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'kapply-build-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  async function treeAt(place: keyof typeof PLACES): Promise<string> {
    const root = join(home, place, '/');
    await writeSources(root);
    await mkdir(join(home, PLACES[place]), { recursive: true });
    await writePackages(join(home, PLACES[place]));
    if (!PLACES[place].startsWith(place)) await symlink(join(home, PLACES[place]), join(root, 'node_modules'));
    return root;
  }

  it('has the same bytes wherever the tree lies', async () => {
    const builds: Record<string, string>[] = [];
    for (const place of Object.keys(PLACES) as (keyof typeof PLACES)[]) {
      const root = await treeAt(place);
      const { metafile, outputFiles } = await build({ ...bundleOptions(root), write: false });
      // From these, build.js finds the licences.
      for (const input of Object.keys(metafile.inputs)) assert.equal(input.includes(home), false, input);
      builds.push(Object.fromEntries(outputFiles.map(({ path, text }) => [path.slice(root.length), text])));
    }
    const [first, ...others] = builds;
    assert.ok(Object.keys(first ?? {}).includes('dist/sandbox.js'), Object.keys(first ?? {}).join(', '));
    for (const other of others) assert.deepEqual(other, first);
  });

  it('leaves packages what they are in a folder named src', async () => {
    const root = await treeAt('src/kapply');
    await buildGrouped(bundleOptions(root), GROUPING);
    const { href } = pathToFileURL(join(root, 'dist/main.cjs'));
    const built = (await import(href)) as { table: unknown; frames: unknown };
    assert.deepEqual(built.table, { rows: [1, 2] });
    assert.deepEqual(built.frames, ['a', 'b']);
  });

  it('evaluates the parts of oclif and of Node when they are used', async () => {
    const root = await treeAt('kapply');
    await buildGrouped(bundleOptions(root), GROUPING);
    const main = join(root, 'dist/main.cjs');
    const { hash, help, used } = (await import(pathToFileURL(main).href)) as Record<
      'hash' | 'help' | 'used',
      () => string
    >;
    assert.equal(used(), 'used');
    assert.throws(help, /evaluated/);
    assert.equal(hash(), 'd41d8cd98f00b204e9800998ecf8427e');
    // An import statement, which asks for it as soon as the file runs, would have Node compile it at the start.
    for (const name of await readdir(join(root, 'dist')))
      assert.doesNotMatch(
        await readFile(join(root, 'dist', name), 'utf8'),
        /(from\s*|\w=(__toESM\()?require\()"node:crypto"/,
      );
  });
});
