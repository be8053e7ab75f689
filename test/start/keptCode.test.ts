/** What is kept of a run's compiled code, and that nothing is believed that is not as it was written. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderOfCode, openForCode, readCode, removeOldCode, writeCode } from '../../src/start/keptCode.js';

const FILE = '/opt/kapply/dist/main.cjs';
const SOURCE = Buffer.from('const a = 1;');
const CODE = Buffer.from(Array.from({ length: 64 }, (_, index) => index));

describe('kept code', () => {
  let home: string;
  let folder: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kapply-code-'));
    folder = folderOfCode({ XDG_CACHE_HOME: home }) ?? '';
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** Keeps CODE, and says in which file. */
  function kept(): string {
    assert.equal(openForCode(folder), true);
    writeCode(folder, FILE, SOURCE, CODE);
    return join(folder, readdirSync(folder)[0] ?? '');
  }

  it('is found again, for its source alone', () => {
    const file = kept();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readCode(folder, FILE, SOURCE), CODE);
    assert.equal(readCode(folder, FILE, Buffer.from('const a = 2;')), undefined);
    assert.equal(readCode(folder, '/opt/other/dist/main.cjs', SOURCE), undefined);
  });

  it('is left aside where one bit of it differs, wherever that is, and where it is cut off', () => {
    const file = kept();
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(whole.readUInt8(at) ^ 4, at);
      writeFileSync(file, damaged);
      assert.equal(readCode(folder, FILE, SOURCE), undefined, `byte ${at}`);
      writeFileSync(file, whole.subarray(0, at));
      assert.equal(readCode(folder, FILE, SOURCE), undefined, `${at} bytes`);
    }
    writeFileSync(file, whole);
    assert.deepEqual(readCode(folder, FILE, SOURCE), CODE);
  });

  it('is left aside where others can write to it or to its folder, and behind a link', () => {
    const file = kept();
    chmodSync(file, 0o666);
    assert.equal(readCode(folder, FILE, SOURCE), undefined);
    rmSync(file);
    const elsewhere = join(home, 'elsewhere');
    writeFileSync(elsewhere, '');
    symlinkSync(elsewhere, file);
    assert.throws(() => readCode(folder, FILE, SOURCE), { code: 'ELOOP' });
    chmodSync(folder, 0o777);
    assert.equal(folderOfCode({ XDG_CACHE_HOME: home }), undefined);
    assert.equal(openForCode(folder), false);
  });

  it('lies in the folder of caches of the user, if any', () => {
    const under = (env: Record<string, string>): string | undefined => folderOfCode(env)?.replace(/v[0-9].*/, '*');
    assert.equal(under({ HOME: '/none/home' }), '/none/home/.cache/kapply/code/*');
    assert.equal(under({ HOME: '/none/home', XDG_CACHE_HOME: '/none/x' }), '/none/x/kapply/code/*');
    assert.equal(under({ HOME: '/none/home', XDG_CACHE_HOME: 'relative' }), '/none/home/.cache/kapply/code/*');
    for (const none of [{}, { HOME: '' }, { HOME: 'relative' }]) assert.equal(under(none), undefined);
    assert.equal(under({ HOME: '/none/home', NODE_DISABLE_COMPILE_CACHE: '1' }), undefined);
    assert.equal(under({ HOME: '/none/home', NODE_V8_COVERAGE: '/none/coverage' }), undefined);
  });

  it('goes when it has lain for a month', () => {
    const file = kept();
    const other = join(folder, 'notes.txt');
    writeFileSync(other, '');
    const days = (count: number): number => Date.now() / 1000 - count * 24 * 3600;
    for (const path of [file, other]) utimesSync(path, days(29), days(29));
    removeOldCode(folder);
    assert.equal(readdirSync(folder).length, 2);
    for (const path of [file, other]) utimesSync(path, days(31), days(31));
    removeOldCode(folder);
    assert.deepEqual(readdirSync(folder), ['notes.txt']);
  });
});
