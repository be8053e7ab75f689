import assert from 'node:assert/strict';
import { formatAge, formatDuration } from '../../src/ui/duration.js';

const cases: readonly (readonly [ms: number, duration: string, age: string])[] = [
  [0, '0.0s', '0s'],
  [-5, '0.0s', '0s'],
  [90, '0.1s', '0s'],
  [3000, '3.0s', '3s'],
  [9949, '9.9s', '9s'],
  [9950, '10s', '10s'],
  [46_000, '46s', '46s'],
  [59_499, '59s', '59s'],
  [59_500, '1m00s', '1m00s'],
  [64_000, '1m04s', '1m04s'],
  [72_100, '1m12s', '1m12s'],
  [3_599_499, '59m59s', '59m59s'],
  [7_500_000, '2h05m', '2h05m'],
  [273_600_000, '3d04h', '3d04h'],
];

describe('formatDuration and formatAge', () => {
  for (const [ms, duration, age] of cases) {
    it(`${ms} ms: ${duration}, ${age} ago`, () => {
      assert.equal(formatDuration(ms), duration);
      assert.equal(formatAge(ms), age);
    });
  }
});
