import assert from 'node:assert/strict';
import { contestedFields, lostFields } from '../../../../src/engine/plan/refusals/contested.js';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../../src/objects/object.js';
import { fieldSet } from '../../../../src/patch/apply/fieldSet.js';

const owner = (manager: string, fieldsV1: JsonObject, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  ...{ manager, operation: 'Update', apiVersion: 'apps/v1', time: '2026-03-14T02:01:00Z', fieldsType: 'FieldsV1' },
  fieldsV1,
  ...more,
});
const untimed = ({ time: _, ...entry }: ManagedFieldsEntry): ManagedFieldsEntry => entry;
const object = (kind: string, fields: object, managedFields: readonly ManagedFieldsEntry[] = []): KubeObject => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name: 'web', managedFields },
  ...fields,
});
const web = (replicas: number, image: string, entries: readonly ManagedFieldsEntry[] = []): KubeObject =>
  object(
    'Deployment',
    {
      spec: {
        replicas,
        template: { spec: { containers: [{ name: 'app', image, env: [{ name: 'DB_PASSWORD', value: image }] }] } },
      },
    },
    entries,
  );
const container = (fields: JsonObject): JsonObject => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': fields } } } },
});
const cause = (field: string): { field: string; message: string } => ({ field, message: 'conflict with "x" using v1' });

describe('contested', () => {
  const replicas = { 'f:spec': { 'f:replicas': {} } };
  const ours = owner('kapply', replicas, { operation: 'Apply' });

  const cases: readonly {
    readonly of: string;
    readonly entries: ManagedFieldsEntry[];
    readonly field: string;
    readonly says: string;
  }[] = [
    {
      of: 'a scalar, and when they wrote it',
      entries: [ours, owner('hpa', replicas)],
      field: '.spec.replicas',
      says: '.spec.replicas: 7 there, by "hpa" at 2026-03-14T02:01:00Z; 3 in the manifest',
    },
    {
      of: 'a subresource',
      entries: [untimed(owner('kubectl', replicas, { subresource: 'scale' }))],
      field: '.spec.replicas',
      says: '.spec.replicas: 7 there, by "kubectl" through scale; 3 in the manifest',
    },
    {
      of: 'two owners, in an item of a list',
      entries: [owner('argo', container({ 'f:image': {} })), untimed(owner('keel', container({ 'f:image': {} })))],
      field: '.spec.template.spec.containers[name="app"].image',
      says: '.spec.template.spec.containers[name="app"].image: "web:8" there, by "argo" at 2026-03-14T02:01:00Z and "keel"; "web:9" in the manifest',
    },
    {
      of: 'a password in a container',
      entries: [owner('argo', container({ 'f:env': { 'k:{"name":"DB_PASSWORD"}': { 'f:value': {} } } }))],
      field: '.spec.template.spec.containers[name="app"].env[name="DB_PASSWORD"].value',
      says: '.spec.template.spec.containers[name="app"].env[name="DB_PASSWORD"].value: *** there, by "argo" at 2026-03-14T02:01:00Z; another value in the manifest',
    },
    {
      of: 'what nobody owns on the object as it was read, in the words of the server',
      entries: [ours],
      field: '.spec.replicas',
      says: '.spec.replicas: conflict with "x" using v1',
    },
  ];
  for (const { of, entries, field, says } of cases) {
    it(`tells ${of}`, () => {
      const sides = { live: web(7, 'web:8', entries), desired: web(3, 'web:9'), fieldManager: 'kapply' };
      assert.deepEqual(contestedFields([cause(field)], sides), [says]);
    });
  }

  it('never tells the data of a Secret, and cuts what is long', () => {
    const of = (kind: string, text: string, entries: ManagedFieldsEntry[] = []): KubeObject =>
      object(kind, { data: { conf: text } }, entries);
    const entry = owner('vault', { 'f:data': { 'f:conf': {} } });
    const lost = fieldSet(['f:data', 'f:conf']);
    const told = (kind: string): string[] =>
      lostFields('vault', lost, {
        live: of(kind, 'x'.repeat(99), [entry]),
        desired: of(kind, 'hunter2'),
        fieldManager: 'kapply',
      });
    assert.deepEqual(told('Secret'), [
      '.data.conf: *** there, by "vault" at 2026-03-14T02:01:00Z; another value in the manifest',
    ]);
    assert.deepEqual(told('ConfigMap'), [
      `.data.conf: "${'x'.repeat(59)}… there, by "vault" at 2026-03-14T02:01:00Z; "hunter2" in the manifest`,
    ]);
  });

  it('tells long lists and maps by their size, and a field that is not there', () => {
    const long = 'x'.repeat(40);
    const live = object('Deployment', { spec: { args: [long, long], map: { a: long, b: long } } });
    const desired = object('Deployment', { spec: { args: ['-v'] } });
    const lost = fieldSet(['f:spec', 'f:args'], ['f:spec', 'f:map']);
    assert.deepEqual(lostFields('argo', lost, { live, desired, fieldManager: 'kapply' }), [
      '.spec.args: a list of 2 there, by "argo"; ["-v"] in the manifest',
      '.spec.map: a map of 2 there, by "argo"; nothing in the manifest',
    ]);
  });
});
