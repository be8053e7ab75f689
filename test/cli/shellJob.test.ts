import assert from 'node:assert/strict';
import { isForeground } from '../../src/cli/shellJob.js';

describe('isForeground', () => {
  for (const [what, stat, foreground] of [
    ['the group that the terminal belongs to', '70 (node) S 1 70 1 34816 70 4194304 1', true],
    ['another one, of the shell', '70 (node) S 1 70 1 34816 1 4194304 1', false],
    ['no terminal of its own', '70 (node) S 1 70 70 0 -1 4194304 1', true],
    ['a group that a container does not see', '70 (node) S 1 70 70 34816 0 4194304 1', true],
    ['a name that looks like more fields', '70 (a) R 1 2) 3 (b) S 1 70 1 34816 1 4194304 1', false],
    ['no /proc', '', true],
  ] as const) {
    it(`${foreground ? 'is' : 'is not'} in front: ${what}`, () => {
      assert.equal(isForeground(stat), foreground);
    });
  }
});
