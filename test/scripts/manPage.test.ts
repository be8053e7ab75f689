import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, manPage, roffText, type ManCommand } from '../../scripts/manPage.js';
import { BaseCommand } from '../../src/cli/baseCommand.js';
import { COMMANDS } from '../../src/commands/all.js';
import { EXIT } from '../../src/errors.js';

describe('the man page', () => {
  const commands = Object.fromEntries(
    (Object.entries(COMMANDS) as unknown as readonly (readonly [string, typeof BaseCommand])[]).map(
      ([name, { summary, description, hidden, args, examples, flags }]) =>
        [
          name,
          { summary, description, hidden, args, examples, flags: { ...BaseCommand.baseFlags, ...flags } },
        ] as unknown as readonly [string, ManCommand],
    ),
  );
  let page: string;
  let codes: ReturnType<typeof exitCodes>;

  before(async () => {
    codes = exitCodes(await readFile(join(import.meta.dirname, '../../docs/output.md'), 'utf8'));
    page = manPage(commands, codes, '1.2.3');
  });

  for (const [text, roff] of [
    ['.kapply.yaml', '\\&.kapply.yaml'],
    ["'a'", '\\(aqa\\(aq'],
    ['data\\.dsn$', 'data\\e.dsn$'],
    ['--dry-run', '\\-\\-dry\\-run'],
    ['-l "a=b"', '\\-l \\(dqa=b\\(dq'],
    ['two\n  lines', 'two lines'],
    ['more …', 'more \\[u2026]'],
    ['', ''],
  ] as const) {
    it(`writes ${JSON.stringify(text)} as ${roff}`, () => assert.equal(roffText(text), roff));
  }

  it('has every command with every flag', () => {
    for (const [name, { hidden, flags }] of Object.entries(commands)) {
      const [, section] = page.split(`\n.SS "kapply ${roffText(name)} `);
      assert.equal(section === undefined, hidden === true, name);
      const own = section?.split(/^\.S[SH] /m)[0];
      for (const [flag, facts] of Object.entries(flags)) {
        if (own === undefined || facts.hidden === true) continue;
        const head = `--${facts.allowNo === true ? '[no-]' : ''}${flag}`;
        assert.ok(
          own.split('\n').some((line) => line.startsWith('.B ') && `${line} `.includes(`${roffText(head)} `)),
          `${name} ${head}`,
        );
      }
    }
  });

  it('has every exit code once', () => {
    const listed = codes.flatMap(({ code }) => code.split(', ').map(Number));
    assert.deepEqual(
      listed,
      Object.values(EXIT).sort((a, b) => a - b),
    );
    for (const { code } of codes) assert.ok(page.includes(`\n.B ${code}\n`), code);
  });

  it('is ASCII, begins no line with an unknown request, and leaves no template', () => {
    assert.doesNotMatch(page, /[^\n\x20-\x7e]|<%|^'|^\.(?!(TH|SH|SS|PP|TP|B|BR|I|RS|RE|EX|EE)\b)/m);
  });

  it('is shown by groff without a warning, where there is groff', function () {
    const { error, stdout, stderr } = spawnSync('groff', ['-man', '-Tascii', '-ww'], { input: page, encoding: 'utf8' });
    if (error !== undefined) this.skip();
    assert.equal(stderr, '');
    assert.ok(stdout.length > page.length / 2);
  });
});
