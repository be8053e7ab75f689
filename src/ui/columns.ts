/** Text in columns, by what it takes on the screen: wide characters count two, colours none. */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/** The text with blanks up to `width` columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** The text cut to `width`, ending in `…` where something is missing. */
export function fitTo(text: string, width: number | undefined): string {
  return width === undefined ? text : cliTruncate(text, Math.max(1, width));
}

/** The text cut to `width` in its middle: names that begin alike differ at their ends. */
export function fitMiddle(text: string, width: number): string {
  return cliTruncate(text, Math.max(1, width), { position: 'middle' });
}

/** The width of the widest text, in columns of a terminal. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
}
