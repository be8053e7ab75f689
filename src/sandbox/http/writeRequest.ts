/** What a request that writes asks for, by its query, headers and body. */
import { isDraft, child } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import type { PatchRequest, PatchType } from '../registry/patches.js';
import type { RemovalOptions } from '../registry/removal.js';
import type { WriteOptions } from '../registry/world.js';
import { fieldNotSupported, invalid } from '../fieldErrors.js';
import { unsupportedMediaType } from '../status.js';
import { parseBody, parseJson, parseYaml } from './body.js';
import { header, type Exchange } from './exchange.js';
import type { RequestInfo } from './requestInfo.js';

/** How a write is to be made: its query, and who makes it. */
export function writeOptions(info: RequestInfo, exchange: Exchange, warn: (text: string) => void): WriteOptions {
  const { query, headers } = exchange;
  const { subresource, verb } = info;
  const kind = OPTIONS[verb] ?? 'CreateOptions';
  const dryRun = checkDryRun(kind, query.getAll('dryRun'));
  const validation = query.get('fieldValidation') || 'Warn';
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    const error = fieldNotSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']);
    throw invalid('meta.k8s.io', kind, '', [error]);
  }
  return {
    manager: query.get('fieldManager') || managerOf(header(headers, 'user-agent')),
    dryRun,
    fieldValidation: validation,
    ...(subresource === 'status' || subresource === 'scale' ? { subresource } : {}),
    warn,
  };
}

const OPTIONS: Readonly<Record<string, string>> = { update: 'UpdateOptions', patch: 'PatchOptions' };

/** Whether nothing is to be stored: whoever says something else of it than `All` is refused, and gets no write. */
function checkDryRun(options: string, values: readonly unknown[]): boolean {
  if (values.every((value) => value === 'All')) return values.length > 0;
  throw invalid('meta.k8s.io', options, '', [fieldNotSupported('dryRun', values, ['All'])]);
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

/** The patch in the body, by its content type (apimachinery, types.PatchType). */
export function patchRequest(
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
export function removalOptions(exchange: Exchange): RemovalOptions {
  const body = exchange.body === '' ? {} : parseBody(exchange);
  const given = isDraft(body) ? body : {};
  const preconditions = child(given, 'preconditions');
  const propagation = given['propagationPolicy'] ?? exchange.query.get('propagationPolicy');
  const grace = given['gracePeriodSeconds'] ?? exchange.query.get('gracePeriodSeconds');
  const dryRun: readonly unknown[] = Array.isArray(given['dryRun']) ? given['dryRun'] : exchange.query.getAll('dryRun');
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
    dryRun: checkDryRun('DeleteOptions', dryRun),
  };
}
