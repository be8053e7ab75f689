/** A real pseudo-terminal with a screen that interprets what it is sent, as a terminal emulator does. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { setTimeout as sleep } from 'node:timers/promises';

export interface TerminalOptions {
  readonly columns: number;
  readonly rows?: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface OnTerminal {
  /** What stands on the screen and above it, line by line; lines that the terminal had to wrap are one line each. */
  lines(): Promise<string[]>;
  /** What a person sees without scrolling, row by row. */
  screen(): Promise<string[]>;
  /** All that was written so far, as it came. */
  output(): string;
  /** Waits until a text is on the screen or above it. */
  waitFor(text: string): Promise<void>;
  /** Types. */
  type(keys: string): void;
  /**
   * Between two drawings, as people do it: what a program wrote for the size of before, and the terminal shows at that of now, stands
   * where nobody put it.
   */
  resize(columns: number, rows: number): Promise<void>;
  /** The exit code, once the program has ended; 128 + N where signal N ended it. */
  readonly ended: Promise<number>;
}

const PATIENCE_MS = 60_000;
/** Longer than from one drawing to the next. */
const REDRAWN_MS = 500;

/** Starts a program on a terminal of its own. */
export function startOnTerminal(command: string, args: readonly string[], options: TerminalOptions): OnTerminal {
  const { columns, rows = 50, cwd, env } = options;
  const screen = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  const child = spawn(command, [...args], {
    name: env.TERM ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: { ...env },
  });
  let written = Promise.resolve();
  let all = '';
  child.onData((data) => {
    all += data;
    written = new Promise((resolve) => screen.write(data, resolve));
  });
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode, signal }) => resolve(signal === undefined || signal === 0 ? exitCode : 128 + signal));
  });
  const lines = async (): Promise<string[]> => {
    await written;
    const { active } = screen.buffer;
    const found: string[] = [];
    for (let index = 0; index < active.length; index++) {
      const line = active.getLine(index);
      if (line === undefined) continue;
      const text = line.translateToString(true);
      if (line.isWrapped) found.push(`${found.pop() ?? ''}${text}`);
      else found.push(text);
    }
    while (found.at(-1) === '') found.pop();
    return found;
  };
  return {
    lines,
    screen: async () => {
      await written;
      const { active } = screen.buffer;
      const row = (index: number): string => active.getLine(active.baseY + index)?.translateToString(true) ?? '';
      return Array.from({ length: screen.rows }, (_, index) => row(index));
    },
    output: () => all,
    waitFor: async (text) => {
      for (const deadline = Date.now() + PATIENCE_MS; ;) {
        if ((await lines()).join('\n').includes(text)) return;
        if (Date.now() > deadline) throw new Error(`no "${text}" within ${PATIENCE_MS / 1000} s:\n${all}`);
        await sleep(50);
      }
    },
    type: (keys) => child.write(keys),
    resize: async (cols, height) => {
      const before = all.length;
      for (const deadline = Date.now() + REDRAWN_MS; all.length === before && Date.now() < deadline;) await sleep(5);
      await written;
      screen.resize(cols, height);
      child.resize(cols, height);
    },
    ended,
  };
}
