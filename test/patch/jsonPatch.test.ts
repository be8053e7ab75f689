import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { KapplyError } from '../../src/errors.js';
import type { Json, JsonObject } from '../../src/objects/object.js';
import { jsonEqual } from '../../src/patch/jsonEqual.js';
import { applyJsonPatch } from '../../src/patch/jsonPatch.js';

interface Case {
  readonly name: string;
  readonly doc: Json;
  readonly patch: Json;
  readonly expected?: Json;
  readonly error?: string;
}

const cases = parse(readFileSync(new URL('../fixtures/patch/jsonPatch.yaml', import.meta.url), 'utf8')) as Case[];

describe('applyJsonPatch', () => {
  for (const { name, doc, patch, expected, error } of cases) {
    it(name, () => {
      const before = structuredClone(doc);
      if (error === undefined) {
        assert.deepEqual(applyJsonPatch(doc, patch), expected);
      } else {
        assert.throws(
          () => applyJsonPatch(doc, patch),
          (thrown) => thrown instanceof KapplyError && thrown.code === error && thrown.exitCode === 2,
        );
      }
      assert.deepEqual(doc, before, 'the document itself is never changed');
    });
  }

  it('puts back what it took away', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b/c', '~d', '__proto__', '0'), fc.jsonValue(), { minKeys: 1 }),
        (object) => {
          const doc = object as JsonObject;
          const [name] = Object.keys(doc) as [string];
          const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          const value = doc[name] ?? null;
          const without = applyJsonPatch(doc, [{ op: 'remove', path }]) as JsonObject;
          assert.equal(Object.hasOwn(without, name), false);
          const again = applyJsonPatch(without, [
            { op: 'add', path, value },
            { op: 'test', path, value },
          ]);
          assert.ok(jsonEqual(again, doc));
        },
      ),
    );
  });

  it('compares integers as numbers whatever holds them', () => {
    const operations = [{ op: 'test', path: '/a', value: 9007199254740993n }];
    assert.deepEqual(applyJsonPatch({ a: 9007199254740993n }, operations), { a: 9007199254740993n });
    assert.throws(() => applyJsonPatch({ a: 9007199254740992 }, operations), { code: 'JsonPatchTestFailed' });
  });
});
