/**
 * What must not stand in a plan file is replaced by a hash of it: equal texts look equal, and different ones different. A hash
 * of a weak password can be guessed, so that each file has a salt of its own and each guess costs some milliseconds
 * (docs/decisions/0191).
 */
import { scryptSync } from 'node:crypto';
import type { Masks } from '../../objects/masks.js';
import { mapTexts } from '../../objects/mapTexts.js';
import { mapSecretTexts } from '../../objects/secretTexts.js';
import { hasUrlUser, hideUrlSecrets } from '../../objects/urls.js';

/** 4 MiB and some milliseconds for each text. */
const COST = { N: 2 ** 12, r: 8, p: 1 } as const;
const HASH_BYTES = 16;
const PREFIX = 'scrypt:';

/** What is secret, as far as a command knows. */
export type Known = Pick<Masks, 'rules' | 'hideIn'>;

export interface Sealer {
  /** The hash that stands for a text. */
  readonly seal: (text: string) => string;
  /** A copy in which every secret text is its hash. */
  readonly sealObject: <T>(object: T) => T;
}

/** @param salt base64; another one in every file */
export function makeSealer(salt: string, { rules, hideIn }: Known): Sealer {
  const bytes = Buffer.from(salt, 'base64');
  const known = new Map<string, string>();
  const seal = (text: string): string => {
    const found = known.get(text) ?? PREFIX + scryptSync(text, bytes, HASH_BYTES, COST).toString('base64url');
    known.set(text, found);
    return found;
  };
  // What a Secret holds may stand elsewhere as well: in an argument, in a ConfigMap.
  const sealText = (text: string): string =>
    hasUrlUser(text) || hideIn(text) !== hideUrlSecrets(text) ? seal(text) : text;
  return { seal, sealObject: (object) => mapTexts(mapSecretTexts(object, seal, rules), sealText) };
}

/** True for a text that `seal` made, and for one that holds such a text. */
export function isSeal(value: unknown): boolean {
  return typeof value === 'string' && value.includes(PREFIX);
}
