import type { KubeObject } from '../../objects/object.js';
import type { Resource } from '../kinds/builtIn.js';
import { listObjects, type ListRequest } from '../registry/lists.js';
import { podLog } from '../registry/logs.js';
import { patchObject } from '../registry/patches.js';
import { removeObject } from '../registry/removal.js';
import { getScale, patchScale, updateScale } from '../registry/scale.js';
import type { Address, World } from '../registry/world.js';
import { mustGet } from '../registry/versions.js';
import { createObject, updateObject } from '../registry/writes.js';
import { methodNotAllowed, noSuchResource } from '../status.js';
import { parseBody } from './body.js';
import { header, type Answer, type Exchange } from './exchange.js';
import { negotiate, type View } from './negotiation.js';
import { answerOther } from './otherSubresources.js';
import type { RequestInfo } from './requestInfo.js';
import { viewList, viewObject } from './views.js';
import { watchObjects } from './watches.js';
import { writeOptions, patchRequest, removalOptions } from './writeRequest.js';

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
  const other = answerOther(world, resource, address, info, exchange);
  if (other !== undefined) return other;
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
