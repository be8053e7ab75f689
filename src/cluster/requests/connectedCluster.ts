import type { Json, JsonObject, KubeObject } from '../../objects/object.js';
import { ApiError } from '../apiError.js';
import type { Cluster, DeleteOptions, Discovery, ObjectAddress, PatchOptions, RequestOptions } from '../cluster.js';
import { rightTo, type Right } from '../right.js';
import { orAborted } from '../../net/abort.js';
import type { ApiClient } from './apiClient.js';
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
    safe: boolean,
    signal: AbortSignal | undefined,
    rights: readonly Right[],
  ): Promise<KubeObject> => {
    const request = { method, path, accept: JSON_TYPE, contentType, body: encodeJson(body), safe, signal, rights };
    return (await client.json(request, (value) => objectAt(value, ''))).value;
  };

  return {
    ...info,
    discover: keptDiscovery(client),
    get: (address, options = {}) => get(client, address, options),
    list: (resource, options = {}) => listAll(client, resource, options),
    listMetadata: (resource, options = {}) => listAll(client, resource, { ...options, metadataOnly: true }),
    pages: (resource, options = {}) => pagesOf(client, resource, options),
    apply: (address, object, { fieldManager, force = false, dryRun = false, signal }) => {
      const query = { fieldManager, ...strict(dryRun), ...(force ? { force } : {}) };
      // The body may be JSON: every JSON text is YAML, and the server reads it faster.
      // What is not there is created by it, which is a right of its own.
      const rights = [rightTo('patch', address), rightTo('create', address)];
      return write('PATCH', objectPath(address, query), 'application/apply-patch+yaml', object, true, signal, rights);
    },
    create: (address, object, { fieldManager, dryRun = false, signal } = {}) => {
      const { resource, namespace } = address;
      const path = collectionPath(resource, namespace, { fieldManager, ...strict(dryRun) });
      return write('POST', path, JSON_TYPE, object, dryRun, signal, [rightTo('create', address)]);
    },
    patch: (address, patch: JsonObject | readonly JsonObject[], options) => {
      const { type, fieldManager, dryRun = false, subresource, signal } = options;
      const path = objectPath(address, { fieldManager, ...strict(dryRun) }, subresource);
      const rights = [rightTo('patch', address, subresource)];
      return write('PATCH', path, PATCH_TYPES[type], patch, dryRun, signal, rights);
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

/** An unknown or double field is an error, not a warning (KEP-2885). */
function strict(dryRun: boolean): Query {
  return { fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) };
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
  { signal }: RequestOptions,
): Promise<KubeObject | undefined> {
  try {
    const path = objectPath(address);
    const rights = [rightTo('get', address)];
    const request = { method: 'GET', path, accept: JSON_TYPE, safe: true, signal, rights } as const;
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
  const { uid, resourceVersion, propagation, gracePeriodSeconds, dryRun = false, signal } = options;
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
        rights: [rightTo('delete', address)],
      },
      (answer) => mapAt(answer, 'the answer'),
    );
    // A Status of success where it was removed at once, else the object as it is by now (apiserver, handlers/delete.go).
    return value.kind === 'Status' && value.status === 'Success' ? 'deleted' : 'going';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.httpStatus === 404) return 'gone';
    // The Status does not say which precondition failed: another UID means that the object we meant is gone.
    if (error.httpStatus === 409 && uid !== undefined) {
      const live = await get(client, address, { ...(signal === undefined ? {} : { signal }) });
      if (live?.metadata.uid !== uid) return 'gone';
    }
    throw error;
  }
}
