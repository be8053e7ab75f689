import assert from 'node:assert/strict';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../src/objects/object.js';
import { trackUpdate } from '../../../src/patch/apply/trackUpdate.js';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import type { SchemaTable } from '../../../src/patch/schema/schemaTable.js';

const configMap = (data: Record<string, string>, managedFields?: readonly ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'default', uid: 'u', ...(managedFields && { managedFields }) },
  data,
});
const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`;

describe('trackUpdate', () => {
  let schema: SchemaTable;
  before(async () => {
    schema = await kubernetesSchema();
  });
  const update = (live: KubeObject | undefined, after: KubeObject, manager: string, minute: number) =>
    trackUpdate({ before: live, after, manager, schema, now: at(minute) });
  const owners = (object: KubeObject): Record<string, JsonObject | undefined> =>
    Object.fromEntries(
      (object.metadata.managedFields ?? []).map(({ manager = '', fieldsV1 }) => [manager, fieldsV1] as const),
    );

  it('keeps the time of a manager that changed nothing', () => {
    const live = update(undefined, configMap({ a: '1' }), 'one', 0);
    const same = update(live, configMap({ a: '1' }), 'one', 1);
    assert.deepEqual(same.metadata.managedFields, live.metadata.managedFields);
    const other = update(live, configMap({ a: '2' }), 'two', 2);
    assert.deepEqual(owners(other), { one: { 'f:data': {} }, two: { 'f:data': { 'f:a': {} } } });
  });

  it('does not begin to track what was never tracked', () => {
    assert.equal(update(configMap({ a: '1' }), configMap({ a: '2' }), 'one', 0).metadata.managedFields, undefined);
  });

  for (const [name, sent] of [
    ['an empty list', []],
    ['an empty entry', [{}]],
  ] as const) {
    it(`forgets all managers for ${name}`, () => {
      const live = update(undefined, configMap({ a: '1' }), 'one', 0);
      assert.equal(update(live, configMap({ a: '1' }, sent), 'one', 1).metadata.managedFields, undefined);
    });
  }

  it('takes entries that a request sets, unless they cannot be read', () => {
    const live = update(undefined, configMap({ a: '1' }), 'one', 0);
    const [entry] = live.metadata.managedFields ?? [];
    const renamed = update(live, configMap({ a: '1' }, [{ ...entry, manager: 'two' }]), 'one', 1);
    assert.deepEqual(Object.keys(owners(renamed)), ['two']);
    for (const broken of [
      { ...entry, operation: 'Merge' },
      { ...entry, fieldsType: 'FieldsV2' },
      { ...entry, apiVersion: '' },
      { ...entry, fieldsV1: { x: {} } },
    ]) {
      const kept = update(live, configMap({ a: '1' }, [broken as ManagedFieldsEntry]), 'one', 1);
      assert.deepEqual(Object.keys(owners(kept)), ['one']);
    }
  });

  it('merges the oldest updates when there are more than ten', () => {
    let live = update(undefined, configMap({ k0: '' }), 'm0', 0);
    const data: Record<string, string> = { k0: '' };
    for (let index = 1; index <= 12; index += 1) {
      data[`k${index}`] = '';
      live = update(live, configMap({ ...data }), `m${index}`, index);
    }
    const found = owners(live);
    assert.equal(Object.keys(found).length, 10);
    assert.deepEqual(found['ancient-changes'], {
      'f:data': { '.': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {} },
    });
    assert.deepEqual(found.m12, { 'f:data': { 'f:k12': {} } });
  });
});
