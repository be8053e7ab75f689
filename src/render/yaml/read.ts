import { inputError, type KapplyError } from '../../errors.js';
import type { Json } from '../../objects/object.js';
import { composeDocument, type ComposeOptions } from './compose.js';
import { YamlProblem } from './cursor.js';
import { createScanner } from './scanner.js';
import { splitDocuments, type YamlDialect } from './split.js';

export interface ReadYamlOptions {
  /** How errors name the text. */
  readonly file: string;
  readonly dialect: YamlDialect;
}

export interface YamlDocument {
  readonly value: Json;
  /** The line in the file on which the document's content starts, from 1. */
  readonly line: number;
}

type Rules = Pick<ComposeOptions, 'version' | 'uniqueKeys' | 'resource'>;

const RULES: Record<YamlDialect, Rules> = {
  resource: { version: '1.2', uniqueKeys: true, resource: true },
  kustomization: { version: '1.1', uniqueKeys: false, resource: false },
  // kubectl lets the last of two equal keys win without a word; kapply says so (product.md, Bad input).
  manifest: { version: '1.1', uniqueKeys: true, resource: false },
};

/** In UTF-16 units. The API server takes objects of about 1.5 MB. */
const MAX_LENGTH = 64 * 1024 * 1024;

// eslint-disable-next-line no-control-regex -- control characters are the subject
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\ud800-\udfff]/;

/**
 * Reads a YAML text as Go reads it (libraries.md, "YAML as kustomize and kubectl see it"). Empty documents are left out.
 * - `resource`: go-yaml v3's rules by way of kustomize: the text is cut at `---` lines first, keys are unique strings.
 * - `kustomization`: go-yaml v2's rules: the first document only, yes and no are booleans, of equal keys the last counts.
 * - `manifest`: kubectl's reader: go-yaml v2's rules for each document; several JSON objects may follow each other.
 * Integers beyond 2^53 are bigints. Strings hold whatever they hold: an object may have a field `__proto__`.
 * @throws KapplyError InvalidYaml with file, line and column
 */
export function readYaml(text: string, options: ReadYamlOptions): YamlDocument[] {
  try {
    return readDocuments(text, options.dialect);
  } catch (error) {
    throw error instanceof YamlProblem ? invalidYaml(error, options.file) : error;
  }
}

function invalidYaml(problem: YamlProblem, file: string): KapplyError {
  return inputError('InvalidYaml', `invalid YAML: ${problem.message}`, {
    position: { file, line: problem.line, column: problem.column },
    suggestions: problem.suggestion === undefined ? [] : [problem.suggestion],
  });
}

/** As readYaml, but throws YamlProblem, and tells where entries stand. */
export function readDocuments(text: string, dialect: YamlDialect, onEntry?: ComposeOptions['onEntry']): YamlDocument[] {
  if (text.length > MAX_LENGTH) {
    throw new YamlProblem(
      `the text is longer than ${MAX_LENGTH / 1024 / 1024} MB`,
      1,
      1,
      'Split it into several files.',
    );
  }
  const documents: YamlDocument[] = [];
  const unified = dialect === 'resource' && text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
  for (const piece of splitDocuments(unified, dialect)) {
    const options: ComposeOptions =
      onEntry === undefined
        ? RULES[dialect]
        : {
            ...RULES[dialect],
            onEntry: (container, key, token) => onEntry(container, key, { ...token, line: token.line + piece.lines }),
          };
    try {
      readPiece(piece.text, dialect, options, piece.lines, documents);
    } catch (error) {
      if (!(error instanceof YamlProblem)) throw error;
      throw new YamlProblem(error.message, error.line + piece.lines, error.column, error.suggestion);
    }
  }
  return documents;
}

function readPiece(
  text: string,
  dialect: YamlDialect,
  options: ComposeOptions,
  lines: number,
  documents: YamlDocument[],
): void {
  const control = CONTROL.exec(text);
  if (control !== null) throw controlCharacter(text, control.index);
  const scanner = createScanner(text);
  for (;;) {
    const document = composeDocument(scanner, options);
    if (document !== undefined && document.value !== null)
      documents.push({ value: document.value, line: document.line + lines });
    if (dialect !== 'manifest' || document === undefined) return;
    const next = scanner.peek();
    if (next.kind === 'streamEnd' || next.kind === 'documentEnd') return;
    if (next.kind === 'flowMappingStart') continue;
    throw new YamlProblem(
      'this stands behind the end of the document',
      next.line + 1,
      next.column + 1,
      'Put --- on a line of its own between documents.',
    );
  }
}

function controlCharacter(text: string, index: number): YamlProblem {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const code = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0');
  return new YamlProblem(
    `the control character U+${code} cannot stand in YAML`,
    line,
    index - lineStart + 1,
    'Write it as an escape in double quotes.',
  );
}
