import assert from 'node:assert/strict';
import {
  type SchemaTable,
  fieldSchema,
  itemSchema,
  mergeTables,
  resolveSchema,
  schemaFor,
} from '../../../src/patch/schema/schemaTable.js';

const table: SchemaTable = {
  version: 'test',
  kinds: { 'v1/Thing': { definition: 'Thing', namespaced: true }, 'v1/ScopeOnly': { namespaced: false } },
  definitions: {
    Thing: { type: 'object', properties: { a: '#Alias', b: { ref: 'Alias', mapType: 'atomic' }, c: 'string/byte' } },
    Alias: '#Target',
    Target: { type: 'object', mapType: 'granular', additionalProperties: 'integer' },
    Round: { ref: 'About', nullable: true },
    About: { ref: 'Round', mapType: 'atomic' },
    Twice: { ref: 'Once', nullable: true, mapType: 'granular' },
    Once: { ref: 'Target', mapType: 'atomic', patchStrategy: 'merge' },
    List: { type: 'array', items: '#Alias' },
  },
};

describe('schemaTable', () => {
  const thing = schemaFor(table, { apiVersion: 'v1', kind: 'Thing' })!;

  it('follows aliases', () => {
    assert.equal(fieldSchema(table, thing, 'a'), table.definitions.Target);
    assert.equal(itemSchema(table, resolveSchema(table, '#List')!), table.definitions.Target);
  });

  it('lays overrides over a definition, and gives the same object each time', () => {
    const schema = fieldSchema(table, thing, 'b');
    assert.deepEqual(schema, { type: 'object', mapType: 'atomic', additionalProperties: 'integer' });
    assert.equal(fieldSchema(table, thing, 'b'), schema);
    assert.deepEqual(resolveSchema(table, '#Twice'), {
      type: 'object',
      mapType: 'granular',
      patchStrategy: 'merge',
      nullable: true,
      additionalProperties: 'integer',
    });
  });

  it('reads bare types', () => {
    assert.deepEqual(fieldSchema(table, thing, 'c'), { type: 'string', format: 'byte' });
    assert.deepEqual(resolveSchema(table, ''), {});
  });

  it('gives nothing for what is not there', () => {
    assert.equal(fieldSchema(table, thing, 'constructor'), undefined);
    assert.equal(fieldSchema(table, thing, '__proto__'), undefined);
    assert.equal(resolveSchema(table, '#Nowhere'), undefined);
    assert.equal(resolveSchema(table, '#toString'), undefined);
    assert.equal(resolveSchema(table, '#Round'), undefined);
    assert.equal(schemaFor(table, { apiVersion: 'v1', kind: 'ScopeOnly' }), undefined);
  });

  it('merges tables, the later one first', () => {
    const merged = mergeTables(table, { version: 'more', kinds: {}, definitions: { Target: 'string' } });
    assert.deepEqual(fieldSchema(merged, thing, 'a'), { type: 'string' });
    assert.deepEqual(fieldSchema(table, thing, 'b')?.type, 'object');
  });
});
