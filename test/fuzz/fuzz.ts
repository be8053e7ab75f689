import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { EXIT, KapplyError } from '../../src/errors.js';

/** What must never come out of anything. */
export const CANARY = 'canary-5Xq9-secret';

/** Inputs of each property, times its share. KAPPLY_FUZZ=26000 tries a million in all; KAPPLY_SEED repeats a run. */
const RUNS = Number(process.env.KAPPLY_FUZZ ?? 100);
/** Beyond every budget, on a machine that others use as well. */
const SLOWEST_MS = 30_000;

/**
 * Tries inputs: whatever they are, `run` returns or throws a KapplyError that is no bug (70), in time, and leaves the prototypes of
 * JavaScript alone. What it returns, and what errors say, does not hold the canary.
 */
export function fuzz<T>(name: string, inputs: fc.Arbitrary<T>, run: (input: T) => unknown, share = 1): void {
  it(`${name} (${Math.ceil(RUNS * share)} inputs)`, async () => {
    const warned: Error[] = [];
    const listen = (warning: Error): number => warned.push(warning);
    process.on('warning', listen);
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const began = performance.now();
        let said: unknown;
        try {
          said = await run(input);
        } catch (error) {
          if (!(error instanceof KapplyError)) throw error;
          assert.notEqual(error.exitCode, EXIT.bug, error.stack);
          said = [error.message, error.suggestions, error.position];
        }
        assert.ok(performance.now() - began < SLOWEST_MS, 'it takes too long');
        assert.ok(
          !(JSON.stringify(said, withoutBigints) as string | undefined)?.includes(CANARY),
          'it says what is secret',
        );
        assert.deepEqual(Reflect.ownKeys(Object.prototype).length, OWN_KEYS, 'a prototype was changed');
      }),
      { numRuns: Math.ceil(RUNS * share), ...(process.env.KAPPLY_SEED && { seed: Number(process.env.KAPPLY_SEED) }) },
    );
    process.off('warning', listen);
    assert.deepEqual(warned, [], 'a library prints a warning by itself, and may quote what is secret');
  }).timeout(0);
}

const OWN_KEYS = Reflect.ownKeys(Object.prototype).length;

function withoutBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

const PUNCTUATION = '- : { } [ ] # & * ! | > \' " % @ ` , ? a b 0 1 . ~ ='.split(' ').concat(' ', '\n', '\t');

/** Values that somebody writes who means no good, or by mistake. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      null,
      '',
      ' ',
      '\n',
      '\0',
      '\u001b[31m',
      '\ud800',
      'a',
      'web',
      'Secret',
      '*',
      '.',
      '..',
      '/',
      '-',
      '~',
      '|',
      '{}',
    ],
    ...[
      '../secret.txt',
      '../../secret.txt',
      '/etc/passwd',
      'link.txt',
      '../',
      'sub',
      './',
      'http://127.0.0.1:1/x.yaml',
    ],
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '<<', '$patch', 'null', 'true', '1.50'],
    ...[
      '$(X)',
      '$(',
      '$$',
      '[name=',
      '[name=web]',
      '[=',
      '[]',
      '*.0.x',
      'a.b.c',
      'spec.*',
      '~1~0',
      '/spec/-',
      '/',
      '\\',
    ],
    ...[
      '(',
      '(?i)(a+)+b',
      '.*',
      '[',
      'a{1001}',
      '(?=a)',
      'git::file:///etc',
      'github.com/a/b?ref=-x',
      '=',
      'a=b',
      '=b',
    ],
    ...[0, -1, 1.5, 2 ** 53, -(2 ** 63), 1e300, true, false, [], {}, [null], [[]], [{}], { '': '' }, 'x'.repeat(5000)],
    ...[[['a']], { a: { b: { c: [1, { d: null }] } } }, { $patch: 'delete' }, { $patch: 'replace' }, { $patch: 'x' }],
    ...[
      JSON.parse('{"__proto__": {"polluted": true}}'),
      JSON.parse('{"constructor": {"prototype": {"polluted": true}}}'),
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...PUNCTUATION), maxLength: 24 }),
  fc.jsonValue({ maxDepth: 2 }),
);

interface Mutation {
  readonly steps: readonly number[];
  readonly how: 'set' | 'remove' | 'add' | 'repeat' | 'key';
  readonly value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  steps: fc.array(fc.nat(30), { minLength: 1, maxLength: 8 }),
  how: fc.constantFrom('set', 'set', 'remove', 'add', 'repeat', 'key'),
  value: hostile,
});

/** One of the documents with up to `most` changes in it, anywhere. */
export function mutated(documents: readonly unknown[], most = 3): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(mutation, { maxLength: most }))
    .map(([document, changes]) => changes.reduce<unknown>(changedBy, structuredClone(document)));
}

function changedBy(document: unknown, { steps, how, value: constant }: Mutation): unknown {
  // A later change may go into it, and the next input gets it as well.
  const value = structuredClone(constant);
  const holder = { document };
  let parent: Record<string, unknown> = holder;
  let key = 'document';
  for (const step of steps) {
    const node = parent[key];
    if (node === null || typeof node !== 'object') break;
    const keys = Object.keys(node);
    if (keys.length === 0) break;
    parent = node as Record<string, unknown>;
    key = keys[step % keys.length] as string;
  }
  const set = (name: string, to: unknown): void => {
    Object.defineProperty(parent, name, { value: to, enumerable: true, configurable: true, writable: true });
  };
  const old = parent[key];
  if (how === 'set') set(key, value);
  else if (how === 'remove') Reflect.deleteProperty(parent, key);
  else if (how === 'add' && Array.isArray(old)) old.push(value);
  else if (how === 'add' && typeof old === 'object' && old !== null)
    Object.assign(old, { [`k${steps[0] ?? 0}`]: value });
  else if (how === 'repeat' && Array.isArray(old)) old.push(...(structuredClone(old) as unknown[]));
  else if (typeof value === 'string' && !Array.isArray(parent)) set(value, old);
  return holder.document;
}

/** A text with parts cut out, doubled, or put in. */
export function mutatedText(texts: readonly string[]): fc.Arbitrary<string> {
  const part = fc.oneof(
    fc.constantFrom(
      '\n',
      '  ',
      '- ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '<<: ',
      '---\n',
      '"',
      "'",
      '|\n',
      '>-\n',
      '\t',
      '#',
      '!!binary ',
      '%',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const edit = fc.tuple(fc.nat(), fc.nat(40), part);
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { maxLength: 6 })).map(([text, edits]) =>
    edits.reduce((current, [at, cut, put]) => {
      const from = current.length === 0 ? 0 : at % (current.length + 1);
      return current.slice(0, from) + put + current.slice(from + (cut > 20 ? 0 : cut));
    }, text),
  );
}
