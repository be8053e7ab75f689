import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { KapplyError } from '../../../src/errors.js';
import { plainJson, SourceScalar } from '../../../src/render/resources/tree.js';
import { emitDocuments } from '../../../src/render/yaml/emit.js';
import { readTrees, readYaml } from '../../../src/render/yaml/read.js';
import type { YamlDialect } from '../../../src/render/yaml/split.js';
import { findKustomize, kustomizeBuild, withFiles } from '../oracle.js';

interface ResourceCase {
  readonly text: string;
  readonly output?: string;
  readonly error?: string;
}

const HEADER = 'apiVersion: v1\nkind: Foo\nmetadata:\n  name: a\n';
const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/render/yaml/resources.json'), 'utf8'),
) as ResourceCase[];

/** Reads and prints as kustomize does; some strings can be read and not printed. */
function roundTrip(text: string): string | undefined {
  try {
    return emitDocuments(readYaml(text, { file: 'r.yaml', dialect: 'resource' }).map(({ value }) => value));
  } catch (error) {
    assert.ok(error instanceof KapplyError, String(error));
    assert.ok(['InvalidYaml', 'UnprintableCharacter'].includes(error.code));
    return undefined;
  }
}

function read(text: string, dialect: YamlDialect): unknown[] {
  return readYaml(text, { file: 'f.yaml', dialect }).map(({ value }) => value);
}

function failure(text: string, dialect: YamlDialect = 'resource'): KapplyError {
  try {
    readYaml(text, { file: 'f.yaml', dialect });
  } catch (error) {
    assert.ok(error instanceof KapplyError);
    return error;
  }
  return assert.fail(`${JSON.stringify(text)} was read`);
}

describe('readYaml', () => {
  describe('of a resource', () => {
    for (const { text, output } of cases) {
      it(`${output === undefined ? 'refuses' : 'reads'} ${JSON.stringify(text).slice(0, 70)}`, () => {
        assert.equal(roundTrip(HEADER + text), output);
      });
    }

    it('agrees with the recorded outputs of the real kustomize', async function () {
      const kustomize = findKustomize();
      if (kustomize === undefined) return this.skip();
      // One document a file: errors end the whole build, so only what has an output is built again.
      const good = cases.filter(({ output }) => output !== undefined);
      const files = Object.fromEntries(
        good.map(({ text }, index) => [`r${index}.yaml`, (HEADER + text).replace('name: a', `name: a${index}`)]),
      );
      const kustomization = `sortOptions: {order: fifo}\nresources: [${Object.keys(files).join(', ')}]\n`;
      const built = await withFiles({ ...files, 'kustomization.yaml': kustomization }, (directory) =>
        kustomizeBuild(kustomize, directory),
      );
      const expected = good
        .map(({ output = '' }, index) => output.replace('name: a\n', `name: a${index}\n`))
        .join('---\n');
      assert.deepEqual(built, { output: expected });
    });

    it('keeps how scalars are written where that is not the usual way', () => {
      const [document] = readTrees('a: 1.50\nb: 0x1F\nc: True\nd: ~\ne:\nf: 2001-01-01\ng: 12\nh: null\ni: "1.50"\n', {
        file: 'f',
      });
      const tree = document?.tree as Record<string, unknown>;
      const texts = Object.entries(tree).map(([key, value]) => [
        key,
        value instanceof SourceScalar ? value.text : value,
      ]);
      assert.deepEqual(Object.fromEntries(texts), {
        a: '1.50',
        b: '0x1F',
        c: 'True',
        d: '~',
        e: '',
        f: '2001-01-01',
        g: 12,
        h: null,
        i: '1.50',
      });
      assert.deepEqual(
        { ...(plainJson(document?.tree ?? null) as object) },
        {
          a: 1.5,
          b: 31,
          c: true,
          d: null,
          e: null,
          f: '2001-01-01T00:00:00Z',
          g: 12,
          h: null,
          i: '1.50',
        },
      );
    });

    it('says on which line each document starts', () => {
      const text = '# one\na: 1\n---\n# nothing\n---\n\n# two\nb: 2\n---\nc: 3\n';
      assert.deepEqual(
        readYaml(text, { file: 'f', dialect: 'resource' }).map(({ line }) => line),
        [2, 8, 10],
      );
    });
  });

  describe('of a kustomization', () => {
    const table: readonly [string, unknown][] = [
      ['a: yes\nb: off\nc: n\n', { a: true, b: false, c: false }],
      ['a: 0777\nb: 0o17\nc: 1_000\n', { a: 511, b: 15, c: 1000 }],
      ['a: 2001-01-01\n', { a: '2001-01-01' }],
      ['a: 1\na: 2\n', { a: 2 }],
      ['1: a\ntrue: b\n1.50: c\n', { '1': 'a', true: 'b', '1.5': 'c' }],
      ['a: 1\n---\nb: 2\n', { a: 1 }],
      ['b: &x {k: 1}\na:\n  k: 2\n  <<: *x\n', { b: { k: 1 }, a: { k: 1 } }],
      ['b: &x {k: 1}\na:\n  <<: *x\n  k: 2\n', { b: { k: 1 }, a: { k: 2 } }],
      ['a: {b: }\n', { a: { b: null } }],
    ];
    for (const [text, value] of table) {
      it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(read(text, 'kustomization'), [value]));
    }

    it('finds nothing in an empty file', () => assert.deepEqual(read('# nothing\n', 'kustomization'), []));
  });

  describe('of a manifest', () => {
    const table: readonly [string, unknown[]][] = [
      ['a: yes\n---\nb: 1\n', [{ a: true }, { b: 1 }]],
      ['---\n---\na: 1\n--- # c\nb: 2', [{ a: 1 }, { b: 2 }]],
      ['{"a": 1}\n{"b": 2}\n', [{ a: 1 }, { b: 2 }]],
      ['{\n\t"a": 12345678901234567890\n}', [{ a: 12345678901234567890n }]],
    ];
    for (const [text, values] of table) {
      it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(read(text, 'manifest'), values));
    }

    it('refuses what follows a document without a separator', () => {
      assert.equal(failure('[a]\nb\n', 'manifest').position?.line, 2);
    });
  });

  describe('errors', () => {
    const table: readonly [name: string, text: string, line: number, column: number, words: RegExp][] = [
      ['a tab', 'a:\n\tb: 1\n', 2, 1, /tab/],
      ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 3, 1, /"a" stands twice/],
      ['a quote that is never closed', 'x: 1\na: "b\nc: d\n', 2, 4, /never closed/],
      ['a bad indentation', 'a:\n  b: 1\n c: 2\n', 3, 2, /key/],
      ['a second document', 'a: 1\n---\nb: 1\n---\nc: [\n', 6, 1, /not closed/],
      ['an unknown alias', 'a: *b\n', 1, 4, /anchor &b/],
      ['a line without a colon', 'a: 1\nb\nc: 2\n', 2, 1, /no colon/],
      ['a control character', 'a: 1\nb: \u0001\n', 2, 4, /U\+0001/],
      ['a key that is a number', 'a:\n  1: b\n', 2, 3, /key 1 is not a string/],
      ['a separator with content', 'a: 1\n--- b: 2\nc: 3\n', 2, 4, /comment/],
    ];
    for (const [name, text, line, column, words] of table) {
      it(`name the place of ${name}`, () => {
        const error = failure(text);
        assert.equal(error.code, 'InvalidYaml');
        assert.equal(error.exitCode, 2);
        assert.deepEqual(error.position, { file: 'f.yaml', line, column });
        assert.match(error.message, words);
      });
    }
  });

  describe('of hostile input', () => {
    it('refuses a billion laughs', () => {
      const levels = Array.from({ length: 12 }, (_, level) =>
        level === 0
          ? 'l0: &l0 [x, x, x, x, x, x, x, x, x, x]'
          : `l${level}: &l${level} [${`*l${level - 1}, `.repeat(10)}]`,
      );
      assert.match(failure(`${levels.join('\n')}\n`).message, /aliases/);
    });

    it('takes a thousand aliases of a small anchor', () => {
      const text = `base: &b {a: 1, b: [2, 3]}\nlist:\n${'- *b\n'.repeat(1000)}`;
      const [value] = read(text, 'resource') as [{ list: unknown[] }];
      assert.deepEqual(value.list[999], { a: 1, b: [2, 3] });
    });

    for (const [name, text] of [
      ['flow collections', `a: ${'['.repeat(100_000)}`],
      ['block sequences', `a: ${'- '.repeat(100_000)}b`],
      ['block mappings', Array.from({ length: 5000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ] as const) {
      it(`refuses deep nesting of ${name}`, () => assert.equal(failure(text).code, 'InvalidYaml'));
    }

    it('refuses a text of more than 64 MB', () => {
      assert.match(failure('a'.repeat(64 * 1024 * 1024 + 1)).message, /64 MB/);
    });

    it('takes the names of Object.prototype for fields like any other', () => {
      for (const dialect of ['resource', 'kustomization', 'manifest'] as const) {
        const [value] = read('__proto__: {polluted: true}\nconstructor: a\nx: {<<: {__proto__: b}}\n', dialect) as [
          object,
        ];
        assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', 'x']);
        assert.equal((value as { polluted?: boolean }).polluted, undefined);
      }
      assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    });

    it('never fails in another way than InvalidYaml', () => {
      const piece = fc.constantFrom(
        ...Array.from('ab:-?[]{},&*!|>\'"%@`#~ \t\n'),
        '\n  ',
        '\n- ',
        '---\n',
        ': ',
        '<<',
        '\\',
        '1',
        'é',
        '\ud83d\ude00',
        '\0',
      );
      fc.assert(
        fc.property(
          fc.array(piece, { maxLength: 60 }),
          fc.constantFrom<YamlDialect>('resource', 'kustomization', 'manifest'),
          (pieces, dialect) => {
            try {
              readYaml(pieces.join(''), { file: 'f', dialect });
            } catch (error) {
              assert.ok(error instanceof KapplyError && error.code === 'InvalidYaml', String(error));
            }
          },
        ),
        { numRuns: 2000 },
      );
    });
  });
});
