/** What stands on a terminal as a picture: SVG that is light or dark as its reader's screen is, and needs no font but a monospaced one. */
import xterm from '@xterm/headless';

const COLUMN = 8.4;
const ROW = 19;
const MARGIN = 16;
/** The basic colours that kapply uses, by their number: on light, on dark. */
const COLOURS: Readonly<Record<number, readonly [string, string]>> = {
  1: ['#cf222e', '#ff7b72'],
  2: ['#1a7f37', '#56d364'],
  3: ['#9a6700', '#e3b341'],
  6: ['#0969da', '#79c0ff'],
};

/** Draws what the output leaves on a terminal so wide; `command` stands above it, as somebody typed it. */
export async function pictureOf(output: string, columns: number, command: string, rows = 60): Promise<string> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 200, allowProposedApi: true });
  const typed = `\u001b[2m$\u001b[22m ${command}\n${output}`;
  await new Promise<void>((resolve) => terminal.write(typed.replace(/\r?\n/g, '\r\n'), resolve));
  const { active } = terminal.buffer;
  const all = Array.from({ length: active.length }, (_, row) => spansOf(active.getLine(row)));
  terminal.dispose();
  const last = all.findLastIndex((row) => row !== '');
  const shown = all.slice(0, last + 1);
  const width = Math.ceil(columns * COLUMN + 2 * MARGIN);
  const height = shown.length * ROW + 2 * MARGIN;
  const lines = shown.map((row, index) => `<text x="${MARGIN}" y="${MARGIN + 14 + index * ROW}">${row}</text>`);
  const rules = (dark: 0 | 1): string =>
    Object.entries(COLOURS)
      .map(([number, pair]) => `.c${number}{fill:${pair[dark]}}`)
      .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" xml:space="preserve">
<title>${escape(command)}</title>
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre;fill:#1f2328}rect{fill:#f6f8fa}.b{font-weight:bold}.d{opacity:.65}${rules(0)}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#161b22}${rules(1)}}</style>
<rect width="${width}" height="${height}" rx="8"/>
${lines.join('\n')}
</svg>
`;
}

type Line = ReturnType<InstanceType<typeof xterm.Terminal>['buffer']['active']['getLine']>;

function spansOf(line: Line): string {
  const text = line?.translateToString(true).trimEnd() ?? '';
  const spans: { style: string; text: string }[] = [];
  for (let column = 0; column < text.length; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined) continue;
    const style = [
      ...(cell.isFgPalette() ? [`c${cell.getFgColor()}`] : []),
      ...(cell.isBold() === 0 ? [] : ['b']),
      ...(cell.isDim() === 0 ? [] : ['d']),
    ].join(' ');
    const before = spans.at(-1);
    if (before?.style === style) before.text += cell.getChars() || ' ';
    else spans.push({ style, text: cell.getChars() || ' ' });
  }
  return spans
    .map((span) =>
      span.style === '' ? escape(span.text) : `<tspan class="${span.style}">${escape(span.text)}</tspan>`,
    )
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
