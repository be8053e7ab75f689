/**
 * Putting another text into a scalar. Where kustomize says no type with it, the text takes the place of the old one within
 * its quotes: in quotes it stays a string, written plainly it is read anew, so that a name may become a number.
 */
import { resolvePlain } from '../yaml/resolve.js';
import { SourceScalar, type Tree, type TreeScalar, isMissing, textOf } from './tree.js';

/** The scalar that results from writing `text` where `old` stands, which is `quoted` where it needs to be unless told otherwise. */
export function withText(old: Tree | undefined, text: string, quoted?: boolean): TreeScalar {
  return typeof old === 'string' && (quoted ?? needsQuotes(old)) ? text : plainScalar(text);
}

/** A scalar of the type of `old` with another text; undefined where the text is none of that type. */
export function withTextOfType(old: TreeScalar, text: string): TreeScalar | undefined {
  if (typeof old === 'string') return text;
  const scalar = plainScalar(text);
  const [type, wanted] = [typeOf(scalar), typeOf(old)];
  return type === wanted || (type === 'integer' && wanted === 'float') ? scalar : undefined;
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
export function needsQuotes(text: string): boolean {
  return !isMissing(text) && plainScalar(text) !== text;
}

/** `null`, `boolean`, `integer`, `float` or `string`. */
export function typeOf(scalar: TreeScalar): string {
  if (scalar instanceof SourceScalar && /^[-+]?[0-9_]*(?:\.|[0-9][eE])/.test(scalar.text)) return 'float';
  const value = scalar instanceof SourceScalar ? scalar.value : scalar;
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  return typeof value;
}
