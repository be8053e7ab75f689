import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalizeArgv, type FlagShape } from '../../src/cli/argv.js';
import { BaseCommand } from '../../src/cli/baseCommand.js';
import { COMMANDS } from '../../src/commands/all.js';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = ['', 'docs/', 'examples/password/'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}${name}`),
);
const NAMES = Object.keys(COMMANDS).join('|');

/** Every command of kapply in the code of a page, as words: in blocks behind its name, in the running text without it as well. */
function commandsIn(page: string): string[][] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/```(?:sh|bash|yaml|console)?\n(.*?)```/gs)].map(([, block = '']) => block);
  const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  const spans = [...text.replace(/```.*?```/gs, '').matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  return [
    ...lines.flatMap((line) => [...line.matchAll(/(?:^|[\s|])kapply ([a-z]+(?: [^|#>]*)?)/g)]),
    ...spans.flatMap((span) => [...span.replace(/\s+/g, ' ').matchAll(new RegExp(`^((?:${NAMES}) [^|#>]*)`, 'g'))]),
    ...spans.flatMap((span) => [...span.replace(/\s+/g, ' ').matchAll(/^kapply ([a-z]+(?: [^|#>]*)?)/g)]),
  ].map(([, words = '']) => words.trim().split(/\s+/));
}

function spellings([flag, { char, allowNo }]: readonly [string, FlagShape]): string[] {
  return [`--${flag}`, `-${char ?? flag}`, ...(allowNo === true ? [`--no-${flag}`] : [])];
}

describe('commands in the documentation', () => {
  it('are found', () => {
    const found = PAGES.flatMap(commandsIn).map(([name = '']) => name);
    for (const name of Object.keys(COMMANDS)) assert.ok(name === 'help' || found.includes(name), name);
  });

  for (const page of PAGES) {
    it(`of ${page} name commands and flags that there are`, () => {
      for (const [name = '', ...words] of commandsIn(page)) {
        const command = (COMMANDS as unknown as Record<string, typeof BaseCommand | undefined>)[name];
        assert.ok(command, `${page}: kapply ${name}`);
        const flags = { ...BaseCommand.baseFlags, ...command.flags } as Record<string, FlagShape>;
        const given = normalizeArgv(words, flags);
        for (const [index, word] of given.entries()) {
          if (!/^--?[a-zA-Z]/.test(word) || word === '--help' || word === '-h') continue;
          const [spelled = '', value = given[index + 1] ?? ''] = word.split('=');
          const flag = Object.entries(flags).find((entry) => spellings(entry).includes(spelled))?.[1];
          assert.ok(flag, `${page}: kapply ${name} ${word}`);
          // `text|json` and `FORMAT` stand for one of several.
          const isOther = /^[a-z]+$/.test(value) && flag.options?.includes(value) === false;
          assert.ok(!isOther, `${page}: kapply ${name} ${word} ${value}`);
        }
      }
    });
  }
});
