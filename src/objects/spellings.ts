/** What needs another spelling in one of the forms below. */
const SPECIAL = /[^A-Za-z0-9_.~-]/;
/** encodeURIComponent leaves these (ECMA-262, 19.2.6.4); Go's url.QueryEscape and forms do not. */
const LEFT_BY_URI = /[!'()*]/g;

/**
 * How else programs spell a text when they put it into another one: quoted in JSON or by Go's `%q`, by Go's encoding/json,
 * which escapes for HTML, and within JSON a second time; between single quotes in YAML; in a URL or a form; base64
 * without padding, and in the alphabet for URLs (RFC 4648, 5). Only those that differ from the text.
 */
export function spellings(text: string): string[] {
  if (!SPECIAL.test(text)) return [];
  const quoted = inJson(text);
  const inGo = quoted.replaceAll(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
  const inUri = encodeURIComponent(wellFormed(text));
  const inQuery = inUri.replaceAll(LEFT_BY_URI, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const unpadded = text.replace(/=+$/, '');
  const all = [
    ...[quoted, inGo, inJson(quoted), inJson(inGo)],
    text.replaceAll("'", "''"),
    ...[inUri, inQuery, inQuery.replaceAll('%20', '+')],
    ...[unpadded, unpadded.replaceAll('+', '-').replaceAll('/', '_')],
  ];
  return [...new Set(all)].filter((form) => form !== text);
}

/** As it stands between the quotes. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** encodeURIComponent takes no half of a pair of surrogates. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
