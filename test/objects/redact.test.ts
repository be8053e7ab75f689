import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LAST_APPLIED_ANNOTATION } from '../../src/objects/annotations.js';
import type { KubeObject } from '../../src/objects/object.js';
import { MASK, redact, redactPair } from '../../src/objects/redact.js';

function secret(more: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...more };
}

describe('objects/redact', () => {
  it('masks the values of a Secret and keeps its keys', () => {
    const object = secret({ data: { a: 'eA==', __proto__x: 'eA==' }, stringData: { b: 'y' }, type: 'Opaque' });
    const before = structuredClone(object);
    assert.deepEqual(
      redact(object),
      secret({ data: { a: MASK, __proto__x: MASK }, stringData: { b: MASK }, type: 'Opaque' }),
    );
    assert.deepEqual(object, before);
  });

  it('masks what kubectl applied last, on any kind', () => {
    const annotations = { [LAST_APPLIED_ANNOTATION]: '{"data":{"pw":"x"}}', mine: 'yes' };
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations },
      data: { a: '1' },
    };
    assert.deepEqual(redact(object).metadata.annotations, { [LAST_APPLIED_ANNOTATION]: MASK, mine: 'yes' });
    assert.deepEqual(redact(object).data, { a: '1' });
  });

  it('leaves another group’s Secret alone', () => {
    const object = { ...secret({ data: { a: 'x' } }), apiVersion: 'x.example.com/v1' };
    assert.deepEqual(redact(object), object);
  });

  it('shows that values differ, and not how', () => {
    const [before, after] = redactPair(
      secret({ data: { a: '1', b: '1', gone: '1', constructor: '1' } }),
      secret({ data: { a: '2', b: '1', new: '1' } }),
    );
    assert.deepEqual(before.data, { a: `${MASK} (before)`, b: MASK, gone: MASK, constructor: MASK });
    assert.deepEqual(after.data, { a: `${MASK} (after)`, b: MASK, new: MASK });
  });

  it('lets no value of a Secret through, whatever it holds', () => {
    // Values that nothing else of the object can contain.
    const value = fc.stringMatching(/^[A-Z]{6,12}$/).map((text) => `§${text}§`);
    const anything = fc.oneof(
      value,
      fc.dictionary(fc.string(), value),
      fc.array(value),
      value.map((text) => ({ deep: [text] })),
    );
    const entries = fc.oneof(fc.dictionary(fc.string({ maxLength: 5 }), anything), anything);
    fc.assert(
      fc.property(entries, entries, value, entries, (data, stringData, applied, other) => {
        const object = secret({
          metadata: { name: 'a', annotations: { [LAST_APPLIED_ANNOTATION]: applied } },
          data,
          stringData,
        });
        const shown = JSON.stringify([redact(object), ...redactPair(object, secret({ data: other }))]);
        assert.equal(/§/.test(shown.replaceAll(/"(?:[^"\\]|\\.)*":/g, '')), false, shown);
      }),
    );
  });
});
