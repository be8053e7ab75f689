/** Under which name the Lease of a set lies. */
import { SET_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';

/** Where a set's Lease lives: `kapply-SET`, made a DNS name (RFC 1123 subdomain, 63 characters suffice). */
export function leaseName(set: string): string {
  const safe = set
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    // Each part between dots begins and ends with a letter or a digit.
    .replaceAll(/-*\.[.-]*/g, '.')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  const name = `kapply-${safe}`;
  return name === `kapply-${set}` && name.length <= 63
    ? name
    : `${name.slice(0, 54).replace(/[^a-z0-9]+$/, '')}-${shortHash(set)}`;
}

/** True for the Lease of a set's lock, whoever labelled it besides. One under another name is a copy. */
export function isLockLease({ apiVersion, kind, metadata }: KubeObject): boolean {
  const set = metadata.labels?.[SET_ANNOTATION];
  return (
    kind === 'Lease' &&
    apiVersion.startsWith('coordination.k8s.io/') &&
    set !== undefined &&
    metadata.name === leaseName(set)
  );
}

/** FNV-1a, 32 bits: two names that read alike stay two. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
