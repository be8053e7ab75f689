/** docs/pruning.md is held against the tables that the program goes by. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { RULES } from '../../../src/engine/prune/rules.js';
import { KEEP_MARKS } from '../../../src/engine/sets/keepMarks.js';
import { TOOL_MARKS } from '../../../src/engine/sets/toolMarks.js';

/** The rows of every table of the page, by the first cell of its head. */
function tablesOf(text: string): Map<string, string[][]> {
  const tables = new Map<string, string[][]>();
  let rows: string[][] | undefined;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) {
      rows = undefined;
      continue;
    }
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (rows === undefined) {
      rows = [];
      tables.set(cells[0]!, rows);
    } else if (!/^-+$/.test(cells[0]!)) rows.push(cells);
  }
  return tables;
}

describe('docs/pruning.md', () => {
  it('asks for what keeps a candidate by itself first: the rest is not judged for what that keeps', () => {
    const first = RULES.findIndex(({ byItself }) => !byItself);
    assert.ok(first > 0);
    assert.ok(RULES.slice(first).every(({ byItself }) => !byItself));
  });

  const tables = tablesOf(readFileSync(new URL('../../../docs/pruning.md', import.meta.url), 'utf8'));

  it('names every rule, in the order in which they are asked', () => {
    assert.deepEqual(
      tables.get('rule'),
      RULES.map(({ name, verbs, keeps }) => [`\`${name}\``, verbs.join(', '), keeps]),
    );
  });

  it('names every mark of other tools, and where it was read', () => {
    assert.deepEqual(
      tables.get('tool'),
      TOOL_MARKS.map(({ tool, label, annotation, source }) => [
        tool,
        label === undefined ? `annotation \`${annotation}\`` : `label \`${label}\``,
        source,
      ]),
    );
  });

  it('names every mark that keeps an object', () => {
    assert.deepEqual(
      tables.get('annotation')?.map(([annotation]) => annotation),
      KEEP_MARKS.map(({ annotation }) => `\`${annotation}\``),
    );
  });

  it('says of each rule once what it keeps', () => {
    assert.equal(new Set(RULES.map(({ name }) => name)).size, RULES.length);
    for (const { name, verbs, keeps } of RULES) assert.ok(verbs.length > 0 && keeps !== '', name);
  });
});
