import type { Tree } from '../resources/tree.js';

/** A document that is written as JSON. */
export interface JsonDocument {
  readonly value: Tree;
  /** The line on which it starts, from 1. */
  readonly line: number;
  /** How many values it has; keys are values. */
  readonly values: number;
}

/** libyaml's limit is 1,024, quotes and all: what is longer is left to the scanner, as is what is nested deeper than any object. */
const KEY_LENGTH = 1000;
const MAX_DEPTH = 200;

/** YAML takes these for line breaks in quotes, and half a pair is an error there. */
const NOT_AS_IN_JSON = /[\x85\u2028\u2029]|\\u[dD]/;

/**
 * Reads a text that is JSON as a program writes it, in one line or indented by spaces: helm's `toJson`, `kubectl get -o json`, jsonnet. V8
 * reads it twenty times as fast as a scanner of YAML, and kubectl reads JSON as such as well. undefined for any other text: what JSON
 * allows and no program writes (a key twice, a number such as 1.0), and all in which JSON and YAML differ, is the scanner's.
 * @param most values, beyond which it is the scanner's as well
 */
export function readJson(text: string, most: number): JsonDocument | undefined {
  const start = text.indexOf('{');
  if (start < 0 || !/^[ \n]*$/.test(text.slice(0, start))) return undefined;
  const end = text.lastIndexOf('}') + 1;
  if (!/^[ \r\n]*$/.test(text.slice(end))) return undefined;
  const json = text.slice(start, end);
  const value = parsed(json);
  // A key that stands twice, an escape that nobody needs, a number that is not exact: all are lost on the way there and back.
  if (value === undefined || JSON.stringify(value, undefined, indentOf(json)) !== json) return undefined;
  if (NOT_AS_IN_JSON.test(json)) return undefined;
  const values = countValues(value, most, 0);
  return values > most ? undefined : { value, line: text.slice(0, start).split('\n').length, values };
}

function parsed(json: string): Tree | undefined {
  try {
    return JSON.parse(json) as Tree;
  } catch {
    return undefined;
  }
}

/** By how many spaces its first line is indented; 0 where all stands in one line. */
function indentOf(json: string): number {
  return /^\{\n( *)/.exec(json)?.[1]?.length ?? 0;
}

/** How many values a tree has; Infinity where something in it is not the same in YAML. */
function countValues(tree: Tree, most: number, depth: number): number {
  if (typeof tree === 'number') return Number.isSafeInteger(tree) ? 1 : Infinity;
  if (typeof tree !== 'object' || tree === null) return 1;
  if (depth > MAX_DEPTH) return Infinity;
  let count = 1;
  for (const [key, value] of Object.entries(tree)) {
    if (key.length > KEY_LENGTH) return Infinity;
    count += (Array.isArray(tree) ? 0 : 1) + countValues(value as Tree, most, depth + 1);
    if (count > most) return count;
  }
  return count;
}
