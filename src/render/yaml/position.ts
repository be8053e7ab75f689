import type { SourcePosition } from '../../errors.js';
import type { ComposeOptions } from './composer.js';
import { YamlProblem } from './cursor.js';
import { readDocuments, type TreeDocument } from './read.js';
import type { YamlDialect } from './split.js';

type Place = Omit<SourcePosition, 'file'>;

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
): Place | undefined {
  const places = new Map<object, Map<string | number, Place>>();
  const documents = readAgain(text, dialect, (container, key, token) => {
    const entries = places.get(container) ?? new Map<string | number, Place>();
    places.set(container, entries);
    entries.set(key, { line: token.line + 1, column: token.column + 1 });
  });
  let value: unknown = documents[documentIndex]?.tree;
  let found: Place | undefined;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) break;
    const place = places.get(value)?.get(part);
    if (place === undefined) break;
    found = place;
    value = (value as Record<string | number, unknown>)[part];
  }
  return found;
}

function readAgain(
  text: string,
  dialect: YamlDialect,
  onEntry: NonNullable<ComposeOptions['onEntry']>,
): TreeDocument[] {
  try {
    return readDocuments(text, dialect, { onEntry });
  } catch (error) {
    if (error instanceof YamlProblem) return [];
    throw error;
  }
}
