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
   * where nobody put it. So the screen has the new size from the first drawing on that was made for it.
   */
  resize(columns: number, rows: number): Promise<void>;
  /** The exit code, once the program has ended; 128 + N where signal N ended it. */
  readonly ended: Promise<number>;
}

const PATIENCE_MS = 60_000;
/** How a drawing begins that has seen another size than the one before (src/ui/live/frame). */
// eslint-disable-next-line no-control-regex -- the escape character is the subject
const DRAWN_ANEW = /\r(?:\u001b\[\d+A)?\u001b\[J/;

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
  /** What waits for the screen to have its new size. */
  let held: string | undefined;
  const write = (data: string): void => {
    written = new Promise((resolve) => screen.write(data, resolve));
  };
  child.onData((data) => {
    all += data;
    if (held === undefined) write(data);
    else held += data;
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
      held = '';
      child.resize(cols, height);
      const deadline = Date.now() + PATIENCE_MS;
      while (!DRAWN_ANEW.test(held)) {
        if (Date.now() > deadline) throw new Error(`not drawn anew at ${cols}x${height}:\n${all}`);
        await sleep(5);
      }
      const drawn = held.search(DRAWN_ANEW);
      write(held.slice(0, drawn));
      await written;
      screen.resize(cols, height);
      write(held.slice(drawn));
      held = undefined;
    },
    ended,
  };
}
