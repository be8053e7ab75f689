import { answerTokenRequest } from '../access/accountTokens.js';
import type { Resource } from '../kinds/builtIn.js';
import type { Address, World } from '../registry/world.js';
import { StatusError } from '../status.js';
import type { Answer, Exchange } from './exchange.js';
import type { RequestInfo } from './requestInfo.js';

/** What needs a container, or a network with pods in it, and has no answer in a sandbox. */
const NEEDS_CONTAINERS: Readonly<Record<string, string>> = {
  exec: 'a process in a container',
  attach: 'the input and output of a container',
  portforward: 'a port of a pod',
  proxy: 'a port of a pod or service',
  ephemeralcontainers: 'a container for debugging',
};

/** Subresources that are no object: those that are answered, and those whose refusal says why there is no answer. */
export function answerOther(
  world: World,
  resource: Resource,
  address: Address,
  info: RequestInfo,
  exchange: Exchange,
): Answer | undefined {
  const { subresource = '', verb } = info;
  if (resource.group !== '') return undefined;
  if (resource.plural === 'serviceaccounts' && subresource === 'token' && verb === 'create') {
    return answerTokenRequest(world, address, exchange);
  }
  const needed = Object.hasOwn(NEEDS_CONTAINERS, subresource) ? NEEDS_CONTAINERS[subresource] : undefined;
  if (needed === undefined || !['pods', 'services', 'nodes'].includes(resource.plural)) return undefined;
  throw new StatusError(
    501,
    'NotImplemented',
    `the sandbox runs no containers, so there is no ${resource.plural}/${subresource}: ${needed} needs a real cluster`,
    {},
  );
}
