import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderText } from '../../../src/render/render.js';
import { withFiles } from '../oracle.js';

describe('the files of a kustomization', () => {
  for (const [what, kustomization] of [
    ['a resource', 'resources: [big.yaml]\n'],
    ['a file of a generator', 'configMapGenerator: [{name: c, files: [big.yaml]}]\n'],
  ] as const) {
    it(`are refused where they are huge: ${what}`, () =>
      withFiles({ 'kustomization.yaml': kustomization }, async (cwd) => {
        writeFileSync(join(cwd, 'big.yaml'), '');
        // Sparse: it takes no room on the disk.
        truncateSync(join(cwd, 'big.yaml'), 3 * 1024 ** 3);
        await assert.rejects(renderText('.', { cwd }), {
          code: 'FileTooLarge',
          message: 'big.yaml has 3072 MB; 256 MB are the limit',
        });
      }));
  }

  it('are read as UTF-8 or not at all', () =>
    withFiles(
      { 'kustomization.yaml': 'resources: [r.yaml]\n', 'r.yaml': Buffer.from('a: b\nc: \u00e9\n', 'latin1') },
      async (cwd) => {
        await assert.rejects(renderText('.', { cwd }), { code: 'InvalidText', position: { file: 'r.yaml', line: 2 } });
      },
    ));

  it('are not those of the current folder where the path is empty', () =>
    withFiles({ 'kustomization.yaml': 'resources: []\n' }, async (cwd) => {
      await assert.rejects(renderText('', { cwd }), { code: 'InvalidPath' });
    }));
});
