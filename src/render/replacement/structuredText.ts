/** JSON and YAML within a string, changed in place: the rest of the text keeps its comments, its order and how it is written. */
import { type Document, type Node, Scalar, isCollection, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import { encodeGoJson } from '../go/goJson.js';
import { refold } from '../yaml/refold.js';
import { type Tree, plainJson } from '../resources/tree.js';
import { createdScalar } from './matchPath.js';
import { type NodeKind, PathProblem } from './slot.js';
import { type Place, placesIn } from './textPath.js';
import { nodeOf, setScalar, treeOf } from './textNodes.js';

/** Gives the new value for the one that is there. */
export type NewValue = (old: Tree) => Tree;

/** A trailing comment that stands apart from what is before it. */
const APART = /\n[ \t]*\n(?:[ \t]*#[^\n]*\n?)+\s*$/;

/**
 * Changes what stands at a path in a text of JSON or YAML, and returns the text (api/filters/replacement, setValueInStructuredData).
 * With `create`, what is missing is made, with a node of that kind at the end. Throws PathProblem where the text is neither JSON nor
 * YAML, or has no such place.
 */
export function changeStructuredText(
  text: string,
  path: readonly string[],
  create: NodeKind | undefined,
  change: NewValue,
): string {
  // No scalar is read as anything: what nobody changes is written as it was.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'failsafe',
    logLevel: 'silent',
    keepSourceTokens: false,
  });
  if (document.errors.length > 0 || !isCollection(document.contents)) {
    throw new PathProblem('the text there is neither JSON nor YAML');
  }
  const last = isMap(document.contents) ? document.contents.items.length : 0;
  const places = placesIn(document.contents, path, create);
  if (places.length === 0) throw new PathProblem(`the text there has no ${path.join('.')}`);
  for (const place of places) put(place, change);
  tidy(document, text, last);
  const first = text.trimStart().charAt(0);
  return first === '{' || first === '[' ? jsonText(document, text) : yamlText(document);
}

function put({ get, set, made }: Place, change: NewValue): void {
  const node = get();
  if (!isScalar(node)) set(nodeOf(change(treeOf(node as Node))));
  else if (made) set(nodeOf(change(createdScalar(String(node.value)))));
  else setScalar(node, change(treeOf(node)));
}

/** What go-yaml does with a text that it reads and writes: no empty lines, no `---`, and its own idea of where comments belong. */
function tidy(document: Document, text: string, last: number): void {
  if (document.directives !== undefined) {
    document.directives.docStart = null;
    document.directives.yaml.explicit = false;
  }
  const { contents, comment } = document;
  if (isCollection(contents) && typeof comment === 'string' && !APART.test(text)) {
    document.comment = null;
    const added = isMap(contents) ? contents.items[last]?.key : undefined;
    if (isNode(added)) added.commentBefore = `${comment}\n`;
    else contents.comment = comment;
  }
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN) key.tag = 'tag:yaml.org,2002:merge';
    },
    Node: (_, node, path) => {
      node.spaceBefore = false;
      if (!isScalar(node)) return;
      const flow = path.some((outer) => isCollection(outer) && outer.flow === true);
      if (node.type === Scalar.BLOCK_FOLDED && typeof node.value === 'string') node.value = refold(node.value);
      // What is nothing within braces and brackets is written as an empty string.
      if (flow && node.value === '' && node.type === Scalar.PLAIN) node.type = Scalar.QUOTE_SINGLE;
      if (flow && node.type === Scalar.BLOCK_LITERAL) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
}

function yamlText(document: Document): string {
  return document
    .toString({
      indent: 2,
      indentSeq: false,
      lineWidth: 0,
      flowCollectionPadding: false,
      singleQuote: true,
      doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    })
    .trim();
}

function jsonText(document: Document, original: string): string {
  const compact = encodeGoJson(plainJson(treeOf(document.contents as Node)), true);
  return original.includes('\n') && original.includes('  ') ? indented(compact) : compact;
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
