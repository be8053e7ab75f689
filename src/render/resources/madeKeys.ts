/**
 * The keys that kustomize can make. It writes them without quotes, and reads what it has written: `1`, `true` and `2001-01-01` come
 * back as other things than strings, for which it ends with an error ("json: unsupported type"). A key that stands in a file keeps
 * its quotes, except among annotations, which are all written anew.
 */
import { type KapplyError, type SourcePosition, inputError } from '../../errors.js';
import { type Tree, isMap } from './tree.js';
import { resolvePlain } from '../yaml/resolve.js';

const WORDS = { null: 'nothing', bool: 'a boolean', int: 'a number', float: 'a number', timestamp: 'a date', str: '' };

/** What is wrong with a key that is made; undefined where nothing is. */
export function problemOfMadeKey(name: string): string | undefined {
  const { tag } = resolvePlain(name, '1.2');
  return tag === 'str' ? undefined : `the key ${name} reads as ${WORDS[tag]}, not as a string`;
}

/** The problem of the first such key of a map. */
export function problemOfMadeKeys(map: Tree | undefined): string | undefined {
  if (!isMap(map)) return undefined;
  for (const name of Object.keys(map)) {
    const problem = problemOfMadeKey(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The error for such a key. */
export function unreadableKey(message: string, position: SourcePosition): KapplyError {
  return inputError('UnreadableKey', message, {
    position,
    suggestions: ['Give the key another name: kustomize makes keys without quotes, and cannot read this one back.'],
  });
}
