import assert from 'node:assert/strict';
import { withText, withTextOfType } from '../../../src/render/resources/scalarText.js';
import { SourceScalar, type TreeScalar, plainJson } from '../../../src/render/resources/tree.js';

describe('withText', () => {
  const cases: readonly (readonly [TreeScalar, string, TreeScalar])[] = [
    ['nginx', 'nginx:2', 'nginx:2'],
    ['nginx', '123', 123],
    ['123', '456', '456'],
    [5, '6', 6],
    [null, 'true', true],
    ['a', 'two\nlines', 'two\nlines'],
  ];
  for (const [old, text, expected] of cases) {
    it(`puts ${JSON.stringify(text)} in the place of ${JSON.stringify(old)}`, () =>
      assert.equal(plainJson(withText(old, text)), expected));
  }
});

describe('withTextOfType', () => {
  const cases: readonly (readonly [TreeScalar, string, TreeScalar | undefined])[] = [
    ['a', '5', '5'],
    [5, '6', 6],
    [5, '1.5', undefined],
    [1.5, '3', 3],
    [new SourceScalar(1, '1.0'), '2.5', 2.5],
    [5, 'x', undefined],
    [true, 'false', false],
    [true, '1', undefined],
    [null, 'x', undefined],
  ];
  for (const [old, text, expected] of cases) {
    it(`makes ${expected === undefined ? 'nothing' : JSON.stringify(expected)} of ${JSON.stringify(text)} for ${JSON.stringify(old)}`, () => {
      const result = withTextOfType(old, text);
      assert.equal(result === undefined ? undefined : plainJson(result), expected);
    });
  }
});
