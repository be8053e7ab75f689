/** One text for one value, whoever writes it: what is hashed has to be the same wherever it is computed. */

/**
 * JSON as RFC 8785 writes it: no spaces, fields in the order of their UTF-16 code units, numbers as ECMAScript writes them. An
 * integer beyond 2^53, which RFC 8785 does not have, is written digit by digit.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  // An object would put keys that look like integers first, whatever order they are added in.
  const fields = Object.entries(value as Readonly<Record<string, unknown>>)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}
