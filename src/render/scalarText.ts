/**
 * Putting another text into a scalar. Where kustomize says no type with it, the text takes the place of the old one within
 * its quotes: in quotes it stays a string, written plainly it is read anew, so that a name may become a number.
 */
import { resolvePlain } from './yaml/resolve.js';
import { SourceScalar, type Tree, type TreeScalar, isMissing, textOf } from './tree.js';

/** The scalar that results from writing `text` where `old` stands. */
export function withText(old: Tree | undefined, text: string): TreeScalar {
  return typeof old === 'string' && needsQuotes(old) ? text : plainScalar(text);
}

/** A scalar of the type of `old` with another text: of a number the result must be a number. */
export function withTextOfType(old: TreeScalar, text: string): TreeScalar | undefined {
  if (typeof old === 'string') return text;
  const scalar = plainScalar(text);
  return typeOf(scalar) === typeOf(old) ? scalar : undefined;
}

/** What a text means that is written without quotes. */
export function plainScalar(text: string): TreeScalar {
  // A line break is only ever written in a block or in quotes.
  if (text.includes('\n')) return text;
  const { value, tag } = resolvePlain(text, '1.2');
  if (tag === 'str') return text;
  return textOf(value) === text && typeof value !== 'string' ? value : new SourceScalar(value, text);
}

/** Read without quotes, the string would be something else. */
function needsQuotes(text: string): boolean {
  return !isMissing(text) && plainScalar(text) !== text;
}

function typeOf(scalar: TreeScalar): string {
  const value = scalar instanceof SourceScalar ? scalar.value : scalar;
  return value === null ? 'null' : typeof value === 'bigint' ? 'number' : typeof value;
}
