import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTokenFileAuthenticator } from '../../../src/cluster/auth/tokenFile.js';
import { inFolder } from '../testCluster.js';

/** What the file holds at each look, a minute apart (undefined: it is not there), and the token that serves then. */
const RENEWED: Readonly<Record<string, readonly (readonly [held: string | undefined, serves: string])[]>> = {
  'is replaced': [
    ['one', 'one'],
    ['two\n', 'two'],
  ],
  'is emptied first': [
    ['one', 'one'],
    ['', 'one'],
    ['two', 'two'],
    ['\n', 'two'],
  ],
  'is away for a moment': [
    ['one', 'one'],
    [undefined, 'one'],
    ['two', 'two'],
  ],
};

describe('a token in a file', () => {
  for (const [what, looks] of Object.entries(RENEWED)) {
    it(`is read again, and serves on while the file ${what}`, () =>
      inFolder(async (folder) => {
        const file = join(folder, 'token');
        let now = 0;
        const authenticator = makeTokenFileAuthenticator(file, undefined, () => now);
        for (const [held, serves] of looks) {
          if (held === undefined) rmSync(file);
          else writeFileSync(file, held);
          assert.equal((await authenticator.current()).authorization, `Bearer ${serves}`);
          now += 61_000;
        }
      }));
  }

  it('is read again at once when the server refuses it', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'token');
      writeFileSync(file, 'one');
      const authenticator = makeTokenFileAuthenticator(file, undefined, () => 0);
      const used = await authenticator.current();
      writeFileSync(file, 'two');
      assert.equal((await authenticator.current()).authorization, 'Bearer one');
      assert.equal(authenticator.discard(used), true);
      assert.equal((await authenticator.current()).authorization, 'Bearer two');
    }));

  it('that was never there is an error', () =>
    inFolder((folder) =>
      assert.rejects(makeTokenFileAuthenticator(join(folder, 'none'), undefined, () => 0).current(), {
        code: 'TokenFileUnreadable',
        exitCode: 7,
      }),
    ));
});
