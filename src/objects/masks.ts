/**
 * What a run must not say, whoever says it: an admission policy's message may quote the Secret that it refused. Everything
 * that is emitted passes `hide`.
 */
import { mapTexts, type LeavesField } from './mapTexts.js';
import { isConfigKey } from './names.js';
import { MASK } from './redact.js';
import { mapSecretTexts, type MaskRule, type ReplaceSecret } from './secretTexts.js';
import { spellings } from './spellings.js';
import { hideUrlSecrets } from './urls.js';

export interface Masks {
  /** The user's own rules (`--mask`), for diffs as well. */
  readonly rules: readonly MaskRule[];
  readonly addRules: (rules: readonly MaskRule[]) => void;
  /** Takes in the secret texts of an object, and the names that are none. */
  readonly learn: (object: unknown) => void;
  /** The text without secret texts that were learned, and without the passwords of URLs. */
  readonly hideIn: (text: string) => string;
}

/** Shorter texts stand everywhere: to mask them would hide what happened and tell what they are. */
export const LEAST_LENGTH = 8;
/** A key without a value that is as long as this is a line of something else. */
const LEAST_KEY_LENGTH = 32;
/** A Secret of many short lines is a file that somebody may print: so many of its lines are looked for. */
const MOST_LINES = 10_000;

/** Masks that know no secret yet: they learn from every Secret that passes. */
export function makeMasks(): Masks {
  const rules: MaskRule[] = [];
  /** By their first characters, so that a text is read once whatever was learned. */
  const secrets = new Map<string, Set<string>>();
  /** Which pairs of characters a secret starts with: of nearly every place in a text, this is all that is asked. */
  const pairs = new Uint8Array(1 << 16);
  const names = new Set<string>();
  const add = (text: string): void => {
    if (text.length < LEAST_LENGTH) return;
    const start = text.slice(0, LEAST_LENGTH);
    pairs[pairAt(text, 0)] = 1;
    const known = secrets.get(start);
    if (known === undefined) secrets.set(start, new Set([text]));
    else known.add(text);
  };
  const longestAt = (text: string, index: number): string => {
    let longest = '';
    for (const secret of secrets.get(text.slice(index, index + LEAST_LENGTH)) ?? []) {
      if (secret.length > longest.length && !names.has(secret) && text.startsWith(secret, index)) longest = secret;
    }
    return longest;
  };
  return {
    rules,
    addRules: (more) => void rules.push(...more),
    learn: (object) => {
      const learnText: ReplaceSecret = (text, _, isMixed) => {
        if (isMixed !== true) for (const form of formsOf(text)) add(form);
        return MASK;
      };
      mapSecretTexts(object, learnText, rules);
      for (const key of keysThatAreContent(object)) add(key);
      if (secrets.size > 0 || mayHoldNames(object)) for (const name of namesIn(object)) names.add(name);
    },
    hideIn: (text) => {
      const plain = hideUrlSecrets(text);
      if (secrets.size === 0 || plain.length < LEAST_LENGTH) return plain;
      let shown = '';
      let from = 0;
      for (let index = 0; index <= plain.length - LEAST_LENGTH;) {
        const secret = pairs[pairAt(plain, index)] === 0 ? '' : longestAt(plain, index);
        if (secret === '') {
          index += 1;
          continue;
        }
        shown += plain.slice(from, index) + MASK;
        index += secret.length;
        from = index;
      }
      return from === 0 ? plain : shown + plain.slice(from);
    },
  };
}

/** A number below 65,536 for two characters of a text. Other pairs may have it as well. */
function pairAt(text: string, index: number): number {
  return ((text.charCodeAt(index) << 8) ^ text.charCodeAt(index + 1)) & 0xffff;
}

function mayHoldNames(object: unknown): boolean {
  return object !== null && typeof object === 'object' && 'metadata' in object;
}

/**
 * In which forms a Secret's text may be quoted: as it is, decoded or encoded, each of its lines, each text of its JSON; and each
 * of these as programs spell a text within another.
 */
function formsOf(text: string): string[] {
  const decoded = decodeBase64(text);
  const plain = [
    text,
    ...(text.includes('\n') ? [text.replace(/\s+/g, '')] : []),
    ...(decoded === undefined ? [] : [decoded]),
  ];
  const lines = plain.flatMap((whole) => whole.split('\n', MOST_LINES).map((line) => line.trim()));
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  const whole = new Set([...plain, ...lines, encoded, ...plain.flatMap(jsonTexts)]);
  return [...whole, ...[...whole].filter(({ length }) => length >= LEAST_LENGTH).flatMap(spellings)];
}

/** A private key that was taken for an env file: its lines are keys without a value. */
function keysThatAreContent(object: unknown): string[] {
  const { kind, data } = (object ?? {}) as { readonly kind?: unknown; readonly data?: unknown };
  if (kind !== 'Secret' || data === null || typeof data !== 'object') return [];
  return Object.entries(data).flatMap(([key, value]) =>
    !isConfigKey(key) || (value === '' && key.length >= LEAST_KEY_LENGTH) ? [key] : [],
  );
}

function decodeBase64(wrapped: string): string | undefined {
  // kustomize breaks long values into lines; the server sends them back in one.
  const text = wrapped.replace(/\s+/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.includes(0) ? undefined : bytes.toString('utf8');
}

/** A `.dockerconfigjson` holds its password among other things. */
function jsonTexts(text: string): string[] {
  if (!text.trimStart().startsWith('{')) return [];
  try {
    const texts: string[] = [];
    mapTexts(JSON.parse(text) as unknown, (found) => {
      texts.push(found);
      return found;
    });
    return texts;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Names stand in every message: a password that equals one is no secret, and masking it would name nothing any more. */
function namesIn(object: unknown): string[] {
  const names: string[] = [];
  const visit = (value: unknown, field: string): void => {
    if (typeof value === 'string') {
      if (field === 'name' || field === 'namespace' || field === 'kind') names.push(value);
    } else if (Array.isArray(value)) value.forEach((item) => visit(item, field));
    else if (value !== null && typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) if (key !== 'data' && key !== 'stringData') visit(item, key);
    }
  };
  visit(object, '');
  return names;
}

/** Fields whose texts are no prose: names, codes and states, on which programs rely. */
const IDENTITIES: ReadonlySet<string> = new Set([
  'action',
  'code',
  'context',
  'dryRun',
  'group',
  'kind',
  'name',
  'namespace',
  'outcome',
  'phase',
  'pruneLabel',
  'replaces',
  'set',
  'type',
  'verdict',
  'version',
  'why',
]);
/** Whole objects, which nothing shows but diffs; these mask them by their fields. */
const OBJECTS: ReadonlySet<string> = new Set(['live', 'desired', 'after', 'object', 'resource']);

/** Whatever is about to be shown, an event or a report, without what was learned. */
export function hideSecrets<T>(value: T, { hideIn }: Masks): T {
  const leaves: LeavesField = (field, item) =>
    typeof item === 'string' ? IDENTITIES.has(field) : OBJECTS.has(field) && item !== null && typeof item === 'object';
  return mapTexts(value, hideIn, leaves);
}
