import assert from 'node:assert/strict';
import { obstaclesNear } from '../../../../src/engine/plan/refusals/inTheWay.js';
import { pathWords } from '../../../../src/engine/plan/refusals/pathWords.js';
import { parseFieldsV1 } from '../../../../src/patch/apply/fieldsV1.js';
import type { JsonObject, KubeObject } from '../../../../src/objects/object.js';

const ITEM = 'k:{"name":"A"}';
const env = (fields: JsonObject): JsonObject => ({ 'f:spec': { 'f:env': { [ITEM]: fields } } });
const object = (spec: object): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec });

const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `k${index}`);
const many = (count: number): object => Object.fromEntries(keys(count).map((key) => [key, 1]));
const ownedMany = (count: number): JsonObject => Object.fromEntries(keys(count).map((key) => [`f:${key}`, {}]));

/** Field of the error, the merged spec, what we apply, what `set` owns; and what is in the way, with its owners. */
const CASES: readonly (readonly [string, string, object, JsonObject, JsonObject, readonly string[]])[] = [
  [
    'the value beside a valueFrom',
    'spec.env[0].valueFrom',
    { env: [{ name: 'A', value: '1', valueFrom: { x: 1 } }] },
    env({ 'f:name': {}, 'f:valueFrom': { 'f:x': {} } }),
    env({ 'f:name': {}, 'f:value': {} }),
    ['.spec.env[name="A"].value by set'],
  ],
  [
    'a default that the error names itself',
    'spec.strategy.rollingUpdate',
    { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
    { 'f:spec': { 'f:strategy': { 'f:type': {} } } },
    {},
    ['.spec.strategy.rollingUpdate by '],
  ],
  [
    'what lies inside the field that the error names',
    'spec.source',
    { source: { git: { url: 'a' }, image: 'b' } },
    { 'f:spec': { 'f:source': { 'f:image': {} } } },
    { 'f:spec': { 'f:source': { 'f:git': { 'f:url': {} } } } },
    ['.spec.source.git by set'],
  ],
  [
    'nothing in a value that is applied as one',
    'spec.selector',
    { selector: { app: 'b' }, other: 1 },
    { 'f:spec': { 'f:selector': {} } },
    {},
    [],
  ],
  [
    'the item of a list that has a name already which only one may have',
    'spec.ports[1].name',
    {
      ports: [
        { port: 80, name: 'http' },
        { port: 81, name: 'http' },
      ],
    },
    { 'f:spec': { 'f:ports': { 'k:{"port":81}': { '.': {}, 'f:name': {}, 'f:port': {} } } } },
    { 'f:spec': { 'f:ports': { 'k:{"port":80}': { '.': {}, 'f:name': {}, 'f:port': {} } } } },
    ['.spec.ports[port=80] by set'],
  ],
  [
    'what stands beside the field before what lies deep in others',
    'spec.pod.hostnameOverride',
    { pod: { list: { ...many(30) }, hostNetwork: true, hostnameOverride: 'a' } },
    { 'f:spec': { 'f:pod': { 'f:hostnameOverride': {}, 'f:list': {} } } },
    { 'f:spec': { 'f:pod': { 'f:hostNetwork': {}, 'f:list': ownedMany(30) } } },
    ['.spec.pod.hostNetwork by set', ...Object.keys(many(23)).map((key) => `.spec.pod.list.${key} by set`)],
  ],
  ['nothing where the error names nothing', '', { a: 1 }, { 'f:spec': { 'f:a': {} } }, {}, []],
  ['nothing where there is no such field', 'spec.b.c', { a: 1 }, { 'f:spec': { 'f:a': {} } }, {}, []],
];

describe('obstaclesNear', () => {
  for (const [name, field, spec, applied, theirs, expected] of CASES) {
    it(`finds ${name}`, () => {
      const entries = [{ manager: 'set', operation: 'Update', fieldsV1: theirs }] as const;
      const found = obstaclesNear({ field }, object(spec), parseFieldsV1(applied), entries);
      assert.deepEqual(
        found.map(({ path, managers }) => `${pathWords(path)} by ${managers.join()}`),
        expected,
      );
    });
  }

  it('finds the same key in the other map of an object without a spec', () => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x' },
      data: { a: '1', b: '1' },
      binaryData: { a: 'MQ==', c: 'MQ==' },
    };
    const entries = [
      { manager: 'set', operation: 'Update', fieldsV1: { 'f:binaryData': { 'f:a': {}, 'f:c': {} } } },
    ] as const;
    const applied = parseFieldsV1({ 'f:data': { 'f:a': {}, 'f:b': {} } });
    assert.deepEqual(obstaclesNear({ field: 'data[a]' }, config, applied, entries), [
      { path: ['f:binaryData', 'f:a'], managers: ['set'] },
    ]);
  });
});
