import assert from 'node:assert/strict';
import { goRegExp, goRegExpOfAll, loadPatterns } from '../../../src/objects/regexp/goRegexp.js';

/** Pattern, text, whether Go finds the one in the other (regexp.MatchString). */
const matches: readonly (readonly [string, string, boolean])[] = [
  ['^(?:web|api)$', 'api', true],
  ['^(?:web|api)$', 'apis', false],
  ['web|api', 'my-api-2', true],
  ['(?i)^web$', 'WEB', true],
  ['^(?:(?i)web)$', 'Web', true],
  ['^[[:alpha:]]+[[:digit:]]$', 'web1', true],
  ['^[[:alpha:]]+$', 'web1', false],
  ['[[:^digit:]]', '7', false],
  ['\\Aweb\\z', 'web', true],
  ['(?P<name>w)eb', 'web', true],
  ['^\\pL+$', 'é', true],
  ['a.b', 'a\nb', false],
  ['a.b', 'a\rb', true],
  ['^.$', '\u{1F600}', true],
  ['(?s)a.b', 'a\nb', true],
  ['^a\\-b\\_c$', 'a-b_c', true],
  ['a$', 'a\n', false],
  ['\\w', 'é', false],
  ['\\s', '\u00a0', false],
  ['(?i)ſ', 'S', true],
  ['\\Qa.b\\E', 'a.b', true],
  ['\\Qa.b\\E', 'axb', false],
  ['\\x{1F600}', '\u{1F600}', true],
  ['\\bx', 'éx', true],
];

const slow: readonly (readonly [string, string])[] = [
  ['(a+)+$', `${'a'.repeat(5000)}b`],
  ['(?i)(a+)+b', 'a'.repeat(5000)],
  ['(a{0,20}){0,20}b', 'a'.repeat(5000)],
  ['(a|aa)+$', `${'a'.repeat(5000)}b`],
  ['.*.*.*.*x', 'a'.repeat(5000)],
  ['(a|b)*a(a|b){12}c', 'ab'.repeat(2500)],
  ['(?:(?:(?:a?){30}){30})b', 'a'.repeat(5000)],
];

describe('goRegExp', () => {
  for (const [pattern, text, expected] of matches) {
    it(`${pattern} ${expected ? 'is' : 'is not'} in ${JSON.stringify(text)}`, async () => {
      await loadPatterns([pattern]);
      assert.equal(goRegExp(pattern)?.test(text), expected);
    });
  }

  for (const [pattern, text] of slow) {
    it(`takes no time that grows with the power of the text: ${pattern}`, async () => {
      await loadPatterns([pattern]);
      const started = performance.now();
      assert.equal(goRegExp(pattern)?.test(text), false);
      assert.ok(performance.now() - started < 5000);
    });
  }

  for (const pattern of [
    ...['a(', '(?=a)', '(?<!a)b', '(a)\\1', '[b-a]', 'a**', 'x{1001}', '\\Z', '\\C', '(?P<a>x)(?P<a>y)', '[[:nope:]]'],
    'a?'.repeat(2501),
  ]) {
    it(`refuses ${pattern.slice(0, 20)}, which Go does not compile, or which nobody wrote`, async () => {
      await loadPatterns([pattern]);
      assert.equal(goRegExp(pattern), undefined);
    });
  }

  it('matches whole texts', async () => {
    await loadPatterns(['web|api', 'web.*']);
    assert.equal(goRegExpOfAll('web|api')?.test('api'), true);
    assert.equal(goRegExpOfAll('web|api')?.test('apis'), false);
    assert.equal(goRegExpOfAll('web.*')?.test('web-2'), true);
    assert.equal(goRegExpOfAll('eb.*')?.test('web-2'), false);
  });

  it('is asked for patterns that were announced only', () => {
    assert.equal(goRegExp('plain.name')?.test('plain-name'), true);
  });
});
