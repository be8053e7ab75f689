import assert from 'node:assert/strict';
import type { Json } from '../../../src/objects/object.js';
import { fieldSet, fieldSetsEqual } from '../../../src/patch/apply/fieldSet.js';
import { fieldElement, keyElement } from '../../../src/patch/apply/pathElement.js';
import { reconcileWithSchema } from '../../../src/patch/apply/reconcileSchema.js';
import { DEDUCED, shapeOf } from '../../../src/patch/apply/shape.js';
import { formatViolations, shapeViolations } from '../../../src/patch/apply/validateShape.js';
import { type Schema, type SchemaTable, resolveSchema } from '../../../src/patch/schema/schemaTable.js';

const table: SchemaTable = { version: 'test', kinds: {}, definitions: {} };
const shape = (schema: Schema) => shapeOf(table, resolveSchema(table, schema)!);
const widget = shape({
  type: 'object',
  properties: {
    name: 'string',
    size: 'integer',
    on: 'boolean',
    any: { intOrString: true },
    set: { type: 'array', listType: 'set', items: 'string' },
    parts: {
      type: 'array',
      listType: 'map',
      listKeys: ['id', 'port'],
      items: { type: 'object', properties: { id: 'string', port: { type: 'integer', default: 80 } } },
    },
    labels: { type: 'object', additionalProperties: 'string' },
    whole: { type: 'object', mapType: 'atomic', additionalProperties: 'string' },
    list: { type: 'array', items: 'string' },
  },
});

describe('shapes', () => {
  // structured-merge-diff's words; where it would print a value, its kind stands instead.
  const cases: [string, Json, string][] = [
    ['what fits', { name: 'a', size: 1, on: true, any: '1', set: ['a'], parts: [{ id: 'a' }], labels: { a: 'b' } }, ''],
    ['nulls', { name: null, set: null, labels: null }, ''],
    ['an unknown field', { colour: 1 }, '.colour: field not declared in schema'],
    ['a text for a number', { size: 'x' }, '.size: expected numeric (int or float), got string'],
    ['a number for a text', { name: 1 }, '.name: expected string, got a number'],
    ['a text for a boolean', { on: 'x' }, '.on: expected boolean, got a string'],
    ['an object for a list', { list: {} }, '.list: expected list, got a map'],
    ['a list for an object', { labels: [] }, '.labels: expected map, got a list'],
    ['twice in a set', { set: ['a', 'a'] }, '.set: duplicate entries for key [="a"]'],
    [
      'the same keys',
      { parts: [{ id: 'a' }, { id: 'a', port: 80 }] },
      '.parts: duplicate entries for key [id="a",port=80]',
    ],
    [
      'an item that is no object',
      { parts: ['a'] },
      '.parts: element 0: associative list with keys may not have non-map elements',
    ],
    ['a null item', { parts: [null] }, '.parts: element 0: associative list with keys may not have a null element'],
    [
      'an object in a set',
      { set: [{}] },
      ".set: element 0: associative list without keys has an element that's a map type",
    ],
    ['a list in a set', { set: [[]] }, '.set: element 0: not supported: associative list with lists as elements'],
    [
      'a null in a set',
      { set: [null] },
      ".set: element 0: associative list without keys has an element that's an explicit null",
    ],
    [
      'two at once',
      { name: 1, a: 1 },
      'errors:\n  .name: expected string, got a number\n  .a: field not declared in schema',
    ],
  ];
  for (const [name, value, expected] of cases) {
    it(`judge ${name}`, () => {
      const violations = shapeViolations(widget, value);
      assert.equal(violations.length === 0 ? '' : formatViolations(violations), expected);
    });
  }

  it('refuse an item without any key', () => {
    const list = shape({
      type: 'array',
      listType: 'map',
      listKeys: ['a', 'b'],
      items: { type: 'object', properties: {} },
    });
    assert.equal(
      formatViolations(shapeViolations(list, [{}])),
      'element 0: associative list with keys has an element that omits all key fields ["a" "b"] (and doesn\'t have default values for any key fields)',
    );
  });

  it('allow what is already stored to have duplicates, and anything where there is no schema', () => {
    assert.deepEqual(shapeViolations(widget, { set: ['a', 'a'] }, true), []);
    assert.deepEqual(shapeViolations(DEDUCED, { a: [1, { b: null }], c: { d: 'e' } }), []);
  });

  it('give the whole to who owned parts of what has become atomic', () => {
    const f = fieldElement;
    const before = fieldSet(
      [f('name')],
      [f('whole'), f('a')],
      [f('list'), 'i:0'],
      [
        f('parts'),
        keyElement([
          ['id', 'a'],
          ['port', 80],
        ]),
        f('id'),
      ],
    );
    const after = fieldSet(
      [f('name')],
      [f('whole')],
      [f('list')],
      [
        f('parts'),
        keyElement([
          ['id', 'a'],
          ['port', 80],
        ]),
        f('id'),
      ],
    );
    assert.ok(fieldSetsEqual(reconcileWithSchema(before, widget), after));
    assert.equal(reconcileWithSchema(after, widget), after);
  });
});
