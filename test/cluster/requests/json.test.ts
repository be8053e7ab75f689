import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeJson, encodeJson } from '../../../src/cluster/requests/json.js';

describe('decodeJson', () => {
  const cases: [text: string, value: unknown][] = [
    ['{"a":9223372036854775807}', { a: 9223372036854775807n }],
    ['[-9223372036854775808, 18446744073709551615]', [-9223372036854775808n, 18446744073709551615n]],
    ['9007199254740993', 9007199254740993n],
    ['{"a":9007199254740991}', { a: 9007199254740991 }],
    [
      '{"a":0.12345678901234567890,"b":[1234567890123456789012.5]}',
      { a: 0.12345678901234568, b: [1.2345678901234568e21] },
    ],
    ['{"a":12345678901234567890e2}', { a: 1.2345678901234568e21 }],
    ['{"a":1e-1234567890123456}', { a: 0 }],
    [
      '{"a":"x: 12345678901234567890","b":12345678901234567890}',
      { a: 'x: 12345678901234567890', b: 12345678901234567890n },
    ],
    ['{"a\\"":"\\\\","b": 12345678901234567890}', { 'a"': '\\', b: 12345678901234567890n }],
  ];
  for (const [text, value] of cases) it(text, () => assert.deepEqual(decodeJson(text), value));

  it('keeps __proto__ as data', () => {
    for (const text of ['{"__proto__":{"a":1}}', '{"__proto__":{"a":12345678901234567890}}']) {
      const value = decodeJson(text) as object;
      assert.deepEqual(Object.keys(value), ['__proto__']);
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
    }
  });
});

describe('encodeJson and decodeJson', () => {
  const isSafe = (value: bigint): boolean => value >= -(2n ** 53n) + 1n && value <= 2n ** 53n - 1n;
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      tie('leaf'),
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true }),
    ),
    leaf: fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      // JSON has no -0, and writes a large double as the integer that it is: it comes back as that bigint.
      fc.double({ noNaN: true, min: -1e15, max: 1e15 }).filter((value) => !Object.is(value, -0)),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).filter((value) => !isSafe(value)),
      fc.constantFrom('12345678901234567890', ' 12345678901234567890', '"12345678901234567890', ':1234567890123456789'),
    ),
  }));

  it('give back what they took', () => {
    fc.assert(fc.property(tree, (value) => assert.deepEqual(decodeJson(encodeJson(value)), value)));
  });

  it('write digits and nothing else', () => {
    assert.equal(
      encodeJson({ a: 18446744073709551615n, b: undefined, c: ['1'] }),
      '{"a":18446744073709551615,"c":["1"]}',
    );
  });
});
