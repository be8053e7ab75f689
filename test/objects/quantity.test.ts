import assert from 'node:assert/strict';
import { canonicalQuantity } from '../../src/objects/quantity.js';

describe('objects/quantity', () => {
  // Each was given to a 1.37 API server as a container's memory request, and read back.
  const cases: readonly (readonly [string | number, string])[] = [
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1.5Gi', '1536Mi'],
    ['1024Mi', '1Gi'],
    ['1e3', '1e3'],
    ['10e2', '1e3'],
    ['100m', '100m'],
    ['0', '0'],
    ['0Gi', '0'],
    ['1500', '1500'],
    ['1000', '1k'],
    ['1024', '1024'],
    ['512Ki', '512Ki'],
    ['1000Ki', '1000Ki'],
    ['0.5Ki', '512'],
    ['0.3Gi', '322122547200m'],
    ['.5', '500m'],
    ['12345678901234', '12345678901234'],
    [2, '2'],
    [0.25, '250m'],
  ];
  for (const [given, expected] of cases) {
    it(`${given} is ${expected}`, () => assert.equal(canonicalQuantity(given), expected));
  }

  for (const given of ['', 'x', '1 Gi', '1gi', '1.2.3', '--1', 'e3', '.']) {
    it(`"${given}" is none`, () => assert.equal(canonicalQuantity(given), undefined));
  }
});
