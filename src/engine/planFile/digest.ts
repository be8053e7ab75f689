/** What a plan file is known by: two programs that hold the same plan compute the same digest. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../objects/canonicalJson.js';

/** `sha256:` and 64 hex digits, of the canonical JSON. */
export function digestOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}
