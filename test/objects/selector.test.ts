import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KapplyError } from '../../src/errors.js';
import { matchesSelector, parsePruneSelector, parseSelector } from '../../src/objects/selector.js';

type Labels = Record<string, string>;

describe('objects/selector', () => {
  const labels: Labels = { app: 'shop', tier: 'web', empty: '', 'shop.example.com/part': 'a_b.c-D' };
  for (const [selector, matches] of [
    ['app=shop', true],
    ['app==shop', true],
    ['app = shop', true],
    ['app=other', false],
    ['app!=shop', false],
    ['app!=other', true],
    ['missing!=x', true],
    ['app', true],
    ['missing', false],
    ['!missing', true],
    ['! missing', true],
    ['!app', false],
    ['empty=', true],
    ['app=', false],
    ['missing=', false],
    ['empty', true],
    ['app in (shop)', true],
    ['app in (a, shop ,b)', true],
    ['app in (a,b)', false],
    ['missing in (a)', false],
    ['empty in ()', true],
    ['app notin (a,b)', true],
    ['app notin (shop)', false],
    ['missing notin (a)', true],
    ['app=shop,tier=web', true],
    ['app=shop, tier in (web,api),!legacy', true],
    ['app=shop,tier=api', false],
    ['shop.example.com/part=a_b.c-D', true],
    ['in in (in)', false],
  ] as const) {
    it(`${selector} ${matches ? 'matches' : 'does not match'}`, () =>
      assert.equal(matchesSelector(parseSelector(selector), labels), matches));
  }

  for (const selector of [
    '',
    ',',
    'app=shop,',
    'app in shop',
    'app in (shop',
    'app in shop)',
    'app in (a b)',
    'app=a b',
    'app=-a',
    'app=a-',
    'a b',
    '-app=x',
    'app>1',
    'app=x=y',
    'a/b/c=x',
    '/app=x',
    'app/=x',
    `app=${'x'.repeat(64)}`,
    `app in (${'x'.repeat(64)})`,
  ]) {
    it(`refuses ${JSON.stringify(selector.slice(0, 20))}`, () =>
      assert.throws(
        () => parseSelector(selector),
        (error) => error instanceof KapplyError && error.code === 'InvalidSelector' && error.exitCode === 2,
      ));
  }

  for (const [selector, character] of [
    ['a b', 1],
    ['a=b,,c', 5],
    ['a=b, c d', 6],
    ['tier in (web,-x)', 14],
    ['a in (', 1],
    [`a=b,c=${'x'.repeat(64)}`, 7],
  ] as const) {
    it(`says where ${JSON.stringify(selector.slice(0, 20))} is wrong`, () =>
      assert.throws(() => parseSelector(selector), {
        message: new RegExp(`is not valid at character ${character}: `),
      }));
  }

  it('a label that every object inherits from JavaScript is none', () => {
    assert.equal(matchesSelector(parseSelector('constructor'), {}), false);
    assert.equal(matchesSelector(parseSelector('toString!=x'), {}), true);
  });

  describe('parsePruneSelector', () => {
    for (const selector of ['app=shop', 'app', 'app in (a)', '!legacy,app=shop', 'app!=x,tier=web']) {
      it(`takes ${selector}`, () => assert.deepEqual(parsePruneSelector(selector), parseSelector(selector)));
    }
    for (const selector of ['app!=other', '!app', 'app notin (a)', 'a!=b,!c,d notin (e)']) {
      it(`refuses ${selector}, which matches what has no labels`, () => {
        assert.equal(matchesSelector(parseSelector(selector), {}), true);
        assert.throws(() => parsePruneSelector(selector), { code: 'SelectorTooWide', exitCode: 2 });
      });
    }
  });

  const keys = ['a', 'b', 'c.d/e'];
  const values = ['', 'x', 'y'];
  const requirement = fc.record({
    key: fc.constantFrom(...keys),
    form: fc.constantFrom('=', '!=', 'in', 'notin', 'exists', '!'),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }),
  });
  const selectors = fc.array(requirement, { minLength: 1, maxLength: 4 });
  const labelSets = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values));

  const textOf = ({ key, form, values: given }: { key: string; form: string; values: string[] }): string => {
    if (form === 'exists') return key;
    if (form === '!') return `!${key}`;
    return form === 'in' || form === 'notin' ? `${key} ${form} (${given.join(',')})` : `${key}${form}${given[0] ?? ''}`;
  };

  it('agrees with what each requirement says of the labels', () => {
    fc.assert(
      fc.property(selectors, labelSets, (parts, given) => {
        const expected = parts.every(({ key, form, values: wanted }) => {
          const has = Object.hasOwn(given, key);
          const value = given[key];
          if (form === 'exists') return has;
          if (form === '!') return !has;
          if (form === '=') return has && value === wanted[0];
          if (form === '!=') return !has || value !== wanted[0];
          const isIn = has && wanted.some((one) => one === value);
          return form === 'in' ? isIn : !isIn;
        });
        assert.equal(matchesSelector(parseSelector(parts.map(textOf).join(',')), given), expected);
      }),
    );
  });

  it('a selector for pruning never matches an object without labels', () => {
    fc.assert(
      fc.property(selectors, (parts) => {
        const text = parts.map(textOf).join(',');
        try {
          assert.equal(matchesSelector(parsePruneSelector(text), {}), false);
        } catch (error) {
          if (!(error instanceof KapplyError) || error.code !== 'SelectorTooWide') throw error;
        }
      }),
    );
  });
});
