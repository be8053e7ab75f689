/** What the server warns of in the `Warning` headers of its answers (RFC 9111 and KEP-1693). */

/** `299 - "text"`, several joined by commas; the text may hold escaped quotes. */
const WARNING = /299 \S+ "((?:[^"\\]|\\.)*)"/g;
/** So many texts, and objects of one text, are kept: a server that makes up one for each request does not grow us. */
const MOST_WARNINGS = 1_000;
/** So many objects of one text are named. */
const MOST_NAMED = 3;
/** The end of the path of one object: its resource and its name. */
const OBJECT = /\/([a-z0-9-]+\/[^/?]+)(?:\?.*)?$/;

/** The objects, as `secrets/tls`, whose writes were warned of, by the text; in the order of the answers. */
export type ServerWarnings = Map<string, Set<string>>;

/** The texts of a `Warning` header that the API server set. */
export function parseWarnings(header: string): string[] {
  return [...header.matchAll(WARNING)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));
}

/** Keeps texts that came with the answer to a request; what was written is named with them. */
export function keepWarnings(
  warnings: ServerWarnings,
  texts: readonly string[],
  { method, path }: { readonly method: string; readonly path: string },
): void {
  const object = method === 'PATCH' || method === 'PUT' ? OBJECT.exec(path)?.[1] : undefined;
  for (const text of texts) {
    const objects = warnings.get(text) ?? new Set();
    if (object !== undefined && objects.size < MOST_WARNINGS) objects.add(decodeURIComponent(object));
    if (warnings.size < MOST_WARNINGS) warnings.set(text, objects);
  }
}

/** Each text once, with the objects: `secrets/tls: failed to find any PEM data`. */
export function warningTexts(warnings: ServerWarnings): string[] {
  return [...warnings].map(([text, objects]) => {
    if (objects.size === 0) return text;
    const more = objects.size > MOST_NAMED ? ` and ${objects.size - MOST_NAMED} more` : '';
    return `${[...objects].slice(0, MOST_NAMED).join(', ')}${more}: ${text}`;
  });
}
