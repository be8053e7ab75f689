/** File names made of names that came from a server, which may be anything. */
import { createHash } from 'node:crypto';

/** Of most file systems 255 bytes are the limit; an ending comes behind. */
const MOST_CHARACTERS = 200;

/**
 * The parts joined by underscores: one file name, and another one for other parts. What is no letter, digit, dot, dash or colon is
 * written as its bytes (`%2F`), so that no name leads to another folder.
 */
export function fileNameOf(...parts: readonly string[]): string {
  const name = parts.map(encoded).join('_');
  if (name.length <= MOST_CHARACTERS) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, MOST_CHARACTERS - hash.length - 1)}~${hash}`;
}

function encoded(part: string): string {
  const bytes = [...Buffer.from(part, 'utf8')];
  const text = bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9.:-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  // A name of dots alone is a folder.
  return text.join('').replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));
}
