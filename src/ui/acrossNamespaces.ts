import type { ObjectId } from '../objects/object.js';

/** True where these are of more than one namespace: names then carry theirs. What belongs to the cluster is of none. */
export function areAcrossNamespaces(ids: readonly ObjectId[]): boolean {
  return new Set(ids.flatMap(({ namespace }) => (namespace === '' ? [] : [namespace]))).size > 1;
}
