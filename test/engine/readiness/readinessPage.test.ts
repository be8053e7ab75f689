/** docs/readiness.md says what the rules do: held against them where both are tables. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { NOT_RECONCILED, NOT_RECONCILED_MARKS, AT_REST } from '../../../src/engine/readiness/switchedOff.js';
import { SHIPPED } from '../../../src/engine/readiness/expressions/shipped/shipped.js';
import { WAIT_MARKS } from '../../../src/engine/readiness/waitMark.js';
import { REASONS } from '../../../src/engine/rollout/doom.js';

const page = readFileSync(new URL('../../../docs/readiness.md', import.meta.url), 'utf8');

/** The first word of the page's second column, by what the rule goes by. */
const WORDS = {
  lasts: 'always',
  passes: 'never',
  byPull: /^by what the registry said|^as ErrImagePull/,
  byRuntime: 'by what the container runtime said',
  byConfiguration: 'by configuration',
  byRestarts: 'by restarts',
};

describe('docs/readiness.md', () => {
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` +\| (.+?) *\|$/gm)].map(([, reason = '', words = '']) => [reason, words]),
  );

  it('has every reason of the table, and no other', () =>
    assert.deepEqual([...rows.keys()].sort(), Object.keys(REASONS).sort()));

  for (const [reason, lasting] of Object.entries(REASONS)) {
    it(`says when ${reason} lasts`, () => {
      const word = WORDS[lasting];
      assert.match(rows.get(reason) ?? '', typeof word === 'string' ? new RegExp(`^${word}`) : word);
    });
  }

  const annotations = [
    ...WAIT_MARKS.map(({ annotation }) => annotation),
    ...NOT_RECONCILED_MARKS.map(([annotation]) => annotation),
  ];
  for (const word of [...annotations, ...[...NOT_RECONCILED, ...AT_REST].map(([field]) => field)]) {
    it(`names ${word}`, () => assert.ok(page.includes(`\`${word}`), word));
  }

  it('has every kind of the shipped table, under its group', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('| '));
    const untold = SHIPPED.filter(
      ({ group, kind }) =>
        !lines.some((line) => line.startsWith(`| ${group} `) && new RegExp(`\\b${kind}\\b`).test(line)),
    );
    assert.deepEqual(untold, []);
  });
});
