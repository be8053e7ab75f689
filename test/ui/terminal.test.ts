import assert from 'node:assert/strict';
import { decideTerminal, type TerminalInput } from '../../src/ui/terminal.js';

const tty = { isTTY: true, columns: 120, rows: 40 };

interface Case {
  readonly name: string;
  readonly input: Partial<TerminalInput>;
  readonly color: boolean;
  readonly reporter: 'live' | 'lines';
}

const cases: readonly Case[] = [
  { name: 'a terminal', input: {}, color: true, reporter: 'live' },
  { name: 'a pipe', input: { stream: {} }, color: false, reporter: 'lines' },
  { name: 'a pipe, FORCE_COLOR', input: { stream: {}, env: { FORCE_COLOR: '1' } }, color: true, reporter: 'lines' },
  { name: 'FORCE_COLOR=0', input: { env: { FORCE_COLOR: '0' } }, color: false, reporter: 'live' },
  { name: 'FORCE_COLOR=false', input: { env: { FORCE_COLOR: 'false' } }, color: false, reporter: 'live' },
  { name: 'an empty FORCE_COLOR', input: { env: { FORCE_COLOR: '', NO_COLOR: '1' } }, color: false, reporter: 'live' },
  { name: 'NO_COLOR', input: { env: { NO_COLOR: '1' } }, color: false, reporter: 'live' },
  { name: 'an empty NO_COLOR', input: { env: { NO_COLOR: '' } }, color: true, reporter: 'live' },
  {
    name: 'FORCE_COLOR over NO_COLOR',
    input: { env: { FORCE_COLOR: '1', NO_COLOR: '1' } },
    color: true,
    reporter: 'live',
  },
  {
    name: '--color=never over FORCE_COLOR',
    input: { color: 'never', env: { FORCE_COLOR: '1' } },
    color: false,
    reporter: 'live',
  },
  { name: '--color=always in a pipe', input: { color: 'always', stream: {} }, color: true, reporter: 'lines' },
  { name: 'CLICOLOR=0', input: { env: { CLICOLOR: '0' } }, color: false, reporter: 'live' },
  { name: 'CLICOLOR=1', input: { env: { CLICOLOR: '1' } }, color: true, reporter: 'live' },
  {
    name: 'a pipe, CLICOLOR_FORCE',
    input: { stream: {}, env: { CLICOLOR_FORCE: '1', CLICOLOR: '0' } },
    color: true,
    reporter: 'lines',
  },
  {
    name: 'a pipe, CLICOLOR_FORCE=0',
    input: { stream: {}, env: { CLICOLOR_FORCE: '0' } },
    color: false,
    reporter: 'lines',
  },
  {
    name: 'NO_COLOR over CLICOLOR_FORCE',
    input: { env: { NO_COLOR: '1', CLICOLOR_FORCE: '1' } },
    color: false,
    reporter: 'live',
  },
  { name: 'TERM=unknown', input: { env: { TERM: 'unknown' } }, color: false, reporter: 'lines' },
  { name: 'no TERM', input: { env: { TERM: undefined } }, color: false, reporter: 'lines' },
  { name: 'no TERM on Windows', input: { env: { TERM: undefined, OS: 'Windows_NT' } }, color: true, reporter: 'live' },
  { name: 'TERM=linux', input: { env: { TERM: 'linux' } }, color: true, reporter: 'live' },
  { name: 'TERM=tmux-256color', input: { env: { TERM: 'tmux-256color' } }, color: true, reporter: 'live' },
  { name: 'TERM=dumb', input: { env: { TERM: 'dumb' } }, color: false, reporter: 'lines' },
  {
    name: 'a pseudo-terminal of 0 columns',
    input: { stream: { isTTY: true, columns: 0, rows: 0 } },
    color: true,
    reporter: 'lines',
  },
  {
    name: 'a very narrow terminal',
    input: { stream: { isTTY: true, columns: 10, rows: 40 } },
    color: true,
    reporter: 'lines',
  },
  { name: 'a CI system with a pseudo-terminal', input: { env: { CI: 'true' } }, color: true, reporter: 'lines' },
  { name: 'CI=false', input: { env: { CI: 'false' } }, color: true, reporter: 'live' },
];

describe('decideTerminal', () => {
  for (const { name, input, color, reporter } of cases) {
    it(`${name}: ${color ? 'colour' : 'no colour'}, ${reporter}`, () => {
      const decided = decideTerminal({ stream: tty, color: 'auto', ...input, env: { TERM: 'xterm', ...input.env } });
      assert.deepEqual({ color: decided.color, reporter: decided.reporter }, { color, reporter });
    });
  }

  it('knows no width where nothing limits it', () => {
    const { width, rows } = decideTerminal({ stream: { isTTY: true, columns: 0, rows: 0 }, env: {}, color: 'auto' });
    assert.deepEqual({ width, rows }, { width: undefined, rows: undefined });
  });
});
