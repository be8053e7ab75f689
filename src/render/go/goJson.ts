import type { Json, JsonObject } from '../../objects/object.js';

/** What Go's encoding/json escapes besides what JSON demands: the signs of HTML and the line breaks of JavaScript. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const ESCAPED = /["\\\x00-\x1f<>&\u2028\u2029\ud800-\udfff]/;
const SHORT = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/**
 * JSON byte for byte as Go's encoding/json writes what it has read into a map[string]any: keys in the order of their UTF-8
 * bytes, HTML signs escaped, every number a float64. What it has read from YAML has integers: those are `exact`.
 */
export function encodeGoJson(value: Json, exact = false): string {
  switch (typeof value) {
    case 'string':
      return encodeString(value);
    case 'bigint':
      return exact ? String(value) : encodeNumber(Number(value));
    case 'number':
      return encodeNumber(value);
    case 'boolean':
      return String(value);
    default:
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map((item) => encodeGoJson(item, exact)).join(',')}]`;
  const fields = Object.entries(value as JsonObject)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .sort(([a], [b]) => compareBytes(a, b));
  return `{${fields.map(([key, item]) => `${encodeString(key)}:${encodeGoJson(item, exact)}`).join(',')}}`;
}

function encodeString(text: string): string {
  if (!ESCAPED.test(text)) return `"${text}"`;
  let result = '"';
  for (const character of text) result += SHORT.get(character) ?? escapeOther(character);
  return `${result}"`;
}

function escapeOther(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Half of a pair stands for bytes that are not UTF-8.
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  if (code >= 0x20 && !'<>&\u2028\u2029'.includes(character)) return character;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A float64 in its shortest form: scientific below 1e-6 and from 1e21 on. */
function encodeNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return String(value);
}

function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA === unitB) continue;
    // Surrogates stand for characters beyond all that one unit can hold.
    const surrogateA = unitA >= 0xd800 && unitA <= 0xdfff;
    const surrogateB = unitB >= 0xd800 && unitB <= 0xdfff;
    return surrogateA === surrogateB ? unitA - unitB : surrogateA ? 1 : -1;
  }
  return a.length - b.length;
}
