import type { KubeObject } from '../objects/object.js';

/**
 * What etcd is to a real API server: objects by kind, namespace and name, one counter of revisions for all of them, and
 * the log of changes that watches and old lists are read from. It knows no rule of any kind: those are the registry's.
 */

/** `ConfigMap` for a kind of the core group, `apps/Deployment` for any other: see `kindKey`. */
export type KindKey = string;

/** The key of a kind, of any version. */
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
