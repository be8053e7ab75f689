import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/objects/object.js';
import { type ServerSideApplyOptions, serverSideApply } from '../../../src/patch/apply/serverSideApply.js';
import { trackUpdate } from '../../../src/patch/apply/trackUpdate.js';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import type { SchemaTable } from '../../../src/patch/schema/schemaTable.js';

const AT = '2026-01-01T00:00:00Z';
const LATER = '2026-01-01T00:01:00Z';

function configMap(data: Record<string, string> | undefined, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    ...(data === undefined ? {} : { data }),
  };
}

describe('serverSideApply', () => {
  let schema: SchemaTable;
  before(async () => {
    schema = await kubernetesSchema();
  });

  function apply(options: Omit<ServerSideApplyOptions, 'schema' | 'now'> & { now?: string }): KubeObject {
    const result = serverSideApply({ schema, now: AT, ...options });
    assert.ok('object' in result, JSON.stringify(result));
    return result.object;
  }

  it('creates, and keeps a repeated apply as it is, times included', () => {
    const first = apply({ live: undefined, applied: configMap({ a: '1' }), manager: 'kapply' });
    assert.deepEqual(first.metadata.managedFields, [
      {
        manager: 'kapply',
        operation: 'Apply',
        apiVersion: 'v1',
        time: AT,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} } },
      },
    ]);
    const again = serverSideApply({
      live: first,
      applied: configMap({ a: '1' }),
      manager: 'kapply',
      schema,
      now: LATER,
    });
    assert.deepEqual(again, { object: first, changed: false });
  });

  it('takes away what is not applied any more, unless somebody else owns it', () => {
    const mine = apply({ live: undefined, applied: configMap({ a: '1', b: '1' }), manager: 'kapply' });
    const both = apply({ live: mine, applied: configMap({ b: '1' }), manager: 'other' });
    const after = apply({ live: both, applied: configMap(undefined), manager: 'kapply' });
    assert.deepEqual(after.data, { b: '1' });
    assert.deepEqual(
      after.metadata.managedFields?.map(({ manager }) => manager),
      ['other'],
    );
  });

  it('names the owner of a field, and takes it by force', () => {
    const theirs = apply({ live: undefined, applied: configMap({ a: '1' }), manager: 'other' });
    const refused = serverSideApply({
      live: theirs,
      applied: configMap({ a: '2' }),
      manager: 'kapply',
      schema,
      now: AT,
    });
    assert.deepEqual(refused, {
      message: 'Apply failed with 1 conflict: conflict with "other": .data.a',
      conflicts: [
        {
          manager: 'other',
          operation: 'Apply',
          apiVersion: 'v1',
          subresource: '',
          field: '.data.a',
          message: 'conflict with "other"',
        },
      ],
    });
    const forced = apply({ live: theirs, applied: configMap({ a: '2' }), manager: 'kapply', force: true });
    assert.deepEqual(
      forced.metadata.managedFields?.map(({ manager }) => manager),
      ['kapply'],
    );
  });

  it('gives an object that was never tracked to before-first-apply', () => {
    const live = configMap({ a: '1' }, { uid: 'u' });
    const result = serverSideApply({ live, applied: configMap({ a: '2' }), manager: 'kapply', schema, now: AT });
    assert.ok('conflicts' in result);
    assert.equal(result.message, 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a');
  });

  it('lets kubectl take over nothing by an annotation that does not fit the kind', () => {
    const annotation = JSON.stringify({ ...configMap({ a: '1' }), immutable: 'yes' });
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': annotation };
    const after = configMap({ a: '1' }, { uid: 'u', annotations });
    const live = trackUpdate({ before: undefined, after, manager: 'kubectl-client-side-apply', schema, now: AT });
    const result = serverSideApply({ live, applied: configMap({ a: '2' }), manager: 'kubectl', schema, now: AT });
    assert.ok('conflicts' in result);
  });

  it('lets kubectl take over from its own client-side apply', () => {
    const annotation = JSON.stringify(configMap({ a: '1' }));
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': annotation };
    const created = configMap({ a: '1' }, { uid: 'u', annotations });
    const live = trackUpdate({
      before: undefined,
      after: created,
      manager: 'kubectl-client-side-apply',
      schema,
      now: AT,
    });
    const after = apply({ live, applied: configMap({ a: '2' }), manager: 'kubectl' });
    assert.deepEqual(after.data, { a: '2' });
    const updated = after.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
    assert.equal(
      updated,
      '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"web","namespace":"shop"}}\n',
    );
    const refused = serverSideApply({ live, applied: configMap({ a: '2' }), manager: 'kapply', schema, now: AT });
    assert.ok('conflicts' in refused);
  });

  const refusals: [string, KubeObject, string, string][] = [
    [
      'a field that the schema lacks',
      { ...configMap({}), nothing: 1 },
      'InvalidApply',
      'failed to create typed patch object (shop/web; /v1, Kind=ConfigMap): .nothing: field not declared in schema',
    ],
    [
      'items that cannot be told apart',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { ports: [{ port: 80 }, { port: 80, protocol: 'TCP' }] },
      },
      'InvalidApply',
      'failed to create typed patch object (shop/web; /v1, Kind=Service): .spec.ports: duplicate entries for key [port=80,protocol="TCP"]',
    ],
    [
      'managedFields',
      configMap({}, { managedFields: [] }),
      'ManagedFieldsApplied',
      'metadata.managedFields must be nil',
    ],
  ];
  for (const [name, applied, code, message] of refusals) {
    it(`refuses ${name}`, () => {
      assert.throws(() => serverSideApply({ live: undefined, applied, manager: 'kapply', schema, now: AT }), {
        code,
        message,
      });
    });
  }

  it('keeps the live order of items where the configuration agrees with it', () => {
    const service = (...ports: number[]): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { ports: ports.map((port) => ({ port })) },
    });
    const ordered = (object: KubeObject) =>
      (object.spec as { ports: { port: number }[] }).ports.map(({ port }) => port);
    const theirs = apply({ live: undefined, applied: service(1, 2, 3), manager: 'other' });
    assert.deepEqual(ordered(apply({ live: theirs, applied: service(1, 3), manager: 'kapply' })), [1, 2, 3]);
    assert.deepEqual(ordered(apply({ live: theirs, applied: service(3, 1), manager: 'kapply' })), [2, 3, 1]);
    assert.deepEqual(ordered(apply({ live: theirs, applied: service(4, 2), manager: 'kapply' })), [1, 4, 2, 3]);
  });
});
