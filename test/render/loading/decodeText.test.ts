import assert from 'node:assert/strict';
import { KapplyError } from '../../../src/errors.js';
import { decodeText } from '../../../src/render/loading/decodeText.js';

const text = 'apiVersion: v1\nname: ä€😀\n';

describe('decodeText', () => {
  it('reads UTF-8, and UTF-16 of either order with its mark', () => {
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
    assert.equal(decodeText(Buffer.from(text), 'f'), text);
    assert.equal(decodeText(little, 'f'), text);
    assert.equal(decodeText(Buffer.from(little).swap16(), 'f'), text);
  });

  for (const [what, bytes, position] of [
    ['Latin-1', Buffer.from('a: b\nname: caf\u00e9\n', 'latin1'), { file: 'f', line: 2 }],
    ['a character that the end cuts off', Buffer.from('a: b\n\nc: \u20ac').subarray(0, -1), { file: 'f', line: 3 }],
    ['UTF-16 with half a character', Buffer.from('\uFEFFa\uD83D', 'utf16le'), { file: 'f' }],
  ] as const) {
    it(`refuses ${what}, and says where it stands`, () => {
      assert.throws(
        () => decodeText(bytes, 'f'),
        (error) => {
          assert.ok(error instanceof KapplyError);
          assert.equal(error.code, 'InvalidText');
          assert.deepEqual(error.position, position);
          return true;
        },
      );
    });
  }
});
