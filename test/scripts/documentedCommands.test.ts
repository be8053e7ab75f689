import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalizeArgv, type FlagShape } from '../../src/cli/argv.js';
import { BaseCommand } from '../../src/cli/baseCommand.js';
import { COMMANDS } from '../../src/commands/all.js';

const PAGES = ['README.md', 'docs/moving.md', 'docs/output.md', 'docs/plans.md'];

/** Every command of kapply in the code blocks of a page, as words. */
function commandsIn(page: string): string[][] {
  const text = readFileSync(join(import.meta.dirname, '../..', page), 'utf8');
  const blocks = [...text.matchAll(/```(?:sh|bash|yaml|console)?\n(.*?)```/gs)].map(([, block = '']) => block);
  const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  return lines.flatMap((line) =>
    [...line.matchAll(/(?:^|[\s|])kapply ([a-z]+ [^|#>]*)/g)].map(([, words = '']) => words.trim().split(/\s+/)),
  );
}

describe('commands in the documentation', () => {
  for (const page of PAGES) {
    it(`of ${page} name commands and flags that there are`, () => {
      const commands = commandsIn(page);
      assert.notDeepEqual(commands, []);
      for (const [name = '', ...words] of commands) {
        const command = (COMMANDS as unknown as Record<string, typeof BaseCommand | undefined>)[name];
        assert.ok(command, `${page}: kapply ${name}`);
        const flags = { ...BaseCommand.baseFlags, ...command.flags } as Record<string, FlagShape>;
        const known = Object.entries(flags).flatMap(([flag, { char, allowNo }]) => [
          `--${flag}`,
          ...(char === undefined ? [] : [`-${char}`]),
          ...(allowNo === true ? [`--no-${flag}`] : []),
        ]);
        for (const word of normalizeArgv(words, flags).filter((one) => /^--?[a-zA-Z]/.test(one))) {
          assert.ok(known.includes(word.replace(/=.*/s, '')), `${page}: kapply ${name} ${word}`);
        }
      }
    });
  }
});
