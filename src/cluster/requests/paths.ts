import type { ApiResource, ObjectAddress } from '../cluster.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `?a=b&c=d` of what is defined; '' of nothing. */
function queryString(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, String(value));
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

function groupPath({ group, version }: ApiResource): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** The path of all objects of a resource, in one namespace or ('') in all. */
export function collectionPath(resource: ApiResource, namespace: string, query: Query = {}): string {
  const scope = resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupPath(resource)}${scope}/${resource.plural}${queryString(query)}`;
}

/** The path of one object. Names are not lower-cased: RBAC names may hold colons and capitals. */
export function objectPath(address: ObjectAddress, query: Query = {}, subresource?: string): string {
  const below = subresource === undefined ? '' : `/${subresource}`;
  const name = encodeURIComponent(address.name);
  return `${collectionPath(address.resource, address.namespace)}/${name}${below}${queryString(query)}`;
}
