/**
 * How a string is written that did not come from a file. kustomize keeps the style of what stood in a field before; what it makes anew
 * it puts in quotes only where go-yaml v2 would read something other than a string (kyaml/yaml/fns.go FieldSetter, compatibility.go
 * IsValueNonString). It shows when a later patch puts a number there: one that takes the place of a generated `yes` is "1", and one
 * that takes the place of an empty string is 1.
 */
import { readYaml } from '../yaml/read.js';
import { isPlainlyWritten } from '../yaml/emitScalar.js';
import { resolvePlain } from '../yaml/resolve.js';
import { needsQuotes } from './scalarText.js';
import { isQuotedField, noteFieldStyle } from './styles.js';
import { type Tree, type TreeMap, getField, isList, isMap } from './tree.js';

/** Beyond a plain word, what YAML may read as a list, a map, or nothing. */
const MAY_BE_MORE = /^[-?#[{!&*"'|>%@`:]|: |:$| #/;

/** To be told before a field that is there gets another string. */
export function keepStyle(map: TreeMap, name: string, value: Tree): void {
  if (typeof value !== 'string' || isQuotedField(map, name) !== undefined) return;
  const old = getField(map, name);
  if (old !== undefined) note(map, name, value, typeof old === 'string' && needsQuotes(old));
}

/** To be told of a string that a transformer or a generator has put where there was nothing. */
export function noteMade(map: TreeMap, name: string, value: string): void {
  note(map, name, value, isMadeInQuotes(value));
}

/** The same for all strings of a map. */
export function noteAllMade(map: Tree | undefined): void {
  if (!isMap(map)) return;
  for (const [name, value] of Object.entries(map)) if (typeof value === 'string') noteMade(map, name, value);
}

/** The labels that a generator's options give are all in quotes (kyaml/yaml/fns.go LabelSetter). */
export function noteAllQuoted(map: Tree | undefined): void {
  if (!isMap(map)) return;
  for (const [name, value] of Object.entries(map)) if (typeof value === 'string') note(map, name, value, true);
}

/** For a tree that kustomize has written and read anew: its strings are in quotes wherever YAML 1.1 needs them. */
export function noteWritten(tree: Tree): void {
  if (isList(tree)) for (const item of tree) noteWritten(item);
  if (!isMap(tree)) return;
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'string') note(tree, name, value, !isPlainlyWritten(value));
    else if (value !== undefined) noteWritten(value);
  }
}

function note(map: TreeMap, name: string, value: string, quoted: boolean): void {
  if (quoted !== needsQuotes(value)) noteFieldStyle(map, name, quoted ? 'quoted' : 'plain');
}

/** Texts of several lines are made in blocks. */
function isMadeInQuotes(text: string): boolean {
  if (text === '') return false;
  if (text.includes('\n')) return true;
  const { tag } = resolvePlain(text, '1.1');
  if (tag !== 'str') return tag !== 'timestamp';
  if (!MAY_BE_MORE.test(text)) return false;
  try {
    return typeof readYaml(text, { file: '', dialect: 'kustomization' })[0]?.value !== 'string';
  } catch {
    return false;
  }
}
