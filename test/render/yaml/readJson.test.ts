import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readDocuments, type TreeDocument } from '../../../src/render/yaml/read.js';
import { readJson } from '../../../src/render/yaml/readJson.js';

const MOST = 1_000_000;

/** What the scanner of YAML makes of it: whoever asks where things stand gets no shortcut. */
function scanned(text: string): TreeDocument[] {
  return readDocuments(text, 'manifest', { onEntry: () => undefined });
}

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '<<',
    'a',
    'b',
    '1',
    '-0',
    'yes',
    'null',
    '__proto__',
    'constructor',
    '\u2028',
    '\x85',
    'é',
    '\\',
    '"',
  ),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    name,
    fc.oneof(
      fc.integer(),
      fc.double(),
      fc.constantFrom(2 ** 53, -(2 ** 53), 1e21, 0.1, -0),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  ),
}));

describe('readJson', () => {
  it('finds what the scanner of YAML finds, on the same line', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.dictionary(name, value, { maxKeys: 5 }),
        fc.constantFrom(undefined, 1, 2, 4, '\t'),
        fc.constantFrom('', '\n', ' \n  '),
        fc.constantFrom('', '\n', '\r\n\n', ' '),
        (object, indent, before, after) => {
          const text = `${before}${JSON.stringify(object, undefined, indent)}${after}`;
          const found = readJson(text, MOST);
          if (found === undefined) return;
          taken++;
          assert.deepEqual([{ tree: found.value, line: found.line }], scanned(text));
        },
      ),
      { numRuns: 3000 },
    );
    assert.ok(taken > 500, `only ${taken} were read as JSON`);
  });

  it('leaves to the scanner what a program does not write, and what JSON and YAML read in two ways', () => {
    for (const text of [
      '{"a":1,"a":2}',
      '{"a":1.0}',
      '{"a":1.5}',
      '{"a":-0}',
      '{"a":9007199254740993}',
      '{"a": 1}',
      '{"a":"\\u003c"}',
      '{"a":"\\ud800"}',
      '{"a":"\u2028"}',
      '{"a":1} # a comment',
      '# a comment\n{"a":1}',
      '{"a":1}\n{"b":2}',
      '- {"a":1}',
      '{a: 1}',
      '{\n\t"a": 1\n}',
      `{"${'k'.repeat(1100)}":1}`,
      `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`,
      '',
      'a: b',
    ])
      assert.equal(readJson(text, MOST), undefined, text.slice(0, 40));
  });

  it('takes what kubectl and jsonnet write', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: {}, list: [] };
    for (const indent of [0, 2, 3, 4])
      assert.deepEqual(readJson(`\n${JSON.stringify(object, undefined, indent)}\n`, MOST), {
        value: object,
        line: 2,
        values: 13,
      });
    assert.equal(readJson('{"a":[1,2,3]}', 5), undefined);
  });

  it('counts the values of all documents together', () => {
    const text = '{"a":1}\n---\n{"a":1}';
    assert.equal(readDocuments(text, 'manifest', {}, 6).length, 2);
    assert.throws(() => readDocuments(text, 'manifest', {}, 5), /more than 5 values/);
    assert.throws(() => readDocuments(text, 'manifest', { onEntry: () => undefined }, 5), /more than 5 values/);
  });

  it('refuses a key that stands twice', () => {
    assert.throws(() => readDocuments('{"a":1,"b":{"c":1,"c":1}}', 'manifest', {}), /"c" stands twice/);
  });
});
