import type { ApiResource, Discovery } from '../cluster.js';
import { ApiError } from '../apiError.js';
import type { ApiClient, ApiResponse } from './apiClient.js';

/**
 * Aggregated discovery (KEP-3352), in both its versions; a server before 1.26 answers the old form, which says only which
 * groups and versions there are.
 */
const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

type Failure = Discovery['failures'][number];

/** What one of `/api` and `/apis` told. */
interface Part {
  readonly resources: readonly ApiResource[];
  readonly failures: readonly Failure[];
}

/** All served kinds, in two requests; what fails of it is reported, and the rest usable. */
export async function discover(client: ApiClient, signal?: AbortSignal): Promise<Discovery> {
  const [core, groups] = await Promise.all([
    discoverPart(client, '/api', signal),
    discoverPart(client, '/apis', signal),
  ]);
  return {
    resources: preferServed([...core.resources, ...groups.resources]),
    failures: [...core.failures, ...groups.failures],
  };
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
  const answer = await client.json({ method: 'GET', path, accept: AGGREGATED, safe: true, signal });
  const body = answer.value;
  return isAggregated(answer)
    ? readAggregated(body as unknown as AggregatedList)
    : readLegacy(client, groupVersionsOf(path, body as unknown as LegacyIndex), signal);
}

function isAggregated(answer: ApiResponse<unknown>): boolean {
  return (answer.headers['content-type'] ?? '').includes('as=APIGroupDiscoveryList');
}

/** apidiscovery.k8s.io/v2 APIGroupDiscoveryList, as far as it is read here. */
interface AggregatedList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      /** `Stale`: the aggregated server behind it could not be asked. */
      readonly freshness?: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind?: { readonly kind?: string };
        readonly scope?: string;
        readonly verbs?: readonly string[];
        readonly subresources?: readonly { readonly subresource: string }[];
      }[];
    }[];
  }[];
}

function readAggregated(list: AggregatedList): Part {
  const resources: ApiResource[] = [];
  const failures: Failure[] = [];
  for (const item of list.items ?? []) {
    const group = item.metadata?.name ?? '';
    for (const [index, { version, freshness, resources: served = [] }] of (item.versions ?? []).entries()) {
      if (freshness === 'Stale') {
        failures.push({
          groupVersion: group === '' ? version : `${group}/${version}`,
          message: 'its API server does not answer: what is known of it may be out of date',
        });
      }
      for (const { resource, responseKind, scope, verbs = [], subresources = [] } of served) {
        // An entry that has subresources alone stands for nothing that could be read itself.
        if (responseKind?.kind === undefined || responseKind.kind === '') continue;
        resources.push({
          group,
          version,
          kind: responseKind.kind,
          plural: resource,
          namespaced: scope === 'Namespaced',
          verbs,
          subresources: subresources.map(({ subresource }) => subresource),
          // Versions come in the server's order of preference.
          preferred: index === 0,
        });
      }
    }
  }
  return { resources, failures };
}

/** APIVersions of `/api`, APIGroupList of `/apis`. */
interface LegacyIndex {
  readonly versions?: readonly string[];
  readonly groups?: readonly {
    readonly name: string;
    readonly versions?: readonly { readonly groupVersion: string; readonly version: string }[];
    readonly preferredVersion?: { readonly version?: string };
  }[];
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly preferred: boolean;
}

function groupVersionsOf(path: '/api' | '/apis', index: LegacyIndex): GroupVersion[] {
  if (path === '/api') {
    return (index.versions ?? []).map((version, at) => ({ group: '', version, preferred: at === 0 }));
  }
  return (index.groups ?? []).flatMap(({ name, versions = [], preferredVersion }) =>
    versions.map(({ version }, at) => ({
      group: name,
      version,
      preferred: preferredVersion?.version === undefined ? at === 0 : preferredVersion.version === version,
    })),
  );
}

/** meta/v1 APIResourceList. */
interface LegacyList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced?: boolean;
    readonly verbs?: readonly string[];
  }[];
}

async function readLegacy(client: ApiClient, versions: readonly GroupVersion[], signal?: AbortSignal): Promise<Part> {
  const parts = await Promise.all(versions.map((version) => readLegacyVersion(client, version, signal)));
  return {
    resources: parts.flatMap((part) => part.resources),
    failures: parts.flatMap((part) => part.failures),
  };
}

async function readLegacyVersion(client: ApiClient, version: GroupVersion, signal?: AbortSignal): Promise<Part> {
  const groupVersion = version.group === '' ? version.version : `${version.group}/${version.version}`;
  const path = version.group === '' ? `/api/${version.version}` : `/apis/${groupVersion}`;
  try {
    const { value } = await client.json({ method: 'GET', path, accept: 'application/json', safe: true, signal });
    return { resources: readLegacyList(value as unknown as LegacyList, version), failures: [] };
  } catch (error) {
    // A broken APIService (503), or one that we may not read: the others serve.
    if (!(error instanceof ApiError)) throw error;
    return { resources: [], failures: [{ groupVersion, message: error.message }] };
  }
}

function readLegacyList(list: LegacyList, version: GroupVersion): ApiResource[] {
  const served = list.resources ?? [];
  return served
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced = false, verbs = [] }) => ({
      ...version,
      kind,
      plural: name,
      namespaced,
      verbs,
      subresources: served
        .filter((other) => other.name.startsWith(`${name}/`))
        .map((other) => other.name.slice(name.length + 1)),
    }));
}
