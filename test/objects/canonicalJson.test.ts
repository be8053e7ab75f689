import assert from 'node:assert/strict';
import { canonicalJson } from '../../src/objects/canonicalJson.js';

describe('canonical JSON', () => {
  it('is that of RFC 8785, 3.2.3', () => {
    const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    assert.equal(canonicalJson(keys), '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
    const numbers = [333333333.3333333, 1e30, 4.5, 0.002, 1e-27, -0];
    assert.equal(
      canonicalJson({ numbers, literals: [null, true] }),
      '{"literals":[null,true],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0]}',
    );
    assert.equal(
      canonicalJson({ b: undefined, a: 2n ** 63n, ['__proto__']: 1 }),
      '{"__proto__":1,"a":9223372036854775808}',
    );
  });
});
