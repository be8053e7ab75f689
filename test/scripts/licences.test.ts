/** What is bundled is given away: a licence that asks for more than its text stops the build. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledFolders, bundledPackages } from '../../scripts/licences.js';

describe('the licences of what is bundled', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'kapply-licences-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function packageUnder(license: unknown, files: Readonly<Record<string, string>>): Promise<string> {
    await mkdir(join(root, 'p'));
    await writeFile(join(root, 'p/package.json'), JSON.stringify({ name: 'p', version: '1.0.0', license }));
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, 'p', name), text);
    return 'p';
  }

  it('knows packages by their folders, once, whoever defers them', () => {
    const inputs = [
      'src/a.ts',
      'node_modules/@a/b/lib/x.js',
      'node_modules/@a/b/y.js',
      'deferred:/home/node_modules/c/z.js',
    ];
    const metafile = { inputs: Object.fromEntries(inputs.map((name) => [name, {}])), outputs: {} };
    assert.deepEqual(bundledFolders(metafile as unknown as Metafile), ['node_modules/@a/b']);
  });

  it('takes the text and the notices', async () => {
    const folder = await packageUnder('Apache-2.0', { LICENSE: 'the text\n', NOTICE: 'of somebody', 'a.js': '' });
    const found = await bundledPackages(root, [folder, folder]);
    assert.deepEqual(found, [{ name: 'p', version: '1.0.0', licence: 'Apache-2.0', text: 'the text\n\nof somebody' }]);
  });

  const refused: { what: string; license: unknown; files: Record<string, string>; says: RegExp }[] = [
    { what: 'copyleft', license: 'GPL-3.0-only', files: { LICENSE: 'GPL' }, says: /p is under GPL-3\.0-only/ },
    { what: 'a choice that nobody made', license: '(MIT OR GPL-2.0)', files: { LICENSE: '' }, says: /MIT OR GPL/ },
    { what: 'no licence', license: undefined, files: { LICENSE: '' }, says: /p is under undefined/ },
    { what: 'an old form', license: { type: 'MIT' }, files: { LICENSE: '' }, says: /cannot be bundled unseen/ },
    { what: 'a licence without its text', license: 'MIT', files: {}, says: /p brings no text of its licence/ },
  ];
  for (const { what, license, files, says } of refused) {
    it(`refuses ${what}`, async () => {
      const folder = await packageUnder(license, files);
      await assert.rejects(bundledPackages(root, [folder]), says);
    });
  }
});
