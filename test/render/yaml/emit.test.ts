import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { KapplyError } from '../../../src/errors.js';
import type { Json, JsonObject } from '../../../src/objects/object.js';
import { emitDocuments, emitYaml } from '../../../src/render/yaml/emit.js';
import { readYaml } from '../../../src/render/yaml/read.js';
import { findKustomize, kustomizeBuild, withFiles } from '../oracle.js';

interface OutputCase {
  readonly value: Json;
  readonly output: string;
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/render/yaml/output.json'), 'utf8'),
) as OutputCase[];

function objectOf(value: Json, name = 'a'): Json {
  return { apiVersion: 'v1', kind: 'Foo', metadata: { name }, spec: value, zlist: [value], zmap: { k: { n: value } } };
}

describe('emitYaml', () => {
  for (const { value, output } of cases) {
    it(`prints ${JSON.stringify(value).slice(0, 70)}`, () => assert.equal(emitYaml(objectOf(value)), output));
  }

  it('agrees with the recorded outputs of the real kustomize', async function () {
    const kustomize = findKustomize();
    if (kustomize === undefined) return this.skip();
    const documents = cases.map(({ value }, index) => JSON.stringify(objectOf(value, `a${index}`)));
    const files = {
      'r.yaml': `${documents.join('\n---\n')}\n`,
      'kustomization.yaml': 'sortOptions: {order: fifo}\nresources: [r.yaml]\n',
    };
    const built = await withFiles(files, (directory) => kustomizeBuild(kustomize, directory));
    assert.deepEqual(built, { output: emitDocuments(cases.map(({ value }, index) => objectOf(value, `a${index}`))) });
  });

  const numbers: readonly [number | bigint, string][] = [
    [-0, '0'],
    [18446744073709551615n, '18446744073709551615'],
    [18446744073709551616n, '1.8446744073709552e+19'],
    [-9223372036854775808n, '-9223372036854775808'],
    [1e19, '10000000000000000000'],
    [-1e19, '-1e+19'],
    [5e-324, '5e-324'],
  ];
  for (const [number, text] of numbers) {
    it(`prints the number ${text}`, () => assert.equal(emitYaml({ a: number }), `a: ${text}\n`));
  }

  it('refuses characters that YAML cannot carry, and numbers that JSON cannot hold', () => {
    const code = (value: Json): string | undefined => {
      try {
        emitYaml({ a: value });
        return undefined;
      } catch (error) {
        return error instanceof KapplyError ? error.code : String(error);
      }
    };
    assert.deepEqual(['\x7f', '\x80', '\x9f', '\ufffe', NaN, Infinity].map(code), [
      ...Array.from({ length: 4 }, () => 'UnprintableCharacter'),
      'UnprintableNumber',
      'UnprintableNumber',
    ]);
  });

  it('leaves out fields that are undefined', () => assert.equal(emitYaml({ a: undefined, b: 1 }), 'b: 1\n'));

  it('prints what reads back as the same', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('ab :-#"\'\\\n\t[]{},&*!|>%@`?=~0159.eE+_yNoOé'), '\u3042', '\ud83d\ude00'),
      maxLength: 120,
    });
    const json = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        const printed = emitYaml({ value });
        for (const dialect of ['manifest', 'kustomization'] as const) {
          assert.equal(emitYaml(readYaml(printed, { file: 'f', dialect })[0]?.value ?? null), printed);
        }
        assert.deepEqual(toPlain(readYaml(printed, { file: 'f', dialect: 'manifest' })[0]?.value), toPlain({ value }));
      }),
      { numRuns: 500 },
    );
  });
});

/** Without the prototypes that fast-check gives, and with the keys in one order. */
function toPlain(value: Json | undefined): unknown {
  if (Array.isArray(value)) return (value as Json[]).map(toPlain);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const fields = value as JsonObject;
  return new Map(
    Object.keys(fields)
      .sort()
      .map((key) => [key, toPlain(fields[key])]),
  );
}
