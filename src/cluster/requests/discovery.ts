import type { ApiResource, Discovery } from '../cluster.js';
import { ApiError } from '../apiError.js';
import { EXIT, KapplyError } from '../../errors.js';
import { isJsonObject } from '../../objects/json.js';
import { apiVersionOf, type Json, type JsonObject } from '../../objects/object.js';
import type { ApiClient } from './apiClient.js';
import { listAt, mapAt, mapsAt, ShapeError, textAt, textsAt } from './shapes.js';

/**
 * Aggregated discovery (KEP-3352), in both its versions; a server before 1.26 answers the old form, which says only which
 * groups and versions there are.
 */
const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

/** Of an index that has to be asked version by version; a big cluster has about a hundred. */
const MOST_VERSIONS = 2_000;

type Failure = Discovery['failures'][number];

/** What one of `/api` and `/apis` told. */
interface Part {
  readonly resources: readonly ApiResource[];
  readonly failures: readonly Failure[];
}

/** All served kinds, in two requests; what fails of it is reported, and the rest usable. */
export async function discover(client: ApiClient, signal?: AbortSignal): Promise<Discovery> {
  const part = (path: '/api' | '/apis'): Promise<Part | ApiError> =>
    discoverPart(client, path, signal).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      if (error.httpStatus === 403 && isStatus(error)) throw discoveryForbidden(path, error);
      if (error.httpStatus !== 404 && isStatus(error)) throw error;
      if (error.httpStatus !== 404) throw noDiscovery(client, path, error);
      return error;
    });
  const [core, groups] = await Promise.all([part('/api'), part('/apis')]);
  // A server may lack one of the two (client-go, ServerGroups): what has neither is at another path, or no API server.
  if (core instanceof ApiError && groups instanceof ApiError) throw noDiscovery(client, '/api', core);
  const parts = [core, groups].flatMap((found) => (found instanceof ApiError ? [] : [found]));
  return {
    resources: preferServed(parts.flatMap(({ resources }) => resources)),
    failures: parts.flatMap(({ failures }) => failures),
  };
}

/** Every API server says why in a Status; a web server, a proxy or a load balancer before it does not. */
function isStatus({ status }: ApiError): boolean {
  return status.kind === 'Status';
}

function noDiscovery(client: ApiClient, path: string, error: ApiError): KapplyError {
  return client.notAnApiServer(`it answers ${error.httpStatus} to GET ${path} below this address`, error);
}

/** Who is in no group that has system:discovery: an account made by hand, or a cluster that took the right away. */
function discoveryForbidden(path: string, error: ApiError): KapplyError {
  return new KapplyError(
    'DiscoveryForbidden',
    `this account may not ask the server which kinds it serves (GET ${path}): ${error.message}`,
    EXIT.refused,
    {
      cause: error,
      suggestions: [
        'Bind the ClusterRole system:discovery to it: kubectl create clusterrolebinding NAME --clusterrole=system:discovery --user=USER',
        'See what it may do: kubectl auth can-i --list',
      ],
    },
  );
}

/**
 * A kind that the preferred version of its group lacks (Gateway API's TCPRoute, in v1alpha2 alone) is preferred in the
 * first version that has it, as client-go's ServerPreferredResources has it: else no list of all kinds would find it.
 */
function preferServed(resources: readonly ApiResource[]): ApiResource[] {
  const chosen = new Set(resources.flatMap((resource) => (resource.preferred ? [kindOf(resource)] : [])));
  return resources.map((resource) => {
    const kind = kindOf(resource);
    if (chosen.has(kind)) return resource;
    chosen.add(kind);
    return { ...resource, preferred: true };
  });
}

function kindOf({ group, plural }: ApiResource): string {
  return `${group}/${plural}`;
}

async function discoverPart(client: ApiClient, path: '/api' | '/apis', signal?: AbortSignal): Promise<Part> {
  const request = { method: 'GET', path, accept: AGGREGATED, safe: true, signal } as const;
  const { value } = await client.json(request, (body) => readIndex(path, mapAt(body, 'the answer')));
  return 'resources' in value ? value : readLegacy(client, value.versions, signal);
}

/** A web server that is no API server may well answer in JSON: the kind tells. */
function readIndex(path: '/api' | '/apis', body: JsonObject): Part | { readonly versions: readonly GroupVersion[] } {
  if (body.kind === 'APIGroupDiscoveryList') return readAggregated(body);
  if (body.kind !== (path === '/api' ? 'APIVersions' : 'APIGroupList'))
    throw new ShapeError('kind is none of discovery');
  const versions = groupVersionsOf(path, body);
  if (versions.length > MOST_VERSIONS) throw new ShapeError(`it names ${versions.length} versions of groups`);
  return { versions };
}

/** Names that become part of paths and of what users read (RFC 1123 subdomain). */
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** CamelCase; what else a kind may hold is left to whoever invents one. */
const KIND = /^[A-Za-z][-A-Za-z0-9._]*$/;

/** @throws ShapeError */
function nameAt(value: unknown, at: string, form = NAME): string {
  const name = textAt(value, at);
  if (!form.test(name)) throw new ShapeError(`${at} is no name`);
  return name;
}

/** apidiscovery.k8s.io/v2 APIGroupDiscoveryList. A group that is broken fails alone: the rest serves. */
function readAggregated(list: JsonObject): Part {
  const parts = mapsAt(list.items, 'items').map((item): Part => {
    const group = isJsonObject(item.metadata) ? textAt(item.metadata.name, 'metadata.name') : '';
    try {
      return readGroup(group === '' ? '' : nameAt(group, 'metadata.name'), item);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      return { resources: [], failures: [{ groupVersion: JSON.stringify(group), message: brokenBecause(error) }] };
    }
  });
  return joined(parts);
}

function brokenBecause({ what }: ShapeError): string {
  return `its discovery is broken: ${what}`;
}

function joined(parts: readonly Part[]): Part {
  return { resources: parts.flatMap((part) => part.resources), failures: parts.flatMap((part) => part.failures) };
}

/** APIGroupDiscovery. @throws ShapeError */
function readGroup(group: string, item: JsonObject): Part {
  const versions = mapsAt(item.versions, 'versions').map((served, index): Part => {
    const version = nameAt(served.version, `versions[${index}].version`);
    // `Stale`: the aggregated server behind it could not be asked.
    const isStale = served.freshness === 'Stale';
    const message = 'its API server does not answer: what is known of it may be out of date';
    return {
      resources: mapsAt(served.resources, `${version}.resources`).flatMap((resource, at) =>
        // Versions come in the server's order of preference.
        readResource(resource, `${version}.resources[${at}]`, { group, version, preferred: index === 0 }),
      ),
      failures: isStale ? [{ groupVersion: apiVersionOf({ group, version }), message }] : [],
    };
  });
  return joined(versions);
}

/** APIResourceDiscovery. @throws ShapeError */
function readResource(resource: JsonObject, at: string, version: GroupVersion): ApiResource[] {
  const kind = isJsonObject(resource.responseKind) ? textAt(resource.responseKind.kind, `${at}.responseKind.kind`) : '';
  // An entry that has subresources alone stands for nothing that could be read itself.
  if (kind === '') return [];
  return [
    {
      ...version,
      kind: nameAt(kind, `${at}.responseKind.kind`, KIND),
      plural: nameAt(resource.resource, `${at}.resource`),
      shortNames: textsAt(resource.shortNames, `${at}.shortNames`),
      namespaced: resource.scope === 'Namespaced',
      verbs: textsAt(resource.verbs, `${at}.verbs`),
      subresources: mapsAt(resource.subresources, `${at}.subresources`).map(({ subresource }) =>
        textAt(subresource, `${at}.subresources`),
      ),
    },
  ];
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly preferred: boolean;
}

/** APIVersions of `/api`, APIGroupList of `/apis`. @throws ShapeError */
function groupVersionsOf(path: '/api' | '/apis', index: JsonObject): GroupVersion[] {
  if (path === '/api') {
    return listAt(index.versions, 'versions').map((version, at) => ({
      group: '',
      version: nameAt(version, `versions[${at}]`),
      preferred: at === 0,
    }));
  }
  return mapsAt(index.groups, 'groups').flatMap((group, at) => {
    const name = nameAt(group.name, `groups[${at}].name`);
    const preferred = isJsonObject(group.preferredVersion) ? group.preferredVersion.version : undefined;
    return mapsAt(group.versions, `groups[${at}].versions`).map((item, place) => {
      const version = nameAt(item.version, `groups[${at}].versions[${place}].version`);
      return { group: name, version, preferred: preferred === undefined ? place === 0 : preferred === version };
    });
  });
}

async function readLegacy(client: ApiClient, versions: readonly GroupVersion[], signal?: AbortSignal): Promise<Part> {
  return joined(await Promise.all(versions.map((version) => readLegacyVersion(client, version, signal))));
}

async function readLegacyVersion(client: ApiClient, version: GroupVersion, signal?: AbortSignal): Promise<Part> {
  const groupVersion = apiVersionOf(version);
  const path = version.group === '' ? `/api/${version.version}` : `/apis/${groupVersion}`;
  const request = { method: 'GET', path, accept: 'application/json', safe: true, signal } as const;
  try {
    return (await client.json(request, (value) => readLegacyList(value, version, groupVersion))).value;
  } catch (error) {
    // A broken APIService (503), or one that we may not read: the others serve.
    if (!(error instanceof ApiError)) throw error;
    return { resources: [], failures: [{ groupVersion, message: error.message }] };
  }
}

/** meta/v1 APIResourceList. */
function readLegacyList(value: Json, version: GroupVersion, groupVersion: string): Part {
  try {
    const served = mapsAt(mapAt(value, 'the answer').resources, 'resources').map((resource, at) => ({
      name: textAt(resource.name, `resources[${at}].name`),
      resource,
      at: `resources[${at}]`,
    }));
    const below = new Map<string, string[]>();
    for (const { name } of served) {
      const slash = name.indexOf('/');
      if (slash < 0) continue;
      const parent = name.slice(0, slash);
      below.set(parent, [...(below.get(parent) ?? []), name.slice(slash + 1)]);
    }
    const resources = served
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, resource, at }) => ({
        ...version,
        kind: nameAt(resource.kind, `${at}.kind`, KIND),
        plural: nameAt(name, `${at}.name`),
        shortNames: textsAt(resource.shortNames, `${at}.shortNames`),
        namespaced: resource.namespaced === true,
        verbs: textsAt(resource.verbs, `${at}.verbs`),
        subresources: below.get(name) ?? [],
      }));
    return { resources, failures: [] };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return { resources: [], failures: [{ groupVersion, message: brokenBecause(error) }] };
  }
}
