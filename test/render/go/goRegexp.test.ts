import assert from 'node:assert/strict';
import { goRegExp } from '../../../src/render/go/goRegexp.js';

/** Pattern, text, whether Go finds the one in the other (regexp.MatchString). */
const matches: readonly (readonly [string, string, boolean])[] = [
  ['^(?:web|api)$', 'api', true],
  ['^(?:web|api)$', 'apis', false],
  ['(?i)^web$', 'WEB', true],
  ['^(?:(?i)web)$', 'Web', true],
  ['^[[:alpha:]]+[[:digit:]]$', 'web1', true],
  ['^[[:alpha:]]+$', 'web1', false],
  ['\\Aweb\\z', 'web', true],
  ['(?P<name>w)eb', 'web', true],
  ['^\\pL+$', 'é', true],
  ['a.b', 'a\nb', false],
  ['^a\\-b\\_c$', 'a-b_c', true],
];

describe('goRegExp', () => {
  for (const [pattern, text, expected] of matches) {
    it(`${pattern} ${expected ? 'is' : 'is not'} in ${JSON.stringify(text)}`, () =>
      assert.equal(goRegExp(pattern)?.test(text), expected));
  }

  it('takes no time that grows with the power of the text', () => {
    const started = performance.now();
    assert.equal(goRegExp('^(?:(a+)+$)$')?.test(`${'a'.repeat(60)}b`), false);
    assert.ok(performance.now() - started < 5000);
  });

  for (const pattern of ['a(', '(?=a)', '(?<!a)b', '(a)\\1', '[b-a]']) {
    it(`refuses ${pattern}, which Go does not compile`, () => assert.equal(goRegExp(pattern), undefined));
  }
});
