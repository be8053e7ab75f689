import { randomUUID } from 'node:crypto';
import type { Json } from '../../objects/object.js';

/** Stands before the digits of an integer beyond 2^53 on its way through JSON.parse and JSON.stringify; no input can know it. */
const MARK = `int:${randomUUID()}:`;

/** A number in JSON has one of these in front; strings, where long digits are common, a quote. */
const LONG_INTEGER = /(?:^|[:,[\s-])\d{16,}/;
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** JSON to a value, with integers that a double cannot hold as bigint: Kubernetes takes int64. */
export function decodeJson(text: string): Json {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text) as Json;
  const marked = text.replaceAll(STRING_OR_LONG_INTEGER, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${MARK}${token}"`,
  );
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  ) as Json;
}

/** A value to JSON, with bigint written as a number, digit by digit. */
export function encodeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // It holds a bigint, or itself. A function that V8 has to call for every value costs five times as much.
    if (!(error instanceof TypeError)) throw error;
    return encodeLongIntegers(value);
  }
}

function encodeLongIntegers(value: unknown): string {
  const found: bigint[] = [];
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'bigint') return item;
    found.push(item);
    return `${MARK}${item}`;
  });
  return found.length > 0 ? text.replaceAll(new RegExp(`"${MARK}(-?\\d+)"`, 'g'), '$1') : text;
}
