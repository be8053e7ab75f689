/** JSON and YAML within a string, changed in place: the rest of the text keeps its comments, its order and its quotes. */
import { type Document, type Node, Scalar, isCollection, isScalar, parseDocument, visit } from 'yaml';
import type { Json } from '../../objects/object.js';
import { encodeGoJson } from '../go/goJson.js';
import { goRegExp } from '../../objects/regexp/goRegexp.js';
import { SourceScalar, type Tree, plainJson } from '../resources/tree.js';
import { refold } from '../yaml/refold.js';
import { PathProblem } from './slot.js';

/** Gives the new value for the one that is there. Undefined where nothing is there yet. */
export type NewValue = (old: Tree | undefined) => Tree;

/**
 * Changes what stands at a path in a text of JSON or YAML, and returns the text. Throws PathProblem where the text is neither,
 * or has no such place.
 */
export function changeStructuredText(text: string, path: readonly string[], create: boolean, change: NewValue): string {
  const document = parseDocument(text, { version: '1.2', keepSourceTokens: false, logLevel: 'error' });
  if (document.errors.length > 0 || !isCollection(document.contents)) {
    throw new PathProblem('the text there is neither JSON nor YAML');
  }
  const places = placesOf(document, path, create);
  if (places.length === 0) throw new PathProblem(`the text there has no ${path.join('.')}`);
  for (const place of places) {
    const old = document.getIn(place, true) as Node | undefined;
    const changed = change(old === undefined ? undefined : (old.toJSON() as Tree));
    const value = plainJson(changed);
    if (changed instanceof SourceScalar && changed.text === '') document.setIn(place, nothing(document, place));
    else if (isScalar(old) && (typeof value !== 'object' || value === null)) old.value = value;
    else document.setIn(place, document.createNode(value));
  }
  const first = text.trimStart().charAt(0);
  return first === '{' || first === '[' ? jsonText(document, text) : yamlText(document);
}

type Place = readonly (string | number)[];

/** What go-yaml writes as nothing, and within braces and brackets as an empty string. */
function nothing(document: Document, place: Place): Scalar {
  const within = place.some((_, depth) => {
    const node: unknown = depth === 0 ? document.contents : document.getIn(place.slice(0, depth), true);
    return isCollection(node) && node.flow === true;
  });
  const scalar = new Scalar(within ? '' : null);
  if (within) scalar.type = Scalar.QUOTE_SINGLE;
  else scalar.source = '';
  return scalar;
}

function placesOf(document: Document, path: readonly string[], create: boolean): Place[] {
  let places: Place[] = [[]];
  for (const part of path) {
    places = places.flatMap((place) => stepFrom(document, place, part, create));
  }
  return places;
}

function stepFrom(document: Document, place: Place, part: string, create: boolean): Place[] {
  const node: unknown = place.length === 0 ? document.contents : document.getIn(place, true);
  const json: unknown = isCollection(node) ? node.toJSON() : undefined;
  if (Array.isArray(json)) {
    const items: readonly unknown[] = json;
    if (part === '*') return items.map((_, index) => [...place, index]);
    if (/^[0-9]+$/.test(part)) {
      if (Number(part) < items.length || (create && Number(part) === items.length)) return [[...place, Number(part)]];
      throw new PathProblem(`there is no item ${part}: the list has ${items.length}`);
    }
    const match = /^\[([^=]*)=(.*)\]$/.exec(part);
    if (match === null) throw new PathProblem(`${part} is looked for in a list`);
    const [, name = '', value = ''] = match;
    return items.flatMap((item, index) => (isSelected(item, name, value) ? [[...place, index]] : []));
  }
  if (isCollection(node)) return node.has(part) || create ? [[...place, part]] : [];
  if (create && node === undefined) return [[...place, part]];
  throw new PathProblem(`${part} is looked for in a single value`);
}

function isSelected(item: unknown, name: string, value: string): boolean {
  const own: unknown = name === '' ? item : (item as Readonly<Record<string, unknown>> | null)?.[name];
  return (
    (typeof own === 'string' || typeof own === 'number' || typeof own === 'boolean') &&
    (goRegExp(value)?.test(String(own)) ?? false)
  );
}

function jsonText(document: Document, original: string): string {
  const json = document.toJSON() as Json;
  if (!original.includes('\n') || !original.includes('  ')) return encodeGoJson(json);
  return indented(encodeGoJson(json));
}

/** Two spaces for each level, as Go's json.Indent. */
function indented(compact: string): string {
  let result = '';
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < compact.length; index++) {
    const character = compact.charAt(index);
    if (quoted) {
      result += character;
      if (character === '\\') result += compact.charAt(++index);
      else if (character === '"') quoted = false;
      continue;
    }
    if (character === '"') quoted = true;
    if ((character === '{' || character === '[') && !/[}\]]/.test(compact.charAt(index + 1))) {
      depth++;
      result += `${character}\n${'  '.repeat(depth)}`;
    } else if ((character === '}' || character === ']') && !/[{[]/.test(compact.charAt(index - 1))) {
      depth--;
      result += `\n${'  '.repeat(depth)}${character}`;
    } else if (character === ',') result += `,\n${'  '.repeat(depth)}`;
    else result += character === ':' ? ': ' : character;
  }
  return result;
}

/** As go-yaml writes it: without empty lines, and with its own idea of folded texts. */
function yamlText(document: Document): string {
  visit(document, {
    Node: (_, node) => {
      node.spaceBefore = false;
      if (isScalar(node) && node.type === Scalar.BLOCK_FOLDED && typeof node.value === 'string')
        node.value = refold(node.value);
    },
  });
  return document
    .toString({ indent: 2, indentSeq: false, lineWidth: 0, flowCollectionPadding: false, nullStr: 'null' })
    .trim();
}
