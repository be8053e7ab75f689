import assert from 'node:assert/strict';
import { mainLine } from '../../../src/render/programs/mainLine.js';

describe('mainLine', () => {
  for (const [what, stderr, expected] of [
    [
      'the cause that git names before its advice',
      'remote: hello\nfatal: no access\n\nPlease make sure\nand the repository exists.\n',
      'fatal: no access',
    ],
    ['what helm calls an error', 'debug 1\nError: bad chart\nhelm.go:92: bad chart\n', 'Error: bad chart'],
    ['the last line else', 'one\ntwo\n\n', 'two'],
    ['nothing where nothing was said', '', ''],
  ] as const) {
    it(`takes ${what}`, () => assert.equal(mainLine(stderr), expected));
  }
});
