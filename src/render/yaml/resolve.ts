import { readTimestamp } from './timestamp.js';

/**
 * Which rules give a plain scalar its type: `1.2` is what go-yaml v3 does (resources), `1.1` go-yaml v2 (the kustomization
 * file, JSON patches, and kubectl's manifests), where yes, no, on, off, y and n are booleans. Both read 0777 as octal.
 */
export type YamlVersion = '1.1' | '1.2';

export type Scalar = null | boolean | number | bigint | string;

/** What a scalar means: the short tag of its type and its value. */
export interface Resolved {
  readonly tag: 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'str';
  readonly value: Scalar;
}

const NULL: Resolved = { tag: 'null', value: null };
const TRUE: Resolved = { tag: 'bool', value: true };
const FALSE: Resolved = { tag: 'bool', value: false };
const NAN: Resolved = { tag: 'float', value: NaN };
const INFINITE: Resolved = { tag: 'float', value: Infinity };
const MINUS_INFINITE: Resolved = { tag: 'float', value: -Infinity };

const WORDS = new Map<string, Resolved>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, NULL] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, TRUE] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, FALSE] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NAN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, INFINITE] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, MINUS_INFINITE] as const),
]);
const WORDS_1_1 = new Map<string, Resolved>([
  ...WORDS,
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, TRUE] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, FALSE] as const),
]);

const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*)$/;
const PREFIXED = /^([-+]?)0(?:[xX]([0-9a-fA-F]+)|[bB]([01]+)|[oO]?([0-7]+))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DOT_FLOAT = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

/** An integer as a number where that is exact, as a bigint otherwise; undefined beyond what 64 bits hold. */
function integer(value: bigint): Resolved | undefined {
  if (value < MIN_INT64 || value > MAX_UINT64) return undefined;
  const number = Number(value);
  return { tag: 'int', value: Number.isSafeInteger(number) ? number : value };
}

function readInteger(text: string): Resolved | undefined {
  if (DECIMAL.test(text)) {
    if (text.length < 16) return { tag: 'int', value: Number(text) + 0 };
    return integer(BigInt(text.startsWith('+') ? text.slice(1) : text));
  }
  const match = PREFIXED.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal = '0'] = match;
  const size = hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary}` : `0o${octal}`;
  return integer(sign === '-' ? -BigInt(size) : BigInt(size));
}

function readFloat(text: string, pattern: RegExp): Resolved | undefined {
  if (!pattern.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { tag: 'float', value } : undefined;
}

/**
 * What a plain scalar means (resolve.go of go-yaml v2 and v3). Integers are exact up to 64 bits, larger ones become floats;
 * .inf and .nan are returned as such, and no JSON can hold them.
 */
export function resolvePlain(text: string, version: YamlVersion, tagged = false): Resolved {
  const code = text.charCodeAt(0);
  const word =
    code >= 97 && code <= 122 && !'ntfyo'.includes(text.charAt(0))
      ? undefined
      : (version === '1.1' ? WORDS_1_1 : WORDS).get(text);
  if (word !== undefined) return word;
  if (code === 46) return readFloat(text, DOT_FLOAT) ?? { tag: 'str', value: text };
  if ((code < 48 || code > 57) && code !== 43 && code !== 45) return { tag: 'str', value: text };
  if (!tagged) {
    const timestamp = readTimestamp(text);
    if (timestamp !== undefined) return { tag: 'timestamp', value: version === '1.1' ? text : timestamp };
  }
  const digits = text.replaceAll('_', '');
  return readInteger(digits) ?? readFloat(digits, FLOAT) ?? { tag: 'str', value: text };
}
