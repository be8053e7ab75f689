import assert from 'node:assert/strict';
import { nearest } from '../../src/objects/nearest.js';

describe('nearest', () => {
  const cases: readonly (readonly [meant: string, known: readonly string[], found: string | undefined])[] = [
    ['imagee', ['name', 'image'], 'image'],
    ['wbe', ['db', 'web'], 'web'],
    ['PASSWORD', ['password', 'user'], 'password'],
    ['databse', ['data', 'database'], 'database'],
    ['xyzzy', ['name', 'image'], undefined],
    ['a', [], undefined],
  ];
  for (const [meant, known, found] of cases) {
    it(`finds ${found ?? 'nothing'} for ${meant}`, () => assert.equal(nearest(meant, known), found));
  }
});
