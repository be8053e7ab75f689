import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileProblem, isPathProblem } from '../../src/files/fileProblem.js';
import { runKapply } from '../commands/runKapply.js';
import { makeOverlay } from '../commands/overlay.js';

describe('fileProblem', () => {
  for (const [code, said] of [
    ['ENOSPC', 'ENOSPC: no space is left on the disk'],
    ['EWHATEVER', 'EWHATEVER'],
    [undefined, 'unknown'],
    ['toString', 'toString'],
  ] as const) {
    it(`says ${said}`, () => {
      assert.equal(fileProblem(code), said);
    });
  }

  it('proposes another path only where that is what is wrong', () => {
    assert.deepEqual(['ENOENT', 'EISDIR', 'ENOSPC', 'EROFS'].map(isPathProblem), [true, true, false, false]);
  });

  it('stands in what a command says of a file', async function () {
    const overlay = await makeOverlay({ 'kustomization.yaml': 'configMapGenerator: [{ name: a, literals: [x=1] }]\n' });
    try {
      const render = async (output: string): Promise<string> =>
        (await runKapply(['render', '-k', overlay.folder, '-o', output])).stderr;
      const nowhere = join(tmpdir(), 'nowhere', 'out.yaml');
      assert.match(await render(nowhere), /out\.yaml cannot be written \(ENOENT: it does not exist, .*\)\n {2}try: /);
      if (process.platform !== 'linux') return;
      const full = await render('/dev/full');
      assert.match(full, /^error: \/dev\/full cannot be written \(ENOSPC: no space is left on the disk\)\n$/);
    } finally {
      await overlay.remove();
      rmSync(join(tmpdir(), 'nowhere'), { recursive: true, force: true });
    }
  });
});
