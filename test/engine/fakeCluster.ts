/**
 * One API server in memory behind the `Cluster` interface: real server-side apply, preconditions, finalizers and watches,
 * no controllers and no defaults. What a test wants refused, or to happen at a request, it says in `react`.
 */
import { ApiError, type Status } from '../../src/cluster/apiError.js';
import type {
  ApiResource,
  Cluster,
  Discovery,
  FollowLogOptions,
  ListOptions,
  ObjectAddress,
  ObjectList,
  WatchEvent,
} from '../../src/cluster/cluster.js';
import { LAST_APPLIED_ANNOTATION } from '../../src/objects/annotations.js';
import { groupOf, idOf, keyOf, type Json, type KubeObject } from '../../src/objects/object.js';
import { matchesSelector, parseSelector } from '../../src/objects/selector.js';
import { serverSideApply } from '../../src/patch/apply/serverSideApply.js';
import { applyJsonPatch } from '../../src/patch/jsonPatch.js';
import { applyMergePatch } from '../../src/patch/mergePatch.js';
import { kubernetesSchema } from '../../src/patch/schema/builtinTables.js';

const ALL_VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

export function resource(
  apiVersion: string,
  kind: string,
  plural: string,
  options: Partial<ApiResource> = {},
): ApiResource {
  return {
    group: groupOf(apiVersion),
    version: apiVersion.slice(apiVersion.indexOf('/') + 1),
    kind,
    plural,
    namespaced: true,
    verbs: ALL_VERBS,
    subresources: [],
    preferred: true,
    ...options,
  };
}

export const RESOURCES: readonly ApiResource[] = [
  resource('v1', 'ConfigMap', 'configmaps'),
  resource('v1', 'Secret', 'secrets'),
  resource('v1', 'Pod', 'pods'),
  resource('v1', 'PodTemplate', 'podtemplates'),
  resource('v1', 'ReplicationController', 'replicationcontrollers'),
  resource('v1', 'Service', 'services'),
  resource('v1', 'Endpoints', 'endpoints'),
  resource('v1', 'Event', 'events'),
  resource('v1', 'ServiceAccount', 'serviceaccounts'),
  resource('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  resource('v1', 'PersistentVolume', 'persistentvolumes', { namespaced: false }),
  resource('v1', 'Namespace', 'namespaces', { namespaced: false }),
  resource('apps/v1', 'Deployment', 'deployments'),
  resource('apps/v1', 'ReplicaSet', 'replicasets'),
  resource('apps/v1', 'StatefulSet', 'statefulsets'),
  resource('apps/v1', 'DaemonSet', 'daemonsets'),
  resource('apps/v1', 'ControllerRevision', 'controllerrevisions'),
  resource('batch/v1', 'Job', 'jobs'),
  resource('batch/v1', 'CronJob', 'cronjobs'),
  resource('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  resource('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  resource('shop.example.com/v1', 'Gadget', 'gadgets'),
  resource('serving.knative.dev/v1', 'Revision', 'revisions'),
];

export interface FakeRequest {
  readonly verb: 'get' | 'list' | 'apply' | 'create' | 'patch' | 'delete' | 'watch' | 'logs' | 'discover';
  readonly resource: ApiResource | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly metadataOnly: boolean;
}

export interface FakeClusterOptions {
  /** Parts of a work that go on at once. */
  readonly concurrency?: number;
  readonly objects?: readonly KubeObject[];
  readonly discovery?: Partial<Discovery>;
  /** ms since the epoch. */
  readonly now?: () => number;
  /** Called before every request; what it throws is the answer. */
  /** What containers wrote, by pod. */
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  readonly react?: (request: FakeRequest) => void | Promise<void>;
}

export interface FakeCluster extends Cluster {
  /** `list configmaps shop`, `delete secrets shop/db`, in order; metadata-only lists as `list-metadata`. */
  readonly log: string[];
  /** Writes an object past all rules, as a controller or another person would. */
  put(object: KubeObject): KubeObject;
  /** Takes it away, as somebody else would. */
  drop(object: KubeObject): void;
  find(kind: string, name: string, namespace?: string): KubeObject | undefined;
  /** `ConfigMap/a`, sorted: what there is. */
  names(kind?: string): string[];
}

export function refusal(
  httpStatus: number,
  reason: string,
  details: Status['details'] = {},
  message = reason,
): ApiError {
  return new ApiError(httpStatus, { kind: 'Status', code: httpStatus, reason, message, details });
}

export const forbidden = (what = 'resource'): ApiError => refusal(403, 'Forbidden', {}, `${what} is forbidden`);

const schema = await kubernetesSchema();

export function fakeCluster(options: FakeClusterOptions = {}): FakeCluster {
  const { now = Date.now, react = () => undefined } = options;
  const discovery: Discovery = { resources: RESOURCES, failures: [], ...options.discovery };
  const store = new Map<string, KubeObject>();
  const written = new Set<string>();
  const listeners = new Set<(event: WatchEvent) => void>();
  const log: string[] = [];
  let version = 100;
  let uids = 0;
  let requests = 0;

  const time = (): string => new Date(Math.floor(now() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const storeKey = (kind: ApiResource, namespace: string, name: string): string =>
    keyOf({ group: kind.group, kind: kind.kind, namespace, name });
  const tell = (event: WatchEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const write = (object: KubeObject): KubeObject => {
    const key = keyOf(idOf(object));
    const before = store.get(key);
    const moves = before !== undefined && JSON.stringify(before.spec) !== JSON.stringify(object.spec);
    const generation = before === undefined ? 1 : (before.metadata.generation ?? 1) + (moves ? 1 : 0);
    version += 1;
    const stored: KubeObject = {
      ...object,
      metadata: {
        uid: `uid-${(uids += 1)}`,
        creationTimestamp: time(),
        ...(before !== undefined && {
          uid: before.metadata.uid!,
          creationTimestamp: before.metadata.creationTimestamp!,
        }),
        ...object.metadata,
        ...(object.spec !== undefined && { generation: object.metadata.generation ?? generation }),
        resourceVersion: String(version),
      },
    };
    store.set(key, stored);
    written.add(key);
    tell({ type: 'changed', object: stored });
    return stored;
  };
  const erase = (object: KubeObject): void => {
    store.delete(keyOf(idOf(object)));
    tell({ type: 'deleted', object });
    for (const other of [...store.values()]) {
      if (other.metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid) === true) erase(other);
    }
  };
  const begin = async (
    verb: FakeRequest['verb'],
    at: { resource?: ApiResource; namespace?: string; name?: string },
    signal: AbortSignal | undefined,
    flags: { dryRun?: boolean; metadataOnly?: boolean } = {},
  ): Promise<void> => {
    signal?.throwIfAborted();
    requests += 1;
    const { resource: kind, namespace = '', name = '' } = at;
    const { dryRun = false, metadataOnly = false } = flags;
    const word = verb + (dryRun ? '-dry' : '') + (metadataOnly ? '-metadata' : '');
    const place = [namespace, name].filter((part) => part !== '').join('/');
    log.push([word, kind?.plural ?? '', place].filter((part) => part !== '').join(' '));
    await Promise.resolve();
    await react({ verb, resource: kind, namespace, name, dryRun, metadataOnly });
    signal?.throwIfAborted();
  };
  const select = (kind: ApiResource, { namespace = '', labelSelector, fieldSelector }: ListOptions): KubeObject[] => {
    const requirements = labelSelector === undefined ? [] : parseSelector(labelSelector);
    return [...store.values()].filter((object) => {
      const id = idOf(object);
      return (
        id.group === kind.group &&
        id.kind === kind.kind &&
        (namespace === '' || id.namespace === namespace) &&
        matchesSelector(requirements, object.metadata.labels) &&
        meetsFields(object, fieldSelector)
      );
    });
  };
  const listOf = (items: readonly KubeObject[]): ObjectList => ({
    items,
    resourceVersion: String(version),
    // The Date header has whole seconds.
    serverTime: Math.floor(now() / 1000) * 1000,
  });

  const cluster: FakeCluster = {
    server: 'https://fake.example:6443',
    context: 'fake',
    namespace: 'default',
    concurrency: options.concurrency ?? 4,
    warnings: [],
    log,
    get requests() {
      return requests;
    },
    put: (object) => write(object),
    drop: (object) => erase(store.get(keyOf(idOf(object))) ?? object),
    find: (kind, name, namespace) =>
      [...store.values()].find(
        (object) =>
          object.kind === kind &&
          object.metadata.name === name &&
          (namespace === undefined || object.metadata.namespace === namespace),
      ),
    names: (kind) =>
      [...store.values()]
        .filter((object) => kind === undefined || object.kind === kind)
        .map((object) => `${object.kind}/${object.metadata.name}`)
        .sort(),
    discover: async (given = {}) => {
      await begin('discover', {}, given.signal);
      return discovery;
    },
    get: async (address, given = {}) => {
      await begin('get', address, given.signal);
      const key = storeKey(address.resource, address.namespace, address.name);
      // Whoever names a namespace without making it means one that is there.
      const isNamespace = address.resource.kind === 'Namespace' && !written.has(key);
      return store.get(key) ?? (isNamespace ? namespaceOf(address.name) : undefined);
    },
    list: async (kind, given = {}) => {
      await begin('list', { resource: kind, namespace: given.namespace ?? '' }, given.signal);
      return listOf(select(kind, given));
    },
    listMetadata: async (kind, given = {}) => {
      await begin('list', { resource: kind, namespace: given.namespace ?? '' }, given.signal, { metadataOnly: true });
      return listOf(select(kind, given).map(metadataOf));
    },
    pages: async function* (kind, given = {}) {
      const { metadataOnly = false } = given;
      await begin('list', { resource: kind, namespace: given.namespace ?? '' }, given.signal, { metadataOnly });
      const items = select(kind, given);
      yield { ...listOf(metadataOnly ? items.map(metadataOf) : items), isFirst: true };
    },
    apply: async (address, object, given) => {
      const { dryRun = false, force = false, fieldManager } = given;
      await begin('apply', address, given.signal, { dryRun });
      const live = store.get(storeKey(address.resource, address.namespace, address.name));
      const result = serverSideApply({ live, applied: object, manager: fieldManager, force, now: time(), schema });
      if ('conflicts' in result) {
        const causes = result.conflicts.map(({ message, field }) => ({
          reason: 'FieldManagerConflict',
          message,
          field,
        }));
        throw refusal(409, 'Conflict', { causes }, result.message);
      }
      if (dryRun) return result.object;
      return live !== undefined && !result.changed ? live : write(result.object);
    },
    create: async (address, object, given = {}) => {
      await begin('create', address, given.signal, { dryRun: given.dryRun ?? false });
      if (store.has(storeKey(address.resource, address.namespace, address.name))) throw refusal(409, 'AlreadyExists');
      return given.dryRun === true ? object : write(object);
    },
    patch: async (address, patch, given) => {
      await begin('patch', address, given.signal, { dryRun: given.dryRun ?? false });
      const live = store.get(storeKey(address.resource, address.namespace, address.name));
      if (live === undefined) throw refusal(404, 'NotFound');
      if (given.type === 'strategic') throw new Error('the fake knows no strategic patch');
      const apply = given.type === 'json' ? applyJsonPatch : applyMergePatch;
      const patched = apply(live as unknown as Json, patch) as unknown as KubeObject;
      if (patched.metadata.resourceVersion !== live.metadata.resourceVersion) throw refusal(409, 'Conflict');
      if (given.dryRun === true) return patched;
      return write(patched);
    },
    remove: async (address, given = {}) => {
      await begin('delete', address, given.signal, { dryRun: given.dryRun ?? false });
      const live = store.get(storeKey(address.resource, address.namespace, address.name));
      if (live === undefined) return 'gone';
      if (given.uid !== undefined && given.uid !== live.metadata.uid) return 'gone';
      if (given.resourceVersion !== undefined && given.resourceVersion !== live.metadata.resourceVersion) {
        throw refusal(409, 'Conflict', { name: address.name, kind: address.resource.plural });
      }
      if (given.dryRun === true) return 'deleted';
      if ((live.metadata.finalizers ?? []).length > 0) {
        write({ ...live, metadata: { ...live.metadata, deletionTimestamp: time() } });
        return 'going';
      }
      erase(live);
      return 'deleted';
    },
    watch: (kind, given) => watch(kind, given),
    logs: async (namespace, pod, given) => {
      await begin('logs', { namespace, name: pod }, given.signal);
      return '';
    },
    followLog: (given) => followLog(given),
    whoAmI: () => Promise.resolve('somebody'),
    close: () => Promise.resolve(),
  };

  async function* followLog({ pod, signal }: FollowLogOptions): AsyncGenerator<string> {
    await begin('logs', { namespace: pod.namespace, name: pod.name }, signal);
    yield* options.logs?.[pod.name] ?? [];
  }

  async function* watch(kind: ApiResource, given: ListOptions & { signal: AbortSignal }): AsyncGenerator<WatchEvent> {
    const { signal } = given;
    const queue: WatchEvent[] = [];
    let wake = (): void => undefined;
    const isMine = (object: KubeObject): boolean =>
      groupOf(object.apiVersion) === kind.group &&
      object.kind === kind.kind &&
      ((given.namespace ?? '') === '' || object.metadata.namespace === given.namespace) &&
      meetsFields(object, given.fieldSelector);
    const listener = (event: WatchEvent): void => {
      if (event.type === 'synced' || !isMine(event.object)) return;
      queue.push(event);
      wake();
    };
    await begin('watch', { resource: kind, namespace: given.namespace ?? '' }, undefined);
    listeners.add(listener);
    const onAbort = (): void => wake();
    signal.addEventListener('abort', onAbort);
    try {
      for (const object of select(kind, given)) queue.push({ type: 'changed', object });
      queue.push({ type: 'synced' });
      for (;;) {
        if (isAborted(signal)) return;
        const event = queue.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      listeners.delete(listener);
      signal.removeEventListener('abort', onAbort);
    }
  }

  for (const object of options.objects ?? []) write(object);
  return cluster;
}

function namespaceOf(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** Asked anew each time: it changes while a watch waits. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** As a PartialObjectMetadataList brings it: no data, no spec, the value of last-applied dropped. */
function metadataOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { annotations } = metadata;
  if (annotations === undefined || !Object.hasOwn(annotations, LAST_APPLIED_ANNOTATION)) {
    return { apiVersion, kind, metadata };
  }
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED_ANNOTATION]: '' } },
  };
}

function meetsFields(object: KubeObject, selector: string | undefined): boolean {
  return (selector ?? '')
    .split(',')
    .filter((part) => part !== '')
    .every((part) => {
      const [, path = '', not, value] = /^([^!=]+)(!?)=(.*)$/.exec(part) ?? [];
      const found = path
        .split('.')
        .reduce<unknown>((at, field) => (at as Record<string, unknown> | undefined)?.[field], object);
      return (found === value) !== (not === '!');
    });
}

/** The address of an object, as `fakeCluster` serves it. */
export function addressOf(object: KubeObject): ObjectAddress {
  const id = idOf(object);
  const kind = RESOURCES.find((candidate) => candidate.group === id.group && candidate.kind === id.kind);
  if (kind === undefined) throw new Error(`the fake does not serve ${object.kind}`);
  return { resource: kind, namespace: id.namespace, name: id.name };
}
