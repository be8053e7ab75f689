/** `299 - "text"`, several joined by commas; the text may hold escaped quotes (RFC 9111 and KEP-1693). */
const WARNING = /299 \S+ "((?:[^"\\]|\\.)*)"/g;

/** The texts of a `Warning` header that the API server set. */
export function parseWarnings(header: string): string[] {
  return [...header.matchAll(WARNING)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));
}
