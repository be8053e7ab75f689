import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { shellCommand } from '../../src/objects/shellCommand.js';

describe('shellCommand', () => {
  it('leaves plain words as they are', () => {
    assert.equal(shellCommand(['kubectl', '-n', 'shop', 'get', 'a/b', '--x=y:1']), 'kubectl -n shop get a/b --x=y:1');
  });

  const hostile = ['$(touch x)', '`id`', "a'; rm -rf / #", 'a b', '', '*', '~', '!!', '\n', '"', '\\', '&& x', 'ä'];
  it('hands every word to the program as it is', () => {
    const print = ['node', '-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--'];
    const command = shellCommand([...print, ...hostile]);
    assert.deepEqual(JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' })), hostile);
  });

  const everywhere = [
    ...['app in (a, b)', 'C:\\Users\\me\\.kube\\config', 'C:\\my files\\a.yaml', "it's", 'a&b', 'a|b', 'a>b'],
    ...['x^y', 'a;b', '~/x', '*.yaml', '{a,b}', '#x', 'a\\b'],
  ];
  for (const word of everywhere) {
    it(`quotes ${word} as sh, PowerShell and cmd.exe understand it`, () => {
      assert.equal(shellCommand([word]), `"${word}"`);
      assert.equal(execFileSync('sh', ['-c', `printf %s ${shellCommand([word])}`], { encoding: 'utf8' }), word);
      // PowerShell expands these in double quotes, cmd.exe the per cent sign; a quote would end them.
      assert.doesNotMatch(word, /[$`%"]/);
    });
  }

  it('quotes for sh what one of the shells would expand in double quotes', () => {
    for (const word of ['$HOME', '`id`', '%PATH%x y', 'a"b', 'tier!=web', 'a\\', '\\\\server\\share'])
      assert.match(shellCommand([word]), /^'.*'$/, word);
  });

  it('does so for any text', () => {
    const word = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
    const commands = fc.array(fc.array(word, { minLength: 1, maxLength: 20 }), { minLength: 50, maxLength: 50 });
    // One shell for all of them: starting it is what takes time.
    fc.assert(
      fc.property(commands, (all) => {
        const script = all.map((words) => `for word in ${shellCommand(words)}; do printf '%s\\0' "$word"; done`);
        const out = execFileSync('sh', { input: script.join('\n') });
        assert.deepEqual(
          out,
          Buffer.from(
            all
              .flat()
              .map((text) => `${text}\0`)
              .join(''),
          ),
        );
      }),
      { numRuns: 1 },
    );
  });
});
