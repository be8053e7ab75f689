/** Text in columns, by what it takes on the screen: wide characters count two, colours none. */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/** kapply's own colours (style.ts), which take no room. */
// eslint-disable-next-line no-control-regex -- the escape character is the subject
const COLOUR = /\u001b\[\d+m/g;
/** Each of these takes one column: nearly all names and messages are made of them. */
const PLAIN = /^[\x20-\x7e…✔✖●○◌]*$/;

/**
 * The width of a text in columns. Only what is not plain is measured by string-width, which the bundle evaluates when it is
 * first called: its table of all emoji takes half as long as Node's own start.
 */
function widthOf(text: string): number {
  const bare = text.replace(COLOUR, '');
  return PLAIN.test(bare) ? bare.length : stringWidth(text);
}

/** The text with blanks up to `width` columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** The text cut to `width`, ending in `…` where something is missing. */
export function fitTo(text: string, width: number | undefined): string {
  if (width === undefined || widthOf(text) <= Math.max(1, width)) return text;
  return cliTruncate(text, Math.max(1, width));
}

/** The first of some ways to say it that has room; the last of them cut where none has. */
export function fitFirst(texts: readonly string[], width: number): string {
  return fitTo(texts.find((text) => widthOf(text) <= width) ?? texts.at(-1) ?? '', width);
}

/** The text cut to `width` in its middle: names that begin alike differ at their ends. */
export function fitMiddle(text: string, width: number): string {
  if (widthOf(text) <= Math.max(1, width)) return text;
  return cliTruncate(text, Math.max(1, width), { position: 'middle' });
}

/** How far a line goes in below the one that it goes on from. */
const HANGING = 4;

/**
 * The line, wrapped between words where it is wider than `width`, and gone on with at column `hang`: by default further in than
 * it begins. What stands last is often why: it is not cut away. A word that is too long for a line stays whole.
 */
export function wrapTo(line: string, width: number | undefined, hang?: number): string {
  if (width === undefined || widthOf(line) <= width) return line;
  const start = /^ */.exec(line)?.[0].length ?? 0;
  const indent = ' '.repeat(Math.min(hang ?? start + HANGING, Math.max(0, width - 20)));
  const lines = [''];
  // People search for `(exit 4)`: it stays in one piece.
  for (const [word] of line.matchAll(/\s*(?:\(exit \d+\)|\S+)/g)) {
    const last = lines.at(-1) ?? '';
    if (last === '' || widthOf(last + word) <= width) lines[lines.length - 1] = last + word;
    else lines.push(indent + word.trimStart());
  }
  return lines.join('\n');
}

/**
 * The same as at most so many lines, none wider than `width`: what is left of it ends in `…`. A word that has no room, such as
 * an image, keeps both of its ends: its tag tells it from others.
 */
export function fitLines(line: string, width: number, most: number): string[] {
  const lines = wrapTo(line, width).split('\n');
  const last = lines.slice(most - 1).map((text, index) => (index === 0 ? text : text.trimStart()));
  return [...lines.slice(0, most - 1), last.join(' ')]
    .map((text) => (/^ *\S+$/.test(text) ? fitMiddle(text, width) : fitTo(text, width)))
    .filter((text) => text !== '');
}

/** The width of the widest text, in columns of a terminal. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
}
