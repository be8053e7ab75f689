import assert from 'node:assert/strict';
import { parseLabelSelector } from '../../../src/render/resources/labelSelector.js';

const labels = new Map([
  ['app', 'web'],
  ['tier', 'front'],
  ['example.com/n', '5'],
]);

/** As apimachinery's labels.Parse and Matches take them. */
const selectors: readonly (readonly [string, boolean])[] = [
  ['', true],
  ['app=web', true],
  ['app==web,tier=front', true],
  ['app=web,tier!=front', false],
  ['missing!=x', true],
  ['app', true],
  ['!app', false],
  ['!missing', true],
  ['app in (web, api)', true],
  ['app notin (web,api)', false],
  ['missing in (x)', false],
  ['missing notin (x)', true],
  ['example.com/n>4', true],
  ['example.com/n<5', false],
  ['app in (a,b),tier=front', false],
];

describe('parseLabelSelector', () => {
  for (const [text, expected] of selectors) {
    it(`${text || 'nothing'} ${expected ? 'matches' : 'does not match'}`, () =>
      assert.equal(parseLabelSelector(text)?.(labels), expected));
  }

  for (const text of ['app=', 'a b', '=web', 'app in web', 'app=we b', 'app,,tier', 'n>x']) {
    const refused = text !== 'app=';
    it(`${refused ? 'refuses' : 'takes'} ${text}`, () => assert.equal(parseLabelSelector(text) === undefined, refused));
  }
});
