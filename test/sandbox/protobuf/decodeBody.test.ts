import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBody } from '../../../src/sandbox/protobuf/decodeBody.js';
import { messageTable } from '../../../src/sandbox/protobuf/messageTable.js';
import type { MessageTable } from '../../../src/sandbox/protobuf/messageTable.js';
import { BUILT_IN } from '../../../src/sandbox/kinds/builtIn.js';
import { apiVersionOf } from '../../../src/sandbox/kinds/builtIn.js';

/** A random and an empty object of each kind, as Go's encoders write them (scripts/wire). */
interface Sample {
  readonly protobuf: string;
  readonly json: { readonly apiVersion: string; readonly kind: string };
}

const samples = readFileSync(join(import.meta.dirname, 'samples.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Sample);

/** Bodies of fields that the samples do not have, or of bytes that are no message. By hand, as protobuf's wire format says. */
const field = (number: number, type: number): number => (number << 3) | type;
const bytes = (number: number, content: readonly number[] | string): number[] => {
  const list = [...Buffer.from(content as string)];
  return [field(number, 2), list.length, ...list];
};
const body = (apiVersion: string, kind: string, raw: readonly number[]): Buffer =>
  Buffer.from([
    ...Buffer.from('k8s\0'),
    ...bytes(1, [...bytes(1, apiVersion), ...bytes(2, kind)]),
    ...bytes(2, raw),
    ...bytes(3, ''),
    ...bytes(4, ''),
  ]);

describe('sandbox/protobuf/decodeBody', () => {
  let table: MessageTable;
  before(async () => (table = await messageTable()));

  for (const [i, { protobuf, json }] of samples.entries()) {
    it(`reads sample ${i}, a ${json.apiVersion} ${json.kind}, as Go does`, () => {
      assert.deepEqual(decodeBody(table, Buffer.from(protobuf, 'base64')), json);
    });
  }

  it('has samples of every kind that it knows, and knows every kind that is served', () => {
    const tried = new Set(samples.map(({ json: { apiVersion, kind } }) => `${apiVersion}/${kind}`));
    assert.deepEqual(
      Object.keys(table.kinds).filter((kind) => !tried.has(kind) && kind !== 'DeleteOptions'),
      [],
    );
    assert.deepEqual(
      BUILT_IN.map((resource) => `${apiVersionOf(resource)}/${resource.kind}`).filter((kind) => !(kind in table.kinds)),
      [],
    );
  });

  it('takes DeleteOptions of any version', () => {
    const decoded = decodeBody(table, body('apps/v1', 'DeleteOptions', [...bytes(4, 'Orphan'), ...[field(1, 0), 7]]));
    assert.deepEqual(decoded, {
      apiVersion: 'apps/v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 7,
      propagationPolicy: 'Orphan',
    });
  });

  it('passes over fields of a newer version, whatever their wire type', () => {
    const newer = [
      ...bytes(90 >> 3, 'x'),
      field(14, 0),
      1,
      field(13, 1),
      ...Array<number>(8).fill(0),
      field(12, 5),
      0,
      0,
      0,
      0,
    ];
    const decoded = decodeBody(table, body('v1', 'ConfigMap', [...newer, field(4, 0), 1]));
    assert.deepEqual(decoded, { apiVersion: 'v1', kind: 'ConfigMap', immutable: true });
  });

  it('reads integers packed and one by one', () => {
    const groups = (list: readonly number[]): object | undefined =>
      decodeBody(table, body('v1', 'Pod', bytes(2, bytes(14, list))));
    const expected = {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: null, securityContext: { supplementalGroups: [1, 300] } },
    };
    assert.deepEqual(groups([field(4, 0), 1, field(4, 0), 0xac, 0x02]), expected);
    assert.deepEqual(groups(bytes(4, [1, 0xac, 0x02])), expected);
  });

  it('takes no key of a map for the prototype of an object', () => {
    const label = bytes(11, [...bytes(1, '__proto__'), ...bytes(2, 'x')]);
    const decoded = decodeBody(table, body('v1', 'ConfigMap', bytes(1, label)));
    const { metadata } = decoded as unknown as { metadata: { labels: object } };
    assert.deepEqual(Object.entries(metadata.labels), [['__proto__', 'x']]);
  });

  it('knows no message of a custom resource', () => {
    assert.equal(decodeBody(table, body('example.com/v1', 'Widget', [])), undefined);
    assert.equal(decodeBody(table, body('constructor', '', [])), undefined);
  });

  const broken: readonly (readonly [string, Buffer, string])[] = [
    [
      'JSON',
      Buffer.from('{}'),
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    ],
    [
      'nothing',
      Buffer.alloc(0),
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    ],
    ['a length beyond the end', Buffer.from('k8s\0\x0a\x05a'), 'unexpected EOF'],
    ['a field cut within its number', Buffer.from([...Buffer.from('k8s\0'), 0x8a]), 'unexpected EOF'],
    ['a group', body('v1', 'ConfigMap', [field(1, 3)]), 'proto: illegal wireType 3'],
    ['the number 0', body('v1', 'ConfigMap', [0, 0]), 'proto: illegal tag 0 (wire type 0)'],
    [
      'an endless integer',
      body('v1', 'ConfigMap', [field(4, 0), ...Array<number>(11).fill(0xff)]),
      'proto: integer overflow',
    ],
    ['an integer for a text', body('v1', 'ConfigMap', [field(1, 0), 1]), 'proto: wrong wireType'],
  ];
  for (const [name, bytesOfIt, message] of broken) {
    it(`refuses ${name}`, () => assert.throws(() => decodeBody(table, bytesOfIt), { code: 400, message }));
  }

  it('ends of every beginning of a body in an object or a BadRequest', () => {
    const longest = samples
      .map(({ protobuf }) => Buffer.from(protobuf, 'base64'))
      .sort((a, b) => b.length - a.length)[0]!;
    for (let length = 0; length < longest.length; length += 7) {
      try {
        decodeBody(table, longest.subarray(0, length));
      } catch (error) {
        assert.equal((error as { code?: number }).code, 400, String(error));
      }
    }
  });
});
