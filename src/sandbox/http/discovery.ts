import { createHash } from 'node:crypto';
import type { Catalog } from '../catalog.js';
import type { Resource } from '../kinds/builtIn.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import { header } from './exchange.js';
import type { Answer, Exchange } from './exchange.js';
import { wantsAggregated } from './negotiation.js';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** `/api`, `/apis` and what is below them, aggregated (KEP-3352) or plain. Undefined where the path is none of these. */
export function answerDiscovery(catalog: Catalog, exchange: Exchange): Answer | undefined {
  const [root, ...rest] = exchange.path.split('/').filter((part) => part !== '');
  const aggregated = wantsAggregated(header(exchange.headers, 'accept'));
  if (root === 'api') {
    if (rest.length === 0) return aggregated ? answerAggregated(catalog, exchange, true) : json(API_VERSIONS);
    return rest.length === 1 ? resourceList(catalog, '', rest[0] ?? '') : undefined;
  }
  if (root !== 'apis') return undefined;
  const [group, version] = rest;
  if (group === undefined) {
    if (aggregated) return answerAggregated(catalog, exchange, false);
    const groups = groupsOf(catalog).map((name) => groupOf(catalog, name));
    return json({ kind: 'APIGroupList', apiVersion: 'v1', groups });
  }
  if (rest.length === 1) {
    if (!groupsOf(catalog).includes(group)) return undefined;
    return json({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(catalog, group) });
  }
  return rest.length === 2 ? resourceList(catalog, group, version ?? '') : undefined;
}

const API_VERSIONS = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };

function json(body: unknown): Answer {
  return { code: 200, body };
}

function groupsOf(catalog: Catalog): string[] {
  return [...new Set(catalog.resources().map(({ group }) => group))].filter((group) => group !== '');
}

/** The versions of a group, the preferred one first: v2 before v1 before v1beta1 (apimachinery pkg/version). */
function versionsOf(catalog: Catalog, group: string): string[] {
  const found = catalog.resources().filter((resource) => resource.group === group);
  return [...new Set(found.map(({ version }) => version))].sort(compareVersions);
}

function compareVersions(a: string, b: string): number {
  const rank = (version: string): readonly number[] => {
    const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    if (major === undefined) return [0, 0, 0];
    return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor ?? 0)];
  };
  const [left, right] = [rank(a), rank(b)];
  const difference = left.map((part, i) => (right[i] ?? 0) - part).find((part) => part !== 0);
  return difference ?? (a < b ? -1 : 1);
}

function groupOf(catalog: Catalog, name: string): object {
  const versions = versionsOf(catalog, name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(catalog: Catalog, group: string, version: string): Answer | undefined {
  const found = catalog.resources().filter((r) => r.group === group && r.version === version);
  if (found.length === 0) return undefined;
  const resources = found.flatMap((resource) => [
    {
      name: resource.plural,
      singularName: resource.singular,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: resource.verbs,
      ...namesOf(resource),
    },
    ...resource.subresources.map((subresource) => ({
      name: `${resource.plural}/${subresource}`,
      singularName: '',
      namespaced: resource.namespaced,
      ...(subresource === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { kind: resource.kind }),
      verbs: verbsOf(subresource),
    })),
  ]);
  return json({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf({ group, version }), resources });
}

function namesOf({ shortNames, categories }: Resource): object {
  return {
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

function verbsOf(subresource: string): readonly string[] {
  return subresource === 'log' ? ['get'] : ['get', 'patch', 'update'];
}

function answerAggregated(catalog: Catalog, exchange: Exchange, core: boolean): Answer {
  const groups = core ? [''] : groupsOf(catalog);
  const body = JSON.stringify({
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => aggregatedGroup(catalog, group)),
  });
  const etag = `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"`;
  const headers = { 'content-type': AGGREGATED, etag, vary: 'Accept' };
  if (header(exchange.headers, 'if-none-match') === etag) return { code: 304, headers };
  return { code: 200, headers, body };
}

function aggregatedGroup(catalog: Catalog, group: string): object {
  return {
    metadata: group === '' ? {} : { name: group },
    versions: versionsOf(catalog, group).map((version) => ({
      version,
      resources: catalog
        .resources()
        .filter((resource) => resource.group === group && resource.version === version)
        .map(aggregatedResource),
      freshness: 'Current',
    })),
  };
}

function aggregatedResource(resource: Resource): object {
  const type = (kind: string, group = '', version = '') => ({ group, version, kind });
  const subresources = resource.subresources.map((subresource) => ({
    subresource,
    responseKind: subresource === 'scale' ? type('Scale', 'autoscaling', 'v1') : type(resource.kind),
    verbs: verbsOf(subresource),
  }));
  return {
    resource: resource.plural,
    responseKind:
      resource.definition === undefined ? type(resource.kind) : type(resource.kind, resource.group, resource.version),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...namesOf(resource),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
