import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOwnFolder, readOwnFile } from '../../src/files/ownFolder.js';

describe('files that only this user can have written', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kapply-own-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('are not in a folder that others can write to, behind a link, or in none', () => {
    const folder = join(home, 'a');
    for (const mode of [0o770, 0o707, 0o1777]) {
      mkdirSync(folder);
      chmodSync(folder, mode);
      assert.equal(isOwnFolder(folder), false, mode.toString(8));
      rmSync(folder, { recursive: true });
    }
    mkdirSync(folder);
    symlinkSync(folder, join(home, 'link'));
    writeFileSync(join(home, 'file'), '');
    assert.deepEqual(
      ['a', 'link', 'file', 'none'].map((name) => isOwnFolder(join(home, name))),
      [true, false, false, false],
    );
  });

  it('are read, and no others', () => {
    const file = join(home, 'file');
    writeFileSync(file, 'text', { mode: 0o600 });
    assert.equal(readOwnFile(file)?.toString(), 'text');
    symlinkSync(file, join(home, 'link'));
    assert.throws(() => readOwnFile(join(home, 'link')), { code: 'ELOOP' });
    assert.equal(readOwnFile(join(home, 'none')), undefined);
    assert.equal(readOwnFile(home), undefined);
    chmodSync(file, 0o620);
    assert.equal(readOwnFile(file), undefined);
  });

  it("are not another user's", function () {
    // /etc/passwd is root's: whoever is root reads it as its own.
    if (process.geteuid?.() === 0) this.skip();
    assert.equal(readOwnFile('/etc/passwd'), undefined);
  });
});
