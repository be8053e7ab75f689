import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Json } from '../../src/objects/object.js';
import { applyMergePatch } from '../../src/patch/mergePatch.js';

interface Case {
  readonly name: string;
  readonly target: Json;
  readonly patch: Json;
  readonly expected: Json;
}

const cases = parse(readFileSync(new URL('../fixtures/patch/mergePatch.yaml', import.meta.url), 'utf8')) as Case[];

describe('applyMergePatch', () => {
  for (const { name, target, patch, expected } of cases) {
    it(name, () => {
      const before = structuredClone(target);
      assert.deepEqual(applyMergePatch(target, patch), expected);
      assert.deepEqual(target, before, 'the target itself is never changed');
    });
  }

  it('gives the same when repeated', () => {
    const scalar = fc.constantFrom(null, true, 1, 'x');
    const fields = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), scalar);
    const object = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.oneof(scalar, fields));
    fc.assert(
      fc.property(object, object, (target, patch) => {
        const once = applyMergePatch(target, patch);
        assert.deepEqual(applyMergePatch(once, patch), once);
      }),
    );
  });
});
