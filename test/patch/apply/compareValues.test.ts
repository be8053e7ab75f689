import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/objects/object.js';
import { compareShaped } from '../../../src/patch/apply/compareValues.js';
import { pathsOf } from '../../../src/patch/apply/fieldSet.js';
import { formatPath } from '../../../src/patch/apply/pathElement.js';
import { shapeOf } from '../../../src/patch/apply/shape.js';
import { resolveSchema, type SchemaTable } from '../../../src/patch/schema/schemaTable.js';

const table: SchemaTable = { version: 'test', kinds: {}, definitions: {} };
const shape = shapeOf(
  table,
  resolveSchema(table, {
    type: 'object',
    properties: {
      env: {
        type: 'array',
        listType: 'map',
        listKeys: ['name'],
        items: { type: 'object', properties: { name: 'string', value: 'string' } },
      },
    },
  })!,
);

// structured-merge-diff, typed/compare.go, doListItems: its cases, in its order.
describe('a comparison of items that cannot be told apart', () => {
  const env = (...values: readonly string[]): JsonObject => ({ env: values.map((value) => ({ name: 'A', value })) });
  const cases: readonly (readonly [what: string, before: JsonObject, after: JsonObject, expected: object])[] = [
    ['the same twice', env('1', '2'), env('1', '2'), {}],
    ['others twice', env('1', '2'), env('2', '1'), { modified: ['.env[name="A"]'] }],
    ['three of two', env('1', '2'), env('1', '2', '2'), { modified: ['.env[name="A"]'] }],
    [
      'one that is left',
      env('1', '2'),
      env('1'),
      {
        removed: ['.env[name="A"]'],
        added: ['.env[name="A"]', '.env[name="A"].name', '.env[name="A"].value'],
      },
    ],
    ['none that is left', env('1', '2'), { env: [] }, { removed: ['.env[name="A"]'] }],
    [
      'a second one',
      env('1'),
      env('1', '2'),
      {
        removed: ['.env[name="A"]', '.env[name="A"].name', '.env[name="A"].value'],
        added: ['.env[name="A"]'],
      },
    ],
    ['two of none', { env: [] }, env('1', '2'), { added: ['.env[name="A"]'] }],
  ];
  for (const [what, before, after, expected] of cases)
    it(what, () => {
      const { removed, modified, added } = compareShaped(shape, before, after);
      const shown = Object.entries({ removed, modified, added }).map(([name, set]) => [
        name,
        pathsOf(set).map(formatPath),
      ]);
      assert.deepEqual(Object.fromEntries(shown.filter(([, paths]) => (paths as string[]).length > 0)), expected);
    });
});
