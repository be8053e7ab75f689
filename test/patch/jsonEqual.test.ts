import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '../../src/objects/object.js';
import { jsonEqual } from '../../src/patch/jsonEqual.js';

describe('jsonEqual', () => {
  const cases: [string, Json, Json, boolean][] = [
    ['objects in any order', { a: 1, b: [{}] }, { b: [{}], a: 1 }, true],
    ['lists in one order', [1, 2], [2, 1], false],
    ['an undefined field is absent', { a: undefined }, {}, true],
    ['null is not absent', { a: null }, {}, false],
    ['a list is no object', [], {}, false],
    ['an object is no list', { length: 0 }, [], false],
    ['number and bigint', 5, 5n, true],
    ['bigint and fraction', 5n, 5.5, false],
    ['number and string', 1, '1', false],
    ['zero and minus zero', 0, -0, true],
    ['inherited fields do not count', { toString: 1 }, { valueOf: 1 }, false],
  ];
  for (const [name, left, right, expected] of cases) {
    it(name, () => {
      assert.equal(jsonEqual(left, right), expected);
      assert.equal(jsonEqual(right, left), expected);
    });
  }

  it('holds between a value and its copy', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => jsonEqual(value as Json, structuredClone(value) as Json)));
  });
});
