import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cleanLine, cleanLines } from '../../src/ui/untrusted.js';

const cases: readonly (readonly [name: string, text: string, clean: string])[] = [
  ['plain text', 'pull failed: not found', 'pull failed: not found'],
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['a cleared screen', 'a\u001b[2Jb', 'ab'],
  ['a link (OSC 8)', '\u001b]8;;http://x\u0007text\u001b]8;;\u0007', 'text'],
  ['C1 controls', 'a\u009b2Jb', 'ab'],
  ['backspaces that hide', 'rm -rf\b\b\b\b\b\bls', 'rm -rfls'],
  ['a carriage return', 'failed\rok', 'failed ok'],
  ['text that turns around', 'a\u202eb', 'ab'],
  ['what cannot be seen', 'a\u200bb\ufeff', 'ab'],
  ['tabs', 'a\tb', 'a b'],
  ['a workflow command', '::add-mask::x', ': :add-mask::x'],
  ['a workflow command behind space', '  ::error::x', '  : :error::x'],
  ['colons inside', 'std::vector', 'std::vector'],
  ["the runner's older commands", 'x ##[error]y', 'x # #[error]y'],
  ["Azure's commands", '##vso[task.complete]', '# #vso[task.complete]'],
  ['umlauts and wide characters', 'größe 日本', 'größe 日本'],
];

describe('cleanLine', () => {
  for (const [name, text, clean] of cases) {
    it(`makes ${name} harmless`, () => {
      assert.equal(cleanLine(text), clean);
    });
  }

  it('is one line without controls or commands, whatever comes', () => {
    const part = fc.constantFrom('::', '##[', '##vso[', '\u001b[', '\n', '\r', '\u009b', 'm', '2J', ' ', 'x', '\u2028');
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ unit: 'binary' }))), (parts) => {
        const clean = cleanLine(parts.join(''));
        // eslint-disable-next-line no-control-regex -- the controls are the subject
        assert.doesNotMatch(clean, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        assert.doesNotMatch(clean, /^\s*::|##\[|##vso\[/);
        assert.equal(cleanLine(clean), clean);
      }),
    );
  });
});

describe('cleanLines', () => {
  it('keeps the lines apart, without empty ones at the ends', () => {
    assert.deepEqual(cleanLines('\n\na\r\n\n::b\n\n'), ['a', '', ': :b']);
    assert.deepEqual(cleanLines(' \n'), []);
  });
});
