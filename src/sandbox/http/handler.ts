import { mayDo, mayRead } from '../access/rbac.js';
import type { Attempt } from '../access/rbac.js';
import { answerReview } from '../access/reviews.js';
import { impersonationOf, type User } from '../access/users.js';
import { keyOfResource } from '../catalog.js';
import type { Resource } from '../kinds/builtIn.js';
import type { World } from '../registry/world.js';
import { forbidden, methodNotAllowed, noSuchResource, StatusError } from '../status.js';
import { answerDiscovery } from './discovery.js';
import { header, type Answer, type Exchange } from './exchange.js';
import { answerOpenApi } from './openApi.js';
import { parseRequest } from './requestInfo.js';
import type { RequestInfo } from './requestInfo.js';
import { answerResource } from './resources.js';

const VERSION = {
  major: '1',
  minor: '37',
  gitVersion: 'v1.37.2+kapply-sandbox',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

/** Answers one request. Refusals are thrown as StatusErrors. */
export function handle(world: World, exchange: Exchange, warn: (text: string) => void): Answer {
  const user = actingUser(world, exchange);
  const info = parseRequest(exchange.method, exchange.path, exchange.query);
  if (info === undefined) return answerPath(world, user, exchange);
  const review = answerReview(world, user, info, exchange);
  if (review !== undefined) return review;
  // Whoever may do nothing with a resource is not told whether it is served.
  authorize(world, user, info);
  const resource = world.catalog.find(info.group, info.version, info.plural);
  if (resource === undefined) throw noSuchResource();
  // An apply of what is not there creates it, which is a right of its own (apiserver endpoints/handlers/patch.go; seen).
  if (createsByApply(world, resource, info, exchange)) authorize(world, user, { ...info, verb: 'create' });
  return answerResource(world, resource, info, exchange, warn);
}

/** Whoever may impersonate is somebody else from here on. */
function actingUser(world: World, exchange: Exchange): User {
  const other = impersonationOf(exchange.headers);
  if (other === undefined) return exchange.user;
  for (const part of other.of) {
    const attempt = { verb: 'impersonate', group: '', ...part };
    if (mayDo(world.store, exchange.user, attempt)) continue;
    throw forbidden({ group: '', plural: part.resource }, part.name, because(exchange.user, attempt));
  }
  return other.user;
}

function authorize(world: World, user: User, info: RequestInfo): void {
  const { verb, group, plural, subresource, namespace = '', name = '' } = info;
  const attempt = {
    verb,
    group,
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
    namespace,
    name,
  };
  if (!mayDo(world.store, user, attempt))
    throw forbidden({ group, plural: attempt.resource }, name, because(user, attempt));
}

function createsByApply(
  world: World,
  resource: Resource,
  { verb, namespace = '', name }: RequestInfo,
  { headers }: Exchange,
): boolean {
  if (verb !== 'patch' || name === undefined) return false;
  const isApply = header(headers, 'content-type')?.startsWith('application/apply-patch') === true;
  return isApply && world.store.get(keyOfResource(resource), namespace, name) === undefined;
}

function because(user: User, { verb, resource, group, namespace }: Attempt): string {
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
}

function answerPath(world: World, user: User, exchange: Exchange): Answer {
  const { path } = exchange;
  if (!mayRead(world.store, user, path)) {
    const message = `forbidden: User "${user.name}" cannot get path "${path}"`;
    throw new StatusError(403, 'Forbidden', message, {});
  }
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodNotAllowed();
  const first = path.split('/')[1] ?? '';
  switch (first) {
    case 'version':
      return { code: 200, body: VERSION };
    case 'healthz':
    case 'livez':
    case 'readyz':
      return { code: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };
    case 'openapi':
      return answerOpenApi(world.catalog, path) ?? NOT_FOUND;
    case 'api':
    case 'apis':
      return answerDiscovery(world.catalog, exchange) ?? NOT_FOUND;
    default:
      return NOT_FOUND;
  }
}

const NOT_FOUND: Answer = {
  code: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: '404 page not found\n',
};
