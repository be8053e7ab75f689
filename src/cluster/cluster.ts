import type { JsonObject, KubeObject } from '../objects/object.js';

/** One served kind, as discovery tells it (apidiscovery.k8s.io APIResourceDiscovery). */
export interface ApiResource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The name in URLs: `deployments`. */
  readonly plural: string;
  /** What people type instead of it: `cm`. Absent for a kind that is only known from its definition in a set. */
  readonly shortNames?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Names below the object: `status`, `scale`. */
  readonly subresources: readonly string[];
  /** True in one version of each kind: the one that the server prefers for the group, or the first that has the kind. */
  readonly preferred: boolean;
}

export interface Discovery {
  readonly resources: readonly ApiResource[];
  /** Group versions that could not be read (a broken APIService): the rest is usable. */
  readonly failures: readonly { readonly groupVersion: string; readonly message: string }[];
}

/** An object's address. `namespace` is '' for objects of the cluster. */
export interface ObjectAddress {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly name: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/** Past the queue of what waits for its turn: others in it wait for this. */
export interface Urgency {
  readonly urgent?: boolean;
}

export interface WriteOptions extends RequestOptions {
  readonly dryRun?: boolean;
  /** Asked before each attempt; where it rejects, nothing more is sent. */
  readonly before?: () => Promise<void>;
  /** Sent also by a run that has lost its lock: it harms nobody. */
  readonly unlocked?: boolean;
}

export interface ListOptions extends RequestOptions {
  /** '' lists across all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** A whole list: all pages, read again from the start when a continue token expired (410). */
export interface ObjectList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** The server's clock when the first page was answered (the Date header), in ms since the epoch. */
  readonly serverTime: number;
}

/** A part of a list. */
export interface ObjectPage extends ObjectList {
  /** True for the first page, also where a continue token expired and the list is read again from the start. */
  readonly isFirst: boolean;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
}

export interface PatchOptions extends WriteOptions, Urgency {
  readonly type: 'json' | 'merge' | 'strategic';
  readonly fieldManager?: string;
  readonly subresource?: string;
}

export interface DeleteOptions extends WriteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** 0 deletes a pod at once: what a kubelet sends when its containers have stopped. */
  readonly gracePeriodSeconds?: number;
}

export type WatchEvent =
  /** `synced` once, after the first complete list was delivered as `changed` events. */
  | { readonly type: 'changed'; readonly object: KubeObject }
  | { readonly type: 'deleted'; readonly object: KubeObject }
  | { readonly type: 'synced' };

export interface WatchOptions extends ListOptions {
  /** Metadata only (PartialObjectMetadata): for what readiness does not look into. */
  readonly metadataOnly?: boolean;
}

export interface FollowLogOptions {
  readonly pod: ObjectAddress;
  readonly container: string;
  /** True when nothing more will be written: asked before each request, so that the last one brings all of it. */
  readonly hasEnded: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * One Kubernetes API server, as the rest of kapply sees it. Every method rejects with an `ApiError` when the server
 * refuses, with a `KapplyError` (exit 7) when it cannot be reached or does not know us, and with the signal's reason
 * when aborted. What changes nothing more when it is done twice is repeated on 429, 503 and broken connections, with
 * jitter and at most as Retry-After says: all but patches that are neither a merge nor bound to a version. Whoever creates, or
 * patches a version, may so meet what it has done itself: AlreadyExists, Conflict.
 */
export interface Cluster {
  /** The server's URL. */
  readonly server: string;
  /** The kubeconfig context in use; undefined in a cluster. */
  readonly context: string | undefined;
  /** How kubectl is started to reach the same server as the same user, without credentials; empty where it cannot. */
  readonly kubectl?: readonly string[];
  /** Requests in flight at once, watches aside: what has many parts is done in as many at a time. */
  readonly concurrency: number;
  /** The namespace of the context, or `default`. */
  readonly namespace: string;
  /** The served kinds. Read once and kept; `refresh` reads again (after a CustomResourceDefinition was applied). */
  discover(options?: RequestOptions & { readonly refresh?: boolean }): Promise<Discovery>;
  /** The object, or undefined where there is none (404). */
  get(address: ObjectAddress, options?: RequestOptions & Urgency): Promise<KubeObject | undefined>;
  list(resource: ApiResource, options?: ListOptions): Promise<ObjectList>;
  /** As `list`, but metadata alone (PartialObjectMetadataList); items carry the resource's own apiVersion and kind, and no last-applied annotation (it can hold Secret data: its value is replaced by ''). */
  listMetadata(resource: ApiResource, options?: ListOptions): Promise<ObjectList>;
  /** A list in pages of 500, for what need not be held at once; after an expired token (410) it comes again from the first. */
  pages(resource: ApiResource, options?: ListOptions & { readonly metadataOnly?: boolean }): AsyncIterable<ObjectPage>;
  /** Server-side apply with strict field validation (KEP-555). Returns the object as the server stored it, or would. */
  apply(address: ObjectAddress, object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  create(
    address: ObjectAddress,
    object: KubeObject,
    options?: WriteOptions & { readonly fieldManager?: string },
  ): Promise<KubeObject>;
  patch(address: ObjectAddress, patch: JsonObject | readonly JsonObject[], options: PatchOptions): Promise<KubeObject>;
  /**
   * Deletes one object. Resolves to 'deleted' where the server says that it is no more, to 'going' where it may still be there (finalizers, a
   * grace period), and to 'gone' when it was not there (404) or its UID is another, which is success.
   */
  remove(address: ObjectAddress, options?: DeleteOptions): Promise<'deleted' | 'going' | 'gone'>;
  /** Lists, then watches from there on, and starts anew by itself (410, bookmarks, dropped connections) until the signal aborts; then it ends without an error. */
  watch(resource: ApiResource, options: WatchOptions & { readonly signal: AbortSignal }): AsyncIterable<WatchEvent>;
  /** The last lines of a container's log, for failure messages. */
  logs(
    namespace: string,
    pod: string,
    options: RequestOptions & { readonly container: string; readonly tailLines: number; readonly previous?: boolean },
  ): Promise<string>;
  /**
   * The lines of a container's log from its beginning, as they come, also over broken connections and restarts of the container,
   * until it has ended or the signal aborts; then it ends without an error. A very long line is cut.
   */
  followLog(options: FollowLogOptions): AsyncIterable<string>;
  /** Who the server takes us for; undefined where it does not say. */
  whoAmI(options?: RequestOptions): Promise<string | undefined>;
  /** What the server warned of in `Warning` headers, each text once, with the objects that were written, in order. */
  readonly warnings: readonly string[];
  /** Requests sent so far, retries included. */
  readonly requests: number;
  close(): Promise<void>;
}

/** The resource that serves a kind in the version that the server prefers. */
export function findPreferred({ resources }: Discovery, group: string, kind: string): ApiResource | undefined {
  return resources.find((r) => r.kind === kind && r.group === group && r.preferred);
}

/** The resource that serves a kind: the named version where it is served, else undefined. */
export function findResource(
  discovery: Discovery,
  group: string,
  version: string,
  kind: string,
): ApiResource | undefined {
  return discovery.resources.find((r) => r.kind === kind && r.group === group && r.version === version);
}
