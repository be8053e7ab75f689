import type { PreparedObject } from '../plan/prepare.js';

/** The namespace of a set's Lease, the same for every run: the first of its namespaces that it does not create itself. */
export function lockNamespace(members: readonly PreparedObject[], fallback: string): string {
  const own = new Set(
    members.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name),
  );
  const namespaces = members.flatMap(({ object: { metadata } }) =>
    metadata.namespace === undefined || own.has(metadata.namespace) ? [] : [metadata.namespace],
  );
  return namespaces.sort()[0] ?? fallback;
}
