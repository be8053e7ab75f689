import type { RenderedObject } from '../../objects/rendered.js';
import type { Member } from '../plan/member.js';

/** Where a set's Lease lies that has no namespace of its own before it is deployed: this one is always there. */
const FOR_THE_REST = 'default';

/**
 * The namespace of a set's Lease: the first of its namespaces that it does not create itself, by the alphabet. It follows
 * from what is rendered alone: two people with different contexts hold one Lease (docs/decisions/0073).
 */
export function lockNamespace(members: readonly Member[]): string {
  const own = new Set(members.filter(({ id }) => id.kind === 'Namespace').map(({ id }) => id.name));
  return renderedNamespaces(members).find((namespace) => !own.has(namespace)) ?? FOR_THE_REST;
}

/** The namespaces that a set is deployed to, sorted. */
export function renderedNamespaces(members: readonly Member[]): string[] {
  return [...new Set(members.flatMap(({ object: { metadata } }) => metadata.namespace ?? []))].sort();
}

/**
 * `lockNamespace` before the server has said which kinds have namespaces: right wherever one object names the first namespace itself.
 * A wrong guess costs a request.
 * @param otherwise where nothing names a namespace
 */
export function guessLockNamespace(rendered: readonly Pick<RenderedObject, 'object'>[], otherwise: string): string {
  const objects = rendered.map(({ object }) => object);
  const own = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const named = [...new Set(objects.flatMap(({ metadata: { namespace } }) => namespace ?? []))].sort();
  return named.length === 0 ? otherwise : (named.find((namespace) => !own.has(namespace)) ?? FOR_THE_REST);
}
