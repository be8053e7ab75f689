import { isDeepStrictEqual } from 'node:util';
import { SAFE_LETTERS } from '../generatedName.js';
import type { PodTemplate } from './workloadTypes.js';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

/** A short name for a content: the same for the same JSON. Only its form is the server's, the value is not. */
export function contentHash(content: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(JSON.stringify(sorted(content)))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return String(hash).replace(/./g, (digit) => SAFE_LETTERS.charAt(digit.charCodeAt(0) % SAFE_LETTERS.length));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => [name, sorted(field)]));
}

/** Whether two templates make the same pods: the hash label that was added to one does not count. */
export function sameTemplate(left: PodTemplate, right: PodTemplate): boolean {
  return isDeepStrictEqual(sorted(withoutHash(left)), sorted(withoutHash(right)));
}

function withoutHash(template: PodTemplate): PodTemplate {
  const labels = Object.entries(template.metadata?.labels ?? {}).filter(([name]) => name !== POD_TEMPLATE_HASH);
  return { ...template, metadata: { ...template.metadata, labels: Object.fromEntries(labels) } };
}
