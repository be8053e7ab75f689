import { isMap, type Tree, type TreeMap } from '../resources/tree.js';
import { problem, type Composer } from './composer.js';
import { keyName } from './composeScalar.js';
import { refold } from './refold.js';
import type { Token } from './tokens.js';

/** A mapping while it is read. */
export interface OpenMapping {
  readonly map: TreeMap;
  readonly top: boolean;
  merges: TreeMap[] | undefined;
}

/** Starts a mapping, in braces or not. */
export function openMapping(composer: Composer): OpenMapping {
  composer.depth++;
  return { map: composer.options.createMap(), top: composer.depth === 1, merges: undefined };
}

/** Sets a field whose name comes from a user: `__proto__` is a field like any other. */
export function setField(map: TreeMap, key: string, value: Tree): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[key] = value;
  }
}

/** The field that the key just read names, or undefined where it is `<<`, which merges. */
export function fieldOf(composer: Composer, mapping: OpenMapping, token: Token, key: Tree): string | undefined {
  const unique = composer.options.uniqueKeys;
  if (composer.text === '<<' && composer.plain) {
    if (unique && mapping.merges !== undefined) {
      throw problem(token, 'a mapping can have << only once', 'Write <<: [*first, *second].');
    }
    return undefined;
  }
  const field = keyName(composer, token, key, mapping.top);
  if (unique && Object.hasOwn(mapping.map, field)) {
    throw problem(token, `the key ${JSON.stringify(field)} stands twice in this mapping`, 'Remove one of the two.');
  }
  return field;
}

/** Enters the value of a field, or what `<<` merges. */
export function setEntry(
  composer: Composer,
  mapping: OpenMapping,
  token: Token,
  field: string | undefined,
  value: Tree,
): void {
  if (field !== undefined) {
    const { onStyle } = composer.options;
    setField(mapping.map, field, onStyle === undefined ? refolded(composer, value) : value);
    if (!composer.plain && composer.type === 'str')
      onStyle?.(mapping.map, field, composer.folded ? 'folded' : 'quoted');
    composer.options.onEntry?.(mapping.map, field, token);
    return;
  }
  const sources: TreeMap[] = [];
  for (const source of Array.isArray(value) ? value : [value]) {
    if (!isMap(source))
      throw problem(token, '<< merges mappings only', 'Give it an alias of a mapping, or a list of these.');
    sources.push(source);
  }
  // go-yaml v2 merges where << stands, over the keys before it; in both versions the first of a list wins.
  if (composer.options.version === '1.1') for (const source of sources.toReversed()) merge(mapping.map, source, true);
  mapping.merges = [...(mapping.merges ?? []), ...sources];
}

/** A folded text as kustomize prints it. */
export function refolded({ folded, options }: Composer, value: Tree): Tree {
  return folded && options.resource && typeof value === 'string' ? refold(value) : value;
}

function merge(map: TreeMap, source: TreeMap, override: boolean): void {
  for (const [field, value] of Object.entries(source)) {
    if (value !== undefined && (override || !Object.hasOwn(map, field))) setField(map, field, value);
  }
}

/**
 * Ends a mapping. By the rules of YAML 1.2, what it merges in by `<<` comes in now, and only where it has no such key of its own.
 */
export function closeMapping(composer: Composer, mapping: OpenMapping): TreeMap {
  composer.depth--;
  // kustomize removes what is left of merges by name, and a quoted "<<" with it (kyaml: removeMergeTags).
  if (composer.options.resource && '<<' in mapping.map) delete mapping.map['<<'];
  if (composer.options.version === '1.2') for (const source of mapping.merges ?? []) merge(mapping.map, source, false);
  return mapping.map;
}
