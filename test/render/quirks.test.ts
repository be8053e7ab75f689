import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KapplyError } from '../../src/errors.js';
import { renderText } from '../../src/render/render.js';
import { readYaml } from '../../src/render/yaml/read.js';
import { findKustomize, kustomizeBuild, withFiles, type Files } from './oracle.js';

interface Quirk {
  readonly name: string;
  readonly files: Files;
  /** What kustomize prints; absent where it refuses. */
  readonly expected?: string;
}

const file = join(import.meta.dirname, '../fixtures/render/quirks.yaml');
const quirks = readYaml(readFileSync(file, 'utf8'), { file, dialect: 'manifest' }).map(
  ({ value }) => value as unknown as Quirk,
);

async function renderOverlay(files: Files): Promise<string | undefined> {
  try {
    return await withFiles(files, async (cwd) => (await renderText('overlay', { cwd })).text);
  } catch (error) {
    assert.ok(error instanceof KapplyError, String(error));
    return undefined;
  }
}

describe('what kustomize does that nobody would guess', () => {
  for (const { name, files, expected } of quirks) {
    it(name, async () => assert.equal(await renderOverlay(files), expected));

    it(`${name}: so does the real one`, async function () {
      const kustomize = findKustomize();
      if (kustomize === undefined) return this.skip();
      const built = await withFiles(files, (directory) => kustomizeBuild(kustomize, join(directory, 'overlay')));
      assert.equal('output' in built ? built.output : undefined, expected);
    });
  }
});
