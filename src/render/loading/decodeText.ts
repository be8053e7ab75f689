import { isUtf8 } from 'node:buffer';
import { inputError } from '../../errors.js';

/**
 * The text of a file: UTF-8, or UTF-16 with a byte order mark, which some editors and shells of Windows write and kustomize and
 * kubectl take. Throws KapplyError `InvalidText` for anything else, rather than put something in the place of what it cannot read.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs('utf-16le', bytes, file);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeAs('utf-16be', bytes, file);
  if (!isUtf8(bytes)) throw notUtf8(file, lineOfInvalid(bytes));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function decodeAs(encoding: string, bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notUtf8(file, undefined, cause);
  }
}

/** The first line that is not UTF-8, from 1: a line break is a byte of its own there. */
function lineOfInvalid(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    if (!isUtf8(bytes.subarray(start, end < 0 ? bytes.length : end))) return line;
    if (end < 0) break;
    start = end + 1;
  }
  return line;
}

function notUtf8(file: string, line: number | undefined, cause?: unknown): Error {
  return inputError('InvalidText', 'the file is not UTF-8', {
    position: { file, ...(line !== undefined && { line }) },
    suggestions: ['Save it as UTF-8.'],
    cause,
  });
}
