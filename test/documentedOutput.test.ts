/** docs/output.md names what machines may meet: each result, count, code and event, and no other. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../src/errors.js';
import { SCHEMA_CODES } from '../src/engine/plan/refusals/schemaRefusal.js';
import { RESULTS } from '../src/engine/run/foldReport.js';
import { SCHEMAS } from './schemas.js';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/output.md'), 'utf8');

/** The words between backticks of a part of the page. */
function wordsOf(part: string): string[] {
  return [...part.matchAll(/`([A-Za-z\d]+)`/g)].map(([, word = '']) => word);
}

function between(from: string, to: string): string {
  const start = page.indexOf(from);
  assert.ok(start >= 0, from);
  const end = page.indexOf(to, start + from.length);
  assert.ok(end >= 0, to);
  return page.slice(start + from.length, end);
}

/** The reasons that kapply gives itself, as its sources name them; the server has more. The sandbox's own are a server's. */
function codesOfSources(): string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const texts = files.map((name) => [name, readFileSync(join(root, 'src', name), 'utf8')] as const);
  return texts.flatMap(([name, text]) => {
    const made = /sandbox[\\/]/.test(name)
      ? /inputError\(\s*'([A-Z]\w+)'/g
      : /(?:Error|super)\(\s*'([A-Z][a-z]\w+)'|\bcode: '([A-Z]\w+)'/g;
    return [...text.matchAll(made)].map(([, thrown, named]) => thrown ?? named ?? '');
  });
}

interface Schema {
  readonly $defs: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<
    Record<string, { readonly items: { readonly properties: Readonly<Record<string, { readonly enum: string[] }>> } }>
  >;
}

const schema = (name: string): Schema => JSON.parse(readFileSync(join(SCHEMAS, `${name}.json`), 'utf8')) as Schema;
const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort();

describe('docs/output.md', () => {
  it('names every result', () => {
    const part = between('`result` is ', '`counts` are');
    assert.deepEqual(
      sorted(wordsOf(part)),
      sorted(['deployed', 'deleted', 'pruned', 'planned', ...Object.values(RESULTS)]),
    );
  });

  it('names every count', () => {
    const { changes, prune } = schema('run').properties;
    const outcomes =
      prune?.items.properties.outcome?.enum.map((word) => (word === 'failed' ? 'pruneFailed' : word)) ?? [];
    const counted = [...(changes?.items.properties.action?.enum ?? []), 'ready', 'notReady', ...outcomes];
    const tables = new Set(['changes', 'rollouts', 'prune']);
    const named = wordsOf(between('`counts` are', 'An `error` is')).filter((word) => !tables.has(word));
    assert.deepEqual(sorted(named), sorted(counted));
  });

  it('names every event', () => {
    const rows = [...between('| type ', '\n\n').matchAll(/^\| `(\w+)`/gm)].map(([, type = '']) => type);
    const more = wordsOf(between('In the stream these are the event', 'one `summary`'));
    assert.deepEqual(sorted([...rows, ...more]), sorted(Object.keys(schema('event').$defs)));
  });

  it('names every exit code', () => {
    const rows = between('| code ', '\n\n').matchAll(/^\| ([\d, ]+?) +\|/gm);
    const codes = [...rows].flatMap(([, row = '']) => row.split(', ').map(Number));
    assert.deepEqual(codes, Object.values(EXIT));
  });

  it('names every code of an error', () => {
    assert.deepEqual(
      sorted(wordsOf(between('## Codes of errors\n', '\n## '))),
      sorted([...codesOfSources(), ...Object.values(SCHEMA_CODES)]),
    );
  });
});
