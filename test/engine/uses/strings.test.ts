import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/objects/object.js';
import { someText, visitStrings, visitTexts } from '../../../src/engine/uses/strings.js';

const field = fc.constantFrom('name', 'metadata', 'annotations', 'data', 'uid', 'kapply.dev/set', 'spec', 'namespace');
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom('', 'a', 'b'),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(field, tie('tree'), { maxKeys: 4 }),
  ),
}));

describe('engine/uses/strings', () => {
  it('visits the same texts, at the same paths, whichever way', () => {
    fc.assert(
      fc.property(fc.constantFrom('Secret', 'ConfigMap'), fc.dictionary(field, tree), (kind, fields) => {
        const object = { ...fields, apiVersion: 'v1', kind } as unknown as KubeObject;
        const found: string[][] = [];
        visitStrings(object, ({ text, path }) => found.push([text, path]));
        const quickly: string[][] = [];
        visitTexts(object, (text, path) => quickly.push([text, path()]));
        assert.deepEqual(quickly, found);
        const asked: string[] = [];
        someText(object, (text) => {
          asked.push(text);
          return false;
        });
        assert.deepEqual(
          asked,
          found.map(([text]) => text),
        );
        for (const [text] of found) assert.ok(someText(object, (other) => other === text));
      }),
    );
  });
});
