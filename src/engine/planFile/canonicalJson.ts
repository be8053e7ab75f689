/** One text for one value, so that two programs that hold the same plan compute the same digest. */
import { createHash } from 'node:crypto';
import { encodeJson } from '../../cluster/requests/json.js';

/**
 * JSON as RFC 8785 writes it: no spaces, fields in the order of their UTF-16 code units, numbers as ECMAScript writes them. An
 * integer beyond 2^53, which RFC 8785 does not have, is written digit by digit.
 */
export function canonicalJson(value: unknown): string {
  return encodeJson(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value as Readonly<Record<string, unknown>>)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  // `__proto__` is a key like any other.
  return fields.reduce<Record<string, unknown>>(
    (map, [name, field]) => {
      map[name] = sorted(field);
      return map;
    },
    Object.create(null) as Record<string, unknown>,
  );
}

/** `sha256:` and 64 hex digits, of the canonical JSON. */
export function digestOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}
