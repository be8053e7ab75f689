import type { Catalog } from '../catalog.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { Resource } from '../kinds/builtIn.js';
import type { Answer } from './exchange.js';
import { openApiSchemas } from './openApiSchemas.js';

/**
 * /openapi/v3 as far as kubectl reads it: whether a kind's PATCH knows fieldValidation and dryRun, and for `kubectl explain`
 * the fields. That PATCH takes strategic merges it does not say: kubectl merges by what it was built with.
 */
export function answerOpenApi(catalog: Catalog, path: string): Answer | undefined {
  const [, , version, ...rest] = path.split('/');
  if (version !== 'v3') return undefined;
  const groupVersions = [...new Set(catalog.resources().map((resource) => pathOf(resource)))];
  if (rest.length === 0 || rest[0] === '') {
    const paths = groupVersions.map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}` }]);
    return { code: 200, body: { paths: Object.fromEntries(paths) as object } };
  }
  const name = rest.join('/');
  if (!groupVersions.includes(name)) return undefined;
  const resources = catalog.resources().filter((resource) => pathOf(resource) === name);
  return {
    code: 200,
    body: {
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: 'v1.37.2' },
      paths: Object.fromEntries(resources.map((resource) => [urlOf(resource), { patch: patchOf(resource) }])),
      components: { schemas: openApiSchemas(catalog.schema(), resources) },
    },
  };
}

function pathOf(resource: Resource): string {
  return `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;
}

function urlOf(resource: Resource): string {
  const namespace = resource.namespaced ? '/namespaces/{namespace}' : '';
  return `/${pathOf(resource)}${namespace}/${resource.plural}/{name}`;
}

function patchOf({ group, version, kind }: Resource): object {
  const parameter = (name: string, type = 'string') => ({ name, in: 'query', schema: { type, uniqueItems: true } });
  return {
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: [
      parameter('dryRun'),
      parameter('fieldManager'),
      parameter('fieldValidation'),
      parameter('force', 'boolean'),
    ],
    requestBody: { content: { 'application/apply-patch+yaml': { schema: {} } } },
    responses: { '200': { description: 'OK' } },
  };
}
