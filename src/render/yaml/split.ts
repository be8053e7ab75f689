import { YamlProblem } from './cursor.js';

/**
 * How a text is read: as kustomize reads resources, as it reads its own file and JSON patches, as it reads transformer configurations,
 * or as kubectl reads `-f`.
 */
export type YamlDialect = 'resource' | 'kustomization' | 'configuration' | 'manifest';

/** A part of a text that is read on its own. */
export interface YamlPiece {
  readonly text: string;
  /** How many lines stand before it. */
  readonly lines: number;
}

/** kustomize wants a whole line between two others, so that of two separators in a row the second belongs to the document. */
const SEPARATORS = { resource: /(?<=\n)---[^\n]*\n/g, manifest: /^---[^\n]*(?:\n|$)/gm };

function countLines(text: string): number {
  let count = 0;
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) count++;
  return count;
}

function checkSeparator(separator: string, line: number): void {
  const rest = separator.slice(3).trim();
  if (rest !== '' && !rest.startsWith('#')) {
    throw new YamlProblem(
      `only a comment may follow --- on its line, not ${JSON.stringify(rest)}`,
      line,
      4,
      'Put the document on the lines below ---.',
    );
  }
}

/**
 * Cuts a text at its `---` lines before it is read as YAML, which is what kustomize (kyaml's byteio_reader.go) and kubectl
 * (apimachinery's yaml/decoder.go) do: of what a piece holds, only the first document counts.
 */
export function splitDocuments(text: string, dialect: YamlDialect): YamlPiece[] {
  if (dialect === 'kustomization' || dialect === 'configuration' || !text.includes('---')) return [{ text, lines: 0 }];
  const pieces: YamlPiece[] = [];
  let start = 0;
  let lines = 0;
  for (const match of text.matchAll(SEPARATORS[dialect])) {
    // The line break before a separator of kustomize's is part of it: it cannot end the separator before as well.
    if (dialect === 'resource' && match.index === start && start > 0) continue;
    const piece = text.slice(start, match.index);
    pieces.push({ text: piece, lines });
    lines += countLines(piece) + 1;
    checkSeparator(match[0], lines);
    start = match.index + match[0].length;
  }
  pieces.push({ text: text.slice(start), lines });
  return pieces;
}
