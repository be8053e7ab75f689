import type { Json, JsonObject, KubeObject } from '../../objects/object.js';
import { ApiError } from '../apiError.js';
import type {
  Cluster,
  DeleteOptions,
  Discovery,
  ObjectAddress,
  PatchOptions,
  RequestOptions,
  Urgency,
} from '../cluster.js';
import { rightTo } from '../right.js';
import { orAborted } from '../../net/abort.js';
import type { ApiClient } from './apiClient.js';
import type { ApiRequest } from './apiRequest.js';
import { discover } from './discovery.js';
import { followLog } from './followLog.js';
import { encodeJson } from './json.js';
import { listAll, pagesOf } from './list.js';
import { collectionPath, objectPath, type Query } from './paths.js';
import { mapAt, objectAt, ShapeError } from './shapes.js';
import { watchAll } from './watch.js';
import { whoAmI } from './whoAmI.js';

const JSON_TYPE = 'application/json';

const PATCH_TYPES: Readonly<Record<PatchOptions['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export interface ClusterInfo {
  readonly server: string;
  readonly context: string | undefined;
  readonly namespace: string;
  readonly concurrency: number;
  readonly kubectl: readonly string[];
}

/** The Kubernetes API over a client. */
export function createCluster(info: ClusterInfo, client: ApiClient, random: () => number): Cluster {
  const write = async (
    method: 'PATCH' | 'POST',
    path: string,
    contentType: string,
    body: unknown,
    how: Pick<ApiRequest, 'safe' | 'unconditional' | 'signal' | 'before' | 'urgent' | 'rights'>,
  ): Promise<KubeObject> => {
    const request = { method, path, accept: JSON_TYPE, contentType, body: encodeJson(body), ...how };
    return (await client.json(request, (value) => objectAt(value, ''))).value;
  };

  return {
    ...info,
    discover: keptDiscovery(client),
    get: (address, options = {}) => get(client, address, options),
    list: (resource, options = {}) => listAll(client, resource, options),
    listMetadata: (resource, options = {}) => listAll(client, resource, { ...options, metadataOnly: true }),
    pages: (resource, options = {}) => pagesOf(client, resource, options),
    apply: (address, object, { fieldManager, force = false, dryRun = false, signal, before }) => {
      const query = { fieldManager, ...strict(dryRun), ...(force ? { force } : {}) };
      // The body may be JSON: every JSON text is YAML, and the server reads it faster.
      // What is not there is created by it, which is a right of its own.
      const rights = [rightTo('patch', address), rightTo('create', address)];
      const how = { safe: true, unconditional: isUnconditional(object), signal, before, rights };
      return write('PATCH', objectPath(address, query), 'application/apply-patch+yaml', object, how);
    },
    create: (address, object, { fieldManager, dryRun = false, signal, before } = {}) => {
      const { resource, namespace } = address;
      const path = collectionPath(resource, namespace, { fieldManager, ...strict(dryRun) });
      // It has a name: a second one is refused.
      return write('POST', path, JSON_TYPE, object, {
        safe: true,
        unconditional: isUnconditional(object),
        signal,
        before,
        rights: [rightTo('create', address)],
      });
    },
    patch: (address, patch: JsonObject | readonly JsonObject[], options) => {
      const { type, fieldManager, dryRun = false, subresource, signal, before, urgent } = options;
      const path = objectPath(address, { fieldManager, ...strict(dryRun) }, subresource);
      const rights = [rightTo('patch', address, subresource)];
      const safe = dryRun || type === 'merge' || isBound(patch);
      return write('PATCH', path, PATCH_TYPES[type], patch, { safe, signal, before, urgent, rights });
    },
    remove: (address, options = {}) => remove(client, address, options),
    watch: (resource, options) => watchAll(client, resource, options, random),
    logs: async (namespace, pod, { container, tailLines, previous, signal }) => {
      const query = new URLSearchParams({ container, tailLines: String(tailLines) });
      if (previous === true) query.set('previous', 'true');
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`;
      const rights = [{ verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace, name: pod } as const];
      return (await client.text({ method: 'GET', path, accept: '*/*', safe: true, signal, rights })).value;
    },
    followLog: (options) => followLog(client, options),
    whoAmI: (options = {}) => whoAmI(client, options),
    get warnings() {
      return client.warnings;
    },
    get requests() {
      return client.requests;
    },
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}

/** An exported manifest may carry the version and the UID that it expects. */
function isUnconditional({ metadata }: KubeObject): boolean {
  return metadata.resourceVersion === undefined && metadata.uid === undefined;
}

/** An unknown or double field is an error, not a warning (KEP-2885). */
function strict(dryRun: boolean): Query {
  return { fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) };
}

/** True for a JSON patch that only the version fits which it names: done twice, it is refused. */
function isBound(patch: JsonObject | readonly JsonObject[]): boolean {
  return Array.isArray(patch) && patch.some(({ path }: JsonObject) => path === '/metadata/resourceVersion');
}

/** One discovery for all who ask, also at the same time; a failed one is not kept. */
function keptDiscovery(client: ApiClient): Cluster['discover'] {
  let kept: Promise<Discovery> | undefined;
  return ({ refresh = false, signal } = {}) => {
    if (kept === undefined || refresh) {
      const asked = discover(client);
      kept = asked;
      asked.catch(() => {
        if (kept === asked) kept = undefined;
      });
    }
    return signal === undefined ? kept : orAborted(kept, signal);
  };
}

/** What was asked for, and nothing else: a cache that mixes answers up must not be deployed by. */
function objectNamed(value: Json, name: string): KubeObject {
  const object = objectAt(value, '');
  if (object.metadata.name !== name) throw new ShapeError('metadata.name is that of another object');
  return object;
}

async function get(
  client: ApiClient,
  address: ObjectAddress,
  { signal, urgent }: RequestOptions & Urgency,
): Promise<KubeObject | undefined> {
  try {
    const path = objectPath(address);
    const rights = [rightTo('get', address)];
    const request = { method: 'GET', path, accept: JSON_TYPE, safe: true, signal, urgent, rights } as const;
    const { value } = await client.json(request, (found) => objectNamed(found, address.name));
    return value;
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 404) return undefined;
    throw error;
  }
}

async function remove(
  client: ApiClient,
  address: ObjectAddress,
  options: DeleteOptions,
): Promise<Awaited<ReturnType<Cluster['remove']>>> {
  const { uid, resourceVersion, propagation, gracePeriodSeconds, dryRun = false, signal, before } = options;
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(dryRun ? { dryRun: ['All'] } : {}),
  };
  try {
    const { value } = await client.json(
      {
        method: 'DELETE',
        path: objectPath(address),
        accept: JSON_TYPE,
        contentType: JSON_TYPE,
        body: encodeJson(body),
        safe: true,
        signal,
        before,
        rights: [rightTo('delete', address)],
      },
      (answer) => mapAt(answer, 'the answer'),
    );
    // A Status of success where it was removed at once, else the object as it is by now (apiserver, handlers/delete.go).
    return value.kind === 'Status' && value.status === 'Success' ? 'deleted' : 'going';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Its answer was lost: it is we who have deleted it.
    const gone = error.mayBeDone ? 'deleted' : 'gone';
    if (error.httpStatus === 404) return gone;
    // The Status does not say which precondition failed: another UID means that the object we meant is gone.
    if (error.httpStatus === 409 && uid !== undefined) {
      const live = await get(client, address, { ...(signal === undefined ? {} : { signal }) });
      if (live?.metadata.uid !== uid) return gone;
      if (error.mayBeDone && live.metadata.deletionTimestamp !== undefined) return 'going';
    }
    throw error;
  }
}
