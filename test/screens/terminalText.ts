import xterm from '@xterm/headless';

/** What stands on a terminal. */
export interface TerminalText {
  /** The lines that a person sees without scrolling. */
  readonly screen: readonly string[];
  /** These, and all that was scrolled away above them. Lines that the terminal had to wrap are so many lines. */
  readonly lines: readonly string[];
  /** The same, where those that the terminal had to wrap are one line each. */
  readonly whole: readonly string[];
}

const SCROLLBACK = 2000;

/** Interprets the output as a terminal emulator does. */
export async function terminalAfter(output: string, columns: number, rows: number): Promise<TerminalText> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: SCROLLBACK, allowProposedApi: true });
  // A terminal driver turns line feeds into carriage return and line feed.
  await new Promise<void>((resolve) => terminal.write(output.replace(/\r?\n/g, '\r\n'), resolve));
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true).trimEnd() ?? '',
  );
  const whole: string[] = [];
  for (let row = 0; row < active.length; row += 1) {
    const line = active.getLine(row);
    const text = line?.translateToString(true) ?? '';
    if (line?.isWrapped === true) whole.push(`${whole.pop() ?? ''}${text}`);
    else whole.push(text);
  }
  const screen = lines.slice(active.baseY);
  terminal.dispose();
  return { screen: withoutEnd(screen), lines: withoutEnd(lines), whole: withoutEnd(whole) };
}

function withoutEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line !== '');
  return lines.slice(0, last + 1);
}
