import type { SourcePosition } from '../../errors.js';
import { YamlProblem } from './cursor.js';
import { readDocuments } from './read.js';
import type { YamlDialect } from './split.js';

interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Where a field stands in a YAML text, for error messages: the text is read once more, so ask only when there is an error.
 * @param documentIndex which of readYaml's documents
 * @param path field names and list indexes from the document's root on; where it leads nowhere, the nearest field above counts
 * @returns undefined where not even the first field is there
 */
export function positionOf(
  text: string,
  documentIndex: number,
  path: readonly (string | number)[],
  dialect: YamlDialect,
): Omit<SourcePosition, 'file'> | undefined {
  const places = new Map<object, Map<string | number, Place>>();
  const documents = read(text, dialect, (container, key, token) => {
    let entries = places.get(container);
    if (entries === undefined) places.set(container, (entries = new Map()));
    entries.set(key, { line: token.line + 1, column: token.column + 1 });
  });
  const document = documents[documentIndex];
  if (document === undefined) return undefined;
  let value: unknown = document.value;
  let found: Place | undefined;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) break;
    const place = places.get(value)?.get(part);
    if (place === undefined) break;
    found = place;
    value = (value as Record<string | number, unknown>)[part];
  }
  if (found === undefined) return undefined;
  return { line: found.line, column: found.column };
}

function read(
  text: string,
  dialect: YamlDialect,
  onEntry: Parameters<typeof readDocuments>[2],
): ReturnType<typeof readDocuments> {
  try {
    return readDocuments(text, dialect, onEntry);
  } catch (error) {
    if (error instanceof YamlProblem) return [];
    throw error;
  }
}
