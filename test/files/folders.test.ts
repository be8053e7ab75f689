import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../src/files/folders.js';

describe('makeFolder', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kapply-folders-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const modeOf = (name: string): number => statSync(join(home, name)).mode & 0o777;

  it('makes the folders around it too, for their owner alone or for all', () => {
    makeFolder(join(home, 'a/b'));
    assert.deepEqual(['a', 'a/b'].map(modeOf), [0o700, 0o700]);
    makeFolder(join(home, 'c/d'), { shared: true });
    mkdirSync(join(home, 'usual'));
    assert.deepEqual(['c', 'c/d'].map(modeOf), [modeOf('usual'), modeOf('usual')]);
  });

  it('leaves a folder as it is that is there', () => {
    makeFolder(join(home, 'a'));
    makeFolder(join(home, 'a'), { shared: true });
    assert.equal(modeOf('a'), 0o700);
  });

  it('refuses what is a file, and what is in one', () => {
    writeFileSync(join(home, 'file'), '');
    assert.throws(() => makeFolder(join(home, 'file')), { code: 'EEXIST' });
    assert.throws(() => makeFolder(join(home, 'file/a')), { code: 'ENOTDIR' });
  });

  it('ends where a file system says of a folder that is there that it is missing', function () {
    if (!existsSync('/proc/self')) this.skip();
    assert.throws(() => makeFolder('/proc/kapply/code'), { code: 'ENOENT' });
  });
});
