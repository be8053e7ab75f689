import { inputError, type KapplyError } from '../../errors.js';
import type { Json } from '../../objects/object.js';
import { noteFieldStyle, noteFlow } from '../resources/styles.js';
import { emptyMap, isNull, SourceScalar, textOf, type Tree, type TreeMap } from '../resources/tree.js';
import { composeDocument } from './compose.js';
import type { ComposeOptions } from './composer.js';
import { YamlProblem } from './cursor.js';
import { readJson } from './readJson.js';
import type { Scalar } from './resolve.js';
import { createScanner } from './scanner.js';
import { splitDocuments, type YamlDialect } from './split.js';

export interface ReadYamlOptions {
  /** How errors name the text. */
  readonly file: string;
  readonly dialect: YamlDialect;
  /** More values than this are an error; MOST_VALUES unless told otherwise. */
  readonly mostValues?: number;
}

export interface YamlDocument {
  readonly value: Json;
  /** The line in the file on which the document's content starts, from 1. */
  readonly line: number;
}

/** A resource of a kustomization, which remembers how its scalars are written where that is not the usual way. */
export interface TreeDocument {
  readonly tree: Tree;
  readonly line: number;
}

const RULES: Record<YamlDialect, Pick<ComposeOptions, 'version' | 'uniqueKeys' | 'resource'>> = {
  resource: { version: '1.2', uniqueKeys: true, resource: true },
  kustomization: { version: '1.1', uniqueKeys: false, resource: false },
  configuration: { version: '1.1', uniqueKeys: true, resource: false },
  // kubectl lets the last of two equal keys win without a word; here one of them would be lost, so it is an error.
  manifest: { version: '1.1', uniqueKeys: true, resource: false },
};

type Hooks = Partial<Pick<ComposeOptions, 'createMap' | 'wrap' | 'onStyle' | 'onFlow' | 'onEntry'>>;

/** In UTF-16 units. The API server takes objects of about 1.5 MB. */
const MAX_LENGTH = 64 * 1024 * 1024;

/** Of one text. A list of empty values is two bytes for each; 5,000 objects have some 300,000. */
const MOST_VALUES = 2_000_000;

const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\ud800-\udfff]/;

/**
 * Reads a YAML text as Go reads it. Empty documents are left out.
 * - `resource`: go-yaml v3's rules by way of kustomize: the text is cut at `---` lines first, keys are unique strings.
 * - `kustomization`: go-yaml v2's rules: the first document only, yes and no are booleans, of equal keys the last counts.
 * - `configuration`: the same, but equal keys are an error.
 * - `manifest`: kubectl's reader: go-yaml v2's rules for each document; several JSON objects may follow each other.
 *
 * Integers beyond 2^53 are bigints. An object may have a field `__proto__` of its own.
 * @throws KapplyError InvalidYaml with file, line and column
 */
export function readYaml(text: string, options: ReadYamlOptions): YamlDocument[] {
  const documents = readNamed(text, options.file, options.dialect, { createMap: plainMap }, options.mostValues);
  // Without wrap, a tree is JSON.
  return documents.map(({ tree, line }) => ({ value: tree as Json, line }));
}

/**
 * Reads resources as readYaml does with the dialect `resource`, but keeps the text of every scalar that is no string and not
 * written as it would be printed.
 * @throws KapplyError InvalidYaml with file, line and column
 */
export function readTrees(text: string, options: Pick<ReadYamlOptions, 'file'>): TreeDocument[] {
  return readNamed(text, options.file, 'resource', {
    createMap: emptyMap,
    wrap,
    onStyle: noteFieldStyle,
    onFlow: noteFlow,
  });
}

function plainMap(): TreeMap {
  return {};
}

function wrap(value: Scalar, text: string): Tree {
  return typeof value !== 'string' && textOf(value) === text ? value : new SourceScalar(value, text);
}

function readNamed(text: string, file: string, dialect: YamlDialect, hooks: Hooks, most?: number): TreeDocument[] {
  try {
    return readDocuments(text, dialect, hooks, most);
  } catch (error) {
    throw error instanceof YamlProblem ? invalidYaml(error, file) : error;
  }
}

function invalidYaml(problem: YamlProblem, file: string): KapplyError {
  return inputError('InvalidYaml', `invalid YAML: ${problem.message}`, {
    position: { file, line: problem.line, column: problem.column },
    suggestions: problem.suggestion === undefined ? [] : [problem.suggestion],
  });
}

/** As readYaml, but throws YamlProblem, and lets the caller choose what the values are made of. */
export function readDocuments(text: string, dialect: YamlDialect, hooks: Hooks, most = MOST_VALUES): TreeDocument[] {
  if (text.length > MAX_LENGTH) {
    throw new YamlProblem(
      `the text is longer than ${MAX_LENGTH / 1024 / 1024} MB`,
      1,
      1,
      'Split it into several files.',
    );
  }
  const documents: TreeDocument[] = [];
  const counts = { values: 0, aliased: 0, most };
  const unified = dialect === 'resource' && text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
  for (const piece of splitDocuments(unified, dialect)) {
    const { onEntry } = hooks;
    const options: ComposeOptions = {
      createMap: plainMap,
      counts,
      ...RULES[dialect],
      ...hooks,
      ...(onEntry !== undefined && {
        onEntry: (container, key, token) => onEntry(container, key, { ...token, line: token.line + piece.lines }),
      }),
    };
    try {
      for (const { tree, line } of readPiece(piece.text, dialect, options))
        documents.push({ tree, line: line + piece.lines });
    } catch (error) {
      if (!(error instanceof YamlProblem)) throw error;
      throw new YamlProblem(error.message, error.line + piece.lines, error.column, error.suggestion);
    }
  }
  return documents;
}

function readPiece(text: string, dialect: YamlDialect, options: ComposeOptions): TreeDocument[] {
  const control = CONTROL.exec(text);
  if (control !== null) throw controlCharacter(text, control.index);
  const json = isPlain(dialect, options) ? readJson(text, options.counts.most - options.counts.values) : undefined;
  if (json !== undefined) {
    options.counts.values += json.values;
    return [{ tree: json.value, line: json.line }];
  }
  const documents: TreeDocument[] = [];
  const scanner = createScanner(text);
  for (;;) {
    const document = composeDocument(scanner, options);
    if (document !== undefined && !isNull(document.value))
      documents.push({ tree: document.value, line: document.line });
    if (dialect !== 'manifest' || document === undefined) return documents;
    const next = scanner.peek();
    if (next.kind === 'streamEnd' || next.kind === 'documentEnd') return documents;
    if (next.kind !== 'flowMappingStart') {
      throw new YamlProblem(
        'this stands behind the end of the document',
        next.line + 1,
        next.column + 1,
        'Put --- on a line of its own between documents.',
      );
    }
  }
}

/** Whether nobody asks how something is written: a manifest's values are all that counts. */
function isPlain(dialect: YamlDialect, { createMap, wrap, onStyle, onFlow, onEntry }: ComposeOptions): boolean {
  const isAsked = [wrap, onStyle, onFlow, onEntry].some((hook) => hook !== undefined);
  return dialect === 'manifest' && createMap === plainMap && !isAsked;
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
