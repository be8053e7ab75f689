import assert from 'node:assert/strict';
import { replaceFile } from '../../src/files/replaceFile.js';

/** A rename that fails so many times, and what became of it. */
function tried(code: string, failures: number, platform: NodeJS.Platform) {
  let renames = 0;
  let paused = 0;
  const rename = (): void => {
    renames += 1;
    if (renames <= failures) throw Object.assign(new Error(`${code}: rename`), { code });
  };
  const attempt = (): void => replaceFile('from', 'to', { platform, rename, pause: (ms) => void (paused += ms) });
  return { attempt, renames: () => renames, paused: () => paused };
}

describe('replaceFile', () => {
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    it(`tries again on Windows while somebody has the file open (${code})`, () => {
      const { attempt, renames, paused } = tried(code, 3, 'win32');
      attempt();
      assert.deepEqual([renames(), paused()], [4, 70]);
    });

    it(`gives up after a second or so, with what the system said (${code})`, () => {
      const { attempt, paused } = tried(code, Infinity, 'win32');
      assert.throws(attempt, { code });
      assert.ok(paused() > 1000 && paused() < 2000, `${paused()} ms`);
    });

    it(`does not wait where no open file is in the way (${code})`, () => {
      const { attempt, renames, paused } = tried(code, 1, 'linux');
      assert.throws(attempt, { code });
      assert.deepEqual([renames(), paused()], [1, 0]);
    });
  }

  it('does not try again what will not pass', () => {
    const { attempt, renames } = tried('ENOSPC', 1, 'win32');
    assert.throws(attempt, { code: 'ENOSPC' });
    assert.equal(renames(), 1);
  });
});
