import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type FieldSet,
  childrenOf,
  difference,
  fieldSet,
  fieldSetsEqual,
  hasField,
  intersection,
  leadsTo,
  leavesOf,
  pathsOf,
  recursiveDifference,
  union,
} from '../../../src/patch/apply/fieldSet.js';
import { fieldsV1LeadsTo, parseFieldsV1, serializeFieldsV1 } from '../../../src/patch/apply/fieldsV1.js';
import {
  type Path,
  compareElements,
  fieldElement,
  formatPath,
  keyElement,
  valueElement,
} from '../../../src/patch/apply/pathElement.js';

const element = fc.oneof(
  fc.constantFrom('a', 'b', '.', 'x<y', '__proto__').map(fieldElement),
  fc
    .constantFrom<[string, string | number][]>(
      [['name', 'web']],
      [
        ['port', 80],
        ['protocol', 'TCP'],
      ],
    )
    .map(keyElement),
  fc.constantFrom('a', 1, true).map(valueElement),
);
const path = fc.array(element, { minLength: 1, maxLength: 3 });
const set = fc.array(path, { maxLength: 6 }).map((paths) => fieldSet(...paths));
const text = (fields: FieldSet) => pathsOf(fields).map(formatPath).sort();

const isLeaf = (fields: FieldSet, step: string): boolean =>
  leavesOf(fields).some((leaf) => leaf.length === 1 && leaf[0] === step);

/** Checks an operation member by member. */
function holds(result: FieldSet, sets: FieldSet[], rule: (at: Path) => boolean): void {
  const paths = sets.flatMap((fields) => pathsOf(fields));
  for (const at of [...paths, ...pathsOf(result)]) assert.equal(hasField(result, at), rule(at), formatPath(at));
}

describe('field sets', () => {
  it('join, intersect and differ member by member', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        holds(union(a, b), [a, b], (at) => hasField(a, at) || hasField(b, at));
        holds(intersection(a, b), [a, b], (at) => hasField(a, at) && hasField(b, at));
        holds(difference(a, b), [a, b], (at) => hasField(a, at) && !hasField(b, at));
        const under = (at: Path) => at.some((_, index) => hasField(b, at.slice(0, index + 1)));
        holds(recursiveDifference(a, b), [a, b], (at) => hasField(a, at) && !under(at));
      }),
    );
  });

  it('are equal exactly when they have the same members', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        assert.equal(fieldSetsEqual(a, b), JSON.stringify(text(a)) === JSON.stringify(text(b)));
        assert.ok(fieldSetsEqual(union(difference(a, b), intersection(a, b)), a));
      }),
    );
  });

  it('lead to their members and to what is on the way to them', () => {
    fc.assert(
      fc.property(set, path, (fields, at) => {
        const isOnTheWay = pathsOf(fields).some((member) => at.every((step, index) => member[index] === step));
        assert.equal(leadsTo(fields, at), isOnTheWay);
        assert.equal(fieldsV1LeadsTo(serializeFieldsV1(fields), at), isOnTheWay);
        assert.equal(childrenOf(fields, at[0]!).size > 0, leadsTo(fields, at.slice(0, 1)) && !isLeaf(fields, at[0]!));
        for (const leaf of leavesOf(fields)) assert.ok(hasField(fields, leaf));
      }),
    );
  });

  it('survive being written as FieldsV1', () => {
    fc.assert(
      fc.property(set, (fields) => assert.ok(fieldSetsEqual(parseFieldsV1(serializeFieldsV1(fields)), fields))),
    );
  });
});

describe('FieldsV1', () => {
  it('is written in canonical order', () => {
    const fields = fieldSet(
      [
        fieldElement('spec'),
        fieldElement('ports'),
        keyElement([
          ['protocol', 'TCP'],
          ['port', 443],
        ]),
      ],
      [
        fieldElement('spec'),
        fieldElement('ports'),
        keyElement([
          ['protocol', 'UDP'],
          ['port', 80],
        ]),
      ],
      [fieldElement('spec'), fieldElement('ports')],
      [fieldElement('metadata'), fieldElement('finalizers'), valueElement('b&c')],
      [fieldElement('metadata'), fieldElement('finalizers'), valueElement('a')],
    );
    assert.equal(
      JSON.stringify(serializeFieldsV1(fields)),
      String.raw`{"f:metadata":{"f:finalizers":{"v:\"a\"":{},"v:\"b\\u0026c\"":{}}},"f:spec":{"f:ports":{".":{},` +
        String.raw`"k:{\"port\":80,\"protocol\":\"UDP\"}":{},"k:{\"port\":443,\"protocol\":\"TCP\"}":{}}}}`,
    );
  });

  it('is read whatever the order of its keys, and whatever it may hold that is not known', () => {
    const fields = parseFieldsV1({ 'f:a': { 'k:{"b":1,"a":"x"}': {}, 'z:new': {} }, 'i:0': { '.': {} } });
    assert.deepEqual(pathsOf(fields).map(formatPath), ['[0]', '.a[a="x",b=1]']);
  });

  for (const key of ['f', 'a:', 'fx', 'v:{', 'k:1', 'i:x']) {
    it(`${key === 'a:' ? 'ignores' : 'refuses'} the key ${key}`, () => {
      if (key === 'a:') assert.equal(parseFieldsV1({ [key]: {} }).size, 0);
      else assert.throws(() => parseFieldsV1({ [key]: {} }), { code: 'InvalidFieldsV1' });
    });
  }
});

describe('the canonical order of path elements', () => {
  it('puts the key that has less first, whichever is asked about', () => {
    const [short, long] = [
      keyElement([['a', 1]]),
      keyElement([
        ['a', 1],
        ['b', 2],
      ]),
    ] as const;
    assert.ok(compareElements(short, long) < 0);
    assert.ok(compareElements(long, short) > 0);
    assert.ok(compareElements(valueElement([1]), valueElement([1, 2])) < 0);
    assert.ok(compareElements(valueElement([1, 2]), valueElement([1])) > 0);
  });
});
