/** Starts a small bundle as bin/run.js starts kapply's, in a process of its own: flags of V8 are for a whole process. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { startOptions } from '../../scripts/bundle.js';

const root = join(import.meta.dirname, '../..', '/');

const BUNDLE = {
  'main.cjs': `const late = require('./late.cjs'); require('./small.cjs'); exports.before = 'before';
exports.start = async () => console.log(late.name(), require('node:os').EOL === '\\n', await Promise.resolve().then(() => require('./late.cjs') === late));`,
  'late.cjs': "const main = require('./main.cjs'); exports.name = () => main.before;",
  'run.cjs': `const { startBundle } = require('./start.cjs');
startBundle(require.resolve('./main.cjs'));`,
};

describe('the start of the bundle', () => {
  let home: string;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'kapply-start-'));
    await build({ ...startOptions(root), outfile: join(home, 'start.cjs') });
    // What is small is not kept.
    const comment = `// ${'x'.repeat(16 * 1024)}\n`;
    for (const [name, text] of Object.entries(BUNDLE)) writeFileSync(join(home, name), comment + text);
    writeFileSync(join(home, 'small.cjs'), '');
  });
  after(() => rmSync(home, { recursive: true }));

  const caches = (): string => join(home, 'caches');
  const run = (env: Record<string, string> = {}): string =>
    execFileSync(process.execPath, [join(home, 'run.cjs')], {
      // Node would hand on the variable by which coverage is counted, and then no code is kept.
      env: { XDG_CACHE_HOME: caches(), NODE_V8_COVERAGE: '', ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const kept = (): Record<string, string> => {
    const files = readdirSync(caches(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(
      files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'base64')]),
    );
  };

  it('runs the same with kept code, with none and with damaged code, which is written anew', function () {
    this.timeout(20_000);
    mkdirSync(caches());
    assert.equal(run({ CI: 'true' }), 'before true true\n');
    assert.deepEqual(kept(), {}, 'kept in CI');
    assert.equal(run(), 'before true true\n');
    const first = kept();
    assert.deepEqual(
      Object.keys(first).map((name) => name.replace(/-\w+\.code$/, '')),
      ['late.cjs', 'main.cjs'],
    );
    assert.equal(run(), 'before true true\n');
    assert.deepEqual(kept(), first, 'V8 takes what it gave');
    for (const { parentPath, name } of readdirSync(caches(), { recursive: true, withFileTypes: true }))
      if (name.endsWith('.code')) writeFileSync(join(parentPath, name), 'damaged');
    assert.equal(run(), 'before true true\n');
    assert.deepEqual(Object.keys(kept()), Object.keys(first));
    assert.equal(JSON.stringify(kept()).includes(Buffer.from('damaged').toString('base64')), false);
  });
});
