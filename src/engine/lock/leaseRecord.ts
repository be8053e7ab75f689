/** What a Lease says of its set besides who holds it: where it was deployed to, and how often it changed hands. */
import {
  DOING_ANNOTATION,
  ID_ANNOTATION,
  NAMESPACES_ANNOTATION,
  SET_ANNOTATION,
  SUPERSEDED_ANNOTATION,
} from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import { copyOf, identityOf } from '../sets/ownership.js';
import { specOf } from './leaseSpec.js';

/** How often the Lease changed hands, its first holder not counted: it tells one run from the next. */
export function transitionsOf(lease: KubeObject): number | undefined {
  return specOf(lease).leaseTransitions;
}

/** The namespaces that a Lease says its set was deployed to. A copy of a Lease says nothing. */
export function recordOf(lease: KubeObject): string[] {
  if (copyOf(lease) !== undefined) return [];
  return (lease.metadata.annotations?.[NAMESPACES_ANNOTATION] ?? '').split(',').filter((name) => name !== '');
}

/** By its label the Leases of a set are found wherever they lie; the record only grows. */
export function recordedMetadata(lease: KubeObject, set: string, namespaces: readonly string[]) {
  const { labels, annotations = {} } = lease.metadata;
  // What the last holder did is over, and so is what it was asked for.
  const { [DOING_ANNOTATION]: _doing, [SUPERSEDED_ANNOTATION]: _mark, ...kept } = annotations;
  const all = [...new Set([...recordOf(lease), ...namespaces])].sort();
  return {
    labels: { ...labels, 'app.kubernetes.io/managed-by': 'kapply', [SET_ANNOTATION]: set },
    annotations: { ...kept, [ID_ANNOTATION]: identityOf(lease), [NAMESPACES_ANNOTATION]: all.join(',') },
  };
}
