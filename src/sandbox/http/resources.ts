import type { KubeObject } from '../../objects/object.js';
import { isDraft, child } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import { listObjects } from '../registry/lists.js';
import type { ListRequest } from '../registry/lists.js';
import { podLog } from '../registry/logs.js';
import { patchObject } from '../registry/patches.js';
import type { PatchRequest, PatchType } from '../registry/patches.js';
import { removeObject } from '../registry/removal.js';
import type { RemovalOptions } from '../registry/removal.js';
import { getScale, patchScale, updateScale } from '../registry/scale.js';
import type { Address, World, WriteOptions } from '../registry/world.js';
import { mustGet } from '../registry/versions.js';
import { createObject, updateObject } from '../registry/writes.js';
import { fieldInvalid, invalid, methodNotAllowed, noSuchResource, unsupportedMediaType } from '../status.js';
import { parseBody, parseJson, parseYaml } from './body.js';
import { header } from './exchange.js';
import type { Answer, Exchange } from './exchange.js';
import { negotiate } from './negotiation.js';
import type { View } from './negotiation.js';
import type { RequestInfo } from './requestInfo.js';
import { viewList, viewObject } from './views.js';
import { watchObjects } from './watches.js';

const ENDPOINTS_DEPRECATED = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

/** Answers a request for objects of a kind. `warn` collects the texts of `Warning` headers. */
export function answerResource(
  world: World,
  resource: Resource,
  info: RequestInfo,
  exchange: Exchange,
  warn: (text: string) => void,
): Answer {
  const { view } = negotiate(header(exchange.headers, 'accept'));
  checkPlace(resource, info);
  if (resource.kind === 'Endpoints' && resource.group === '') warn(ENDPOINTS_DEPRECATED);
  if (info.name === undefined) return answerCollection(world, resource, info, exchange, view, warn);
  const address: Address = { namespace: info.namespace ?? '', name: info.name };
  if (info.subresource !== undefined && !resource.subresources.includes(info.subresource)) throw noSuchResource();
  if (info.subresource === 'scale') return answerScale(world, resource, address, info, exchange, warn);
  if (info.subresource === 'log') return podLog(world, address, exchange.query);
  const one = (code: number, object: KubeObject): Answer => ({ code, body: viewObject(world, resource, object, view) });
  switch (info.verb) {
    case 'get':
      return one(200, mustGet(world, resource, address));
    case 'watch':
      return watchObjects(world, resource, address, exchange.query, view);
    case 'update': {
      const written = updateObject(world, resource, address, parseBody(exchange), writeOptions(info, exchange, warn));
      return one(200, written.object);
    }
    case 'patch': {
      const written = patchObject(world, resource, address, patchRequest(resource, info, exchange, warn));
      return one(written.created ? 201 : 200, written.object);
    }
    case 'delete':
      if (info.subresource !== undefined) throw methodNotAllowed();
      return answerRemoval(world, resource, address, exchange, view);
    default:
      throw methodNotAllowed();
  }
}

/** A kind with namespaces is listed without one, but nothing else; a kind of the cluster is in none. */
function checkPlace(resource: Resource, info: RequestInfo): void {
  if (!resource.namespaced && info.namespace !== undefined) throw noSuchResource();
  if (resource.namespaced && info.namespace === undefined && info.name !== undefined) throw noSuchResource();
}

function answerCollection(
  world: World,
  resource: Resource,
  info: RequestInfo,
  exchange: Exchange,
  view: View,
  warn: (text: string) => void,
): Answer {
  if (!resource.verbs.includes(info.verb)) throw methodNotAllowed();
  switch (info.verb) {
    case 'list': {
      const page = listObjects(world, resource, listRequest(info, exchange.query));
      return { code: 200, body: viewList(world, resource, page, view) };
    }
    case 'watch':
      return watchObjects(world, resource, info, exchange.query, view);
    case 'create': {
      if (resource.namespaced && info.namespace === undefined) throw methodNotAllowed();
      const options = writeOptions(info, exchange, warn);
      const { object } = createObject(world, resource, info.namespace ?? '', parseBody(exchange), options);
      return { code: 201, body: viewObject(world, resource, object, view) };
    }
    case 'deletecollection': {
      const page = listObjects(world, resource, listRequest(info, exchange.query));
      const options = removalOptions(exchange);
      for (const { metadata } of page.items) {
        removeObject(world, resource, { namespace: metadata.namespace ?? '', name: metadata.name }, options);
      }
      return { code: 200, body: viewList(world, resource, page, view) };
    }
    default:
      throw methodNotAllowed();
  }
}

function answerScale(
  world: World,
  resource: Resource,
  address: Address,
  info: RequestInfo,
  exchange: Exchange,
  warn: (text: string) => void,
): Answer {
  switch (info.verb) {
    case 'get':
      return { code: 200, body: getScale(world, resource, address) };
    case 'update': {
      const options = writeOptions(info, exchange, warn);
      return { code: 200, body: updateScale(world, resource, address, parseBody(exchange), options) };
    }
    case 'patch':
      return { code: 200, body: patchScale(world, resource, address, patchRequest(resource, info, exchange, warn)) };
    default:
      throw methodNotAllowed();
  }
}

function answerRemoval(world: World, resource: Resource, address: Address, exchange: Exchange, view: View): Answer {
  const { object, gone } = removeObject(world, resource, address, removalOptions(exchange));
  if (!gone) return { code: 200, body: viewObject(world, resource, object, view) };
  const details = {
    name: address.name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
    uid: object.metadata.uid,
  };
  // A pod that goes at once comes back itself, as everything with a grace period does.
  if (resource.group === '' && resource.kind === 'Pod') return { code: 200, body: object };
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function listRequest(info: RequestInfo, query: URLSearchParams): ListRequest {
  const limit = query.get('limit');
  const optional = <K extends string>(name: K, field: string): Partial<Record<K, string>> => {
    const value = query.get(field);
    return value === null || value === '' ? {} : ({ [name]: value } as Partial<Record<K, string>>);
  };
  return {
    ...(info.namespace === undefined ? {} : { namespace: info.namespace }),
    ...optional('labelSelector', 'labelSelector'),
    ...optional('fieldSelector', 'fieldSelector'),
    ...optional('continueToken', 'continue'),
    ...optional('resourceVersion', 'resourceVersion'),
    ...optional('resourceVersionMatch', 'resourceVersionMatch'),
    ...(limit === null ? {} : { limit: Number(limit) }),
  };
}

function writeOptions(info: RequestInfo, exchange: Exchange, warn: (text: string) => void): WriteOptions {
  const { query, headers } = exchange;
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All')) {
    const error = fieldInvalid('dryRun', dryRun, 'supported values: "All"');
    throw invalid('meta.k8s.io', 'CreateOptions', '', [error]);
  }
  const validation = query.get('fieldValidation') ?? 'Warn';
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    throw invalid('meta.k8s.io', 'CreateOptions', '', [fieldInvalid('fieldValidation', validation, 'unknown')]);
  }
  const { subresource } = info;
  return {
    manager: query.get('fieldManager') || managerOf(header(headers, 'user-agent')),
    dryRun: dryRun.length > 0,
    fieldValidation: validation,
    ...(subresource === 'status' || subresource === 'scale' ? { subresource } : {}),
    warn,
  };
}

/** Where a request names no field manager, it is what its user agent begins with. */
function managerOf(userAgent: string | undefined): string {
  return userAgent?.split('/')[0]?.slice(0, 128) ?? 'unknown';
}

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** Custom resources have no merge keys to merge strategically by. */
const CUSTOM_PATCHES =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

function patchRequest(
  resource: Resource,
  info: RequestInfo,
  exchange: Exchange,
  warn: (text: string) => void,
): PatchRequest {
  const mediaType = header(exchange.headers, 'content-type')?.split(';')[0]?.trim() ?? '';
  const type = PATCH_TYPES[mediaType];
  const custom = resource.definition !== undefined;
  if (type === undefined || (custom && type === 'strategic')) {
    throw unsupportedMediaType(custom ? CUSTOM_PATCHES : '415: Unsupported Media Type');
  }
  return {
    ...writeOptions(info, exchange, warn),
    type,
    patch: type === 'apply' ? parseYaml(exchange.body) : parseJson(exchange.body, 'invalid JSON patch'),
    force: exchange.query.get('force') === 'true',
    managerNamed: (exchange.query.get('fieldManager') ?? '') !== '',
  };
}

/** DeleteOptions come in the body, in the query, or not at all. */
function removalOptions(exchange: Exchange): RemovalOptions {
  const body = exchange.body === '' ? {} : parseBody(exchange);
  const given = isDraft(body) ? body : {};
  const preconditions = child(given, 'preconditions');
  const propagation = given['propagationPolicy'] ?? exchange.query.get('propagationPolicy');
  const grace = given['gracePeriodSeconds'] ?? exchange.query.get('gracePeriodSeconds');
  const dryRun = Array.isArray(given['dryRun']) ? given['dryRun'] : exchange.query.getAll('dryRun');
  const orphan = given['orphanDependents'] === true ? { propagation: 'Orphan' } : {};
  return {
    ...orphan,
    ...(typeof propagation === 'string' ? { propagation } : {}),
    ...(typeof grace === 'string' || typeof grace === 'number' ? { gracePeriodSeconds: Number(grace) } : {}),
    preconditions: {
      ...(typeof preconditions?.['uid'] === 'string' ? { uid: preconditions['uid'] } : {}),
      ...(typeof preconditions?.['resourceVersion'] === 'string'
        ? { resourceVersion: preconditions['resourceVersion'] }
        : {}),
    },
    dryRun: dryRun.length > 0,
  };
}
