import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { keepReachable } from '../../scripts/declarations.js';

const FILES = {
  'index.d.ts': "export { run } from './run/run.js';\nexport type * from './plan.js';\n",
  'plan.d.ts': "export interface Plan { readonly kind: import('./objects/kind.js').Kind }\n",
  'run/run.d.ts':
    "import type { Plan } from '../plan.js';\nimport '../side.js';\nexport declare function run(): Plan;\n",
  'side.d.ts': "import 'node:fs';\nexport {};\n",
  'objects/kind.d.ts': 'export type Kind = string;\n',
  'sandbox/index.d.ts': "export * from\n  '../objects/kind.js';\n",
  'cli/flags.d.ts': "import type { Plan } from '../plan.js';\nexport declare const flags: Plan;\n",
};

describe('the declarations in the package', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-types-'));
    for (const [name, text] of Object.entries(FILES)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are those that what is exported leads to', async () => {
    await keepReachable(folder, ['index.d.ts', 'sandbox/index.d.ts']);
    const left = await readdir(folder, { withFileTypes: true, recursive: true });
    assert.deepEqual(
      left
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort(),
      ['index.d.ts', 'index.d.ts', 'kind.d.ts', 'plan.d.ts', 'run.d.ts', 'side.d.ts'],
    );
  });

  it('are all there: one that is named and missing ends the build', async () => {
    await rm(join(folder, 'objects/kind.d.ts'));
    await assert.rejects(keepReachable(folder, ['index.d.ts']), /ENOENT.*kind\.d\.ts/);
  });
});
