import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { isAsciiLocale, withAsciiMarks } from '../../src/ui/ascii.js';

describe('ascii', () => {
  for (const [env, isAscii] of [
    [{ LANG: 'C' }, true],
    [{ LANG: 'POSIX' }, true],
    [{ LANG: 'en_US.ISO-8859-1' }, true],
    [{ LANG: 'C.UTF-8' }, false],
    [{ LANG: 'de_DE.utf8' }, false],
    [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, true],
    [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, false],
    [{ LANG: 'C.UTF-8', LC_ALL: '' }, false],
    [{}, false],
  ] as const) {
    it(`${isAscii ? 'is' : 'is not'} what ${JSON.stringify(env)} asks for`, () =>
      assert.equal(isAsciiLocale(env), isAscii));
  }

  it('has a mark of the same width for each of ours', () => {
    const folder = new URL('../../src/ui/', import.meta.url);
    const marks = new Set<string>();
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )) {
      // Comments are not shown.
      const code = readFileSync(new URL(name, folder), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      for (const [mark] of code.matchAll(/[^\p{ASCII}]/gu)) marks.add(mark);
    }
    assert.ok(marks.size > 15);
    for (const mark of marks) {
      const ascii = withAsciiMarks(mark);
      assert.match(ascii, /^[!-~]$/, `${mark} has none`);
      assert.equal(stringWidth(mark), 1);
    }
  });

  it('leaves foreign text as it came', () => {
    assert.equal(withAsciiMarks('| über ✔'), '| über v');
  });
});
