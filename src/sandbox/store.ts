import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../objects/object.js';
import { createChangeLog, type ChangeLog } from './changeLog.js';
import { copyTable, emptyTable, objectsIn, putObject, sizeOf, type ObjectTable } from './objectTable.js';

/**
 * What etcd is to a real API server: objects by kind, namespace and name, one counter of revisions for all of them, and
 * the log of changes that watches and old lists are read from. It knows no rule of any kind: those are the registry's.
 */

/** `ConfigMap` for a kind of the core group, `apps/Deployment` for any other: see `kindKey`. */
export type KindKey = string;

export function kindKey(group: string, kind: string): KindKey {
  return group === '' ? kind : `${group}/${kind}`;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: KindKey;
  /** The object after the change; of a deletion, as it was last, with the revision of the deletion. */
  readonly object: KubeObject;
  /** The object before the change. */
  readonly previous?: KubeObject;
  /** The revision that this change made: the number in metadata.resourceVersion. */
  readonly revision: number;
}

/** `Expired`: the revision asked for is no longer in the log (410). */
export type StoreErrorReason = 'NotFound' | 'AlreadyExists' | 'Conflict' | 'Expired';

export class StoreError extends Error {
  readonly reason: StoreErrorReason;

  constructor(reason: StoreErrorReason, message: string) {
    super(message);
    this.name = 'StoreError';
    this.reason = reason;
  }
}

export interface StoreOptions {
  /** Milliseconds since the epoch; the time of creationTimestamp and of everything else that has one. */
  readonly now?: () => number;
  /** A number from 0 up to 1, for generated names. */
  readonly random?: () => number;
  readonly uid?: () => string;
  /** Changes that the log keeps; older revisions are answered with `Expired`. */
  readonly logSize?: number;
}

/** All that a store holds, as plain data: what `--state FILE` keeps. */
export interface StoreSnapshot {
  readonly revision: number;
  readonly objects: Readonly<Record<KindKey, readonly KubeObject[]>>;
}

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface Store {
  readonly now: () => number;
  readonly random: () => number;
  readonly uid: () => string;
  /** The revision of the last change of any object. */
  revision(): number;
  /** `namespace` is '' for objects of the cluster. */
  get(kind: KindKey, namespace: string, name: string): KubeObject | undefined;
  /** The objects of a kind by namespace and name, all namespaces without `namespace`; with `at`, as they were at that revision. */
  list(kind: KindKey, options?: { readonly namespace?: string; readonly at?: number }): readonly KubeObject[];
  /** The kinds of which there are objects. */
  kinds(): readonly KindKey[];
  count(kind: KindKey): number;
  /** Stores a new object with a new resourceVersion, and a uid and creationTimestamp where it has none. */
  create(kind: KindKey, object: KubeObject): KubeObject;
  /**
   * Replaces an object. Where `object.metadata.resourceVersion` is set, it must be the stored one (`Conflict`). A
   * replacement that changes nothing keeps the resourceVersion and is no event.
   */
  update(kind: KindKey, object: KubeObject): KubeObject;
  /** Takes an object away at once, whatever its finalizers: waiting for those is the registry's business. */
  remove(kind: KindKey, namespace: string, name: string, preconditions?: Preconditions): KubeObject;
  /**
   * Hands every change after `from` to `listener`, in order: first those of the log, at once, then the new ones. Changes that
   * a listener makes are handed out after all listeners have seen the present one. Without `kind`, changes of all kinds.
   * Throws `Expired` where the log begins later. Returns what ends the watch.
   */
  watch(kind: KindKey | undefined, from: number, listener: (event: StoreEvent) => void): () => void;
  /** Forgets the log up to and including `revision`; without it, all of it. */
  compact(revision?: number): void;
  /** The oldest revision that a watch or a list can still start from. */
  oldest(): number;
  snapshot(): StoreSnapshot;
  /** Puts back a snapshot into an empty store. */
  restore(snapshot: StoreSnapshot): void;
}

/** A Kubernetes time: RFC 3339 in whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** An empty store. */
export function createStore(options: StoreOptions = {}): Store {
  const { now = Date.now, random = Math.random, uid = randomUUID, logSize = 20_000 } = options;
  const tables = new Map<KindKey, ObjectTable>();
  const log = createChangeLog(logSize);
  let revision = 1;

  const get = (kind: KindKey, namespace: string, name: string): KubeObject | undefined =>
    tables.get(kind)?.get(namespace)?.get(name);

  const existing = (kind: KindKey, namespace: string, name: string): KubeObject => {
    const current = get(kind, namespace, name);
    if (current === undefined) throw new StoreError('NotFound', `${kind} ${namespace}/${name} not found`);
    return current;
  };

  const put = (kind: KindKey, object: KubeObject): void => {
    const table = tables.get(kind) ?? emptyTable();
    tables.set(kind, table);
    putObject(table, object);
  };

  return {
    now,
    random,
    uid,
    revision: () => revision,
    get,
    list: (kind, { namespace, at } = {}) => {
      const table = at === undefined || at >= revision ? tables.get(kind) : rewound(tables.get(kind), log, kind, at);
      return table === undefined ? [] : objectsIn(table, namespace);
    },
    kinds: () => [...tables.keys()].filter((kind) => sizeOf(tables.get(kind)) > 0),
    count: (kind) => sizeOf(tables.get(kind)),
    create: (kind, object) => {
      const { name, namespace = '' } = object.metadata;
      if (get(kind, namespace, name) !== undefined) {
        throw new StoreError('AlreadyExists', `${kind} ${namespace}/${name} already exists`);
      }
      revision += 1;
      const stored = {
        ...object,
        metadata: {
          ...object.metadata,
          uid: object.metadata.uid ?? uid(),
          creationTimestamp: object.metadata.creationTimestamp ?? timestamp(now()),
          resourceVersion: String(revision),
        },
      };
      put(kind, stored);
      log.record({ type: 'ADDED', kind, object: stored, revision });
      return stored;
    },
    update: (kind, object) => {
      const { name, namespace = '', resourceVersion } = object.metadata;
      const current = existing(kind, namespace, name);
      const currentVersion = current.metadata.resourceVersion;
      if (resourceVersion !== undefined && resourceVersion !== currentVersion) {
        throw new StoreError('Conflict', `${kind} ${namespace}/${name} is at ${currentVersion ?? ''}`);
      }
      const same = { ...object, metadata: { ...object.metadata, resourceVersion: currentVersion } };
      if (isDeepStrictEqual(same, current)) return current;
      revision += 1;
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
      put(kind, stored);
      log.record({ type: 'MODIFIED', kind, object: stored, previous: current, revision });
      return stored;
    },
    remove: (kind, namespace, name, preconditions = {}) => {
      const current = existing(kind, namespace, name);
      checkPreconditions(current, preconditions);
      revision += 1;
      tables.get(kind)?.get(namespace)?.delete(name);
      const last = { ...current, metadata: { ...current.metadata, resourceVersion: String(revision) } };
      log.record({ type: 'DELETED', kind, object: last, previous: current, revision });
      return last;
    },
    watch: (kind, from, listener) => {
      mustReach(log, from);
      return log.watch(kind, from, listener);
    },
    compact: (upTo = revision) => log.compact(Math.min(upTo, revision)),
    oldest: () => log.oldest(),
    snapshot: () => ({
      revision,
      objects: Object.fromEntries(
        [...tables].map(([kind, table]) => [kind, [...table.values()].flatMap((names) => [...names.values()])]),
      ),
    }),
    restore: (snapshot) => {
      for (const [kind, objects] of Object.entries(snapshot.objects)) {
        for (const object of objects) put(kind, object);
      }
      revision = snapshot.revision;
      log.compact(revision);
    },
  };
}

function mustReach(log: ChangeLog, from: number): void {
  if (from < log.oldest()) throw new StoreError('Expired', `too old resource version: ${from} (${log.oldest()})`);
}

/** The table of a kind as it was: the log is undone from its end. */
function rewound(table: ObjectTable | undefined, log: ChangeLog, kind: KindKey, at: number): ObjectTable {
  mustReach(log, at);
  const before = copyTable(table);
  for (const event of log.backTo(at)) {
    if (event.kind !== kind) continue;
    const { namespace = '', name } = event.object.metadata;
    if (event.previous === undefined) before.get(namespace)?.delete(name);
    else putObject(before, event.previous);
  }
  return before;
}

function checkPreconditions(current: KubeObject, wanted: Preconditions): void {
  const { uid, resourceVersion } = current.metadata;
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    throw new StoreError(
      'Conflict',
      `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid ?? ''}`,
    );
  }
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    throw new StoreError(
      'Conflict',
      `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion ?? ''}`,
    );
  }
}
