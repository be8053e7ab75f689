import assert from 'node:assert/strict';
import { isWithin } from '../../../src/render/loading/root.js';

describe('isWithin', () => {
  const cases: readonly (readonly [path: string, folder: string, separator: string, expected: boolean])[] = [
    ['/a', '/a', '/', true],
    ['/a/b', '/a', '/', true],
    ['/ab', '/a', '/', false],
    ['/a', '/', '/', true],
    ['C:\\a\\b', 'C:\\a', '\\', true],
    ['C:\\ab', 'C:\\a', '\\', false],
    // The root of a drive, as a checkout on a build machine may be.
    ['D:\\base', 'D:\\', '\\', true],
    ['C:\\base', 'D:\\', '\\', false],
  ];
  for (const [path, folder, separator, expected] of cases) {
    it(`${path} in ${folder}: ${expected}`, () => assert.equal(isWithin(path, folder, separator), expected));
  }
});
