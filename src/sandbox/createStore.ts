import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../objects/object.js';
import { createChangeLog, type ChangeLog } from './changeLog.js';
import { copyTable, emptyTable, objectsIn, putObject, sizeOf, type ObjectTable } from './objectTable.js';
import {
  StoreError,
  timestamp,
  type KindKey,
  type Preconditions,
  type Store,
  type StoreEvent,
  type StoreOptions,
  type StoreSnapshot,
} from './store.js';

/** What a store holds. */
interface Contents {
  readonly tables: Map<KindKey, ObjectTable>;
  readonly log: ChangeLog;
  /** Of the last change. */
  revision: number;
}

/** What new objects get besides. */
interface Stamps {
  readonly now: () => number;
  readonly uid: () => string;
}

/** An empty store. */
export function createStore(options: StoreOptions = {}): Store {
  const { now = Date.now, random = Math.random, uid = randomUUID, logSize = 20_000 } = options;
  const contents: Contents = { tables: new Map(), log: createChangeLog(logSize), revision: 1 };
  const { tables, log } = contents;
  return {
    now,
    random,
    uid,
    revision: () => contents.revision,
    get: (kind, namespace, name) => find(contents, kind, namespace, name),
    list: (kind, { namespace, at } = {}) => {
      const table = at === undefined || at >= contents.revision ? tables.get(kind) : tableAt(contents, kind, at);
      return table === undefined ? [] : objectsIn(table, namespace);
    },
    kinds: () => [...tables.keys()].filter((kind) => sizeOf(tables.get(kind)) > 0),
    count: (kind) => sizeOf(tables.get(kind)),
    create: (kind, object) => create(contents, kind, object, { now, uid }),
    update: (kind, object) => update(contents, kind, object),
    remove: (kind, namespace, name, preconditions = {}) => remove(contents, kind, namespace, name, preconditions),
    watch: (kind, from, listener) => {
      mustReach(log, from);
      return log.watch(kind, from, listener);
    },
    compact: (upTo = contents.revision) => log.compact(Math.min(upTo, contents.revision)),
    oldest: () => log.oldest(),
    snapshot: () => takeSnapshot(contents),
    restore: (snapshot) => restore(contents, snapshot),
  };
}

function find({ tables }: Contents, kind: KindKey, namespace: string, name: string): KubeObject | undefined {
  return tables.get(kind)?.get(namespace)?.get(name);
}

function mustFind(contents: Contents, kind: KindKey, namespace: string, name: string): KubeObject {
  const current = find(contents, kind, namespace, name);
  if (current === undefined) throw new StoreError('NotFound', `${kind} ${namespace}/${name} not found`);
  return current;
}

function put({ tables }: Contents, kind: KindKey, object: KubeObject): void {
  const table = tables.get(kind) ?? emptyTable();
  tables.set(kind, table);
  putObject(table, object);
}

function create(contents: Contents, kind: KindKey, object: KubeObject, { now, uid }: Stamps): KubeObject {
  const { name, namespace = '' } = object.metadata;
  if (find(contents, kind, namespace, name) !== undefined) {
    throw new StoreError('AlreadyExists', `${kind} ${namespace}/${name} already exists`);
  }
  const stored = nextRevision(contents, {
    ...object,
    metadata: {
      ...object.metadata,
      uid: object.metadata.uid ?? uid(),
      creationTimestamp: object.metadata.creationTimestamp ?? timestamp(now()),
    },
  });
  put(contents, kind, stored);
  record(contents, { type: 'ADDED', kind, object: stored });
  return stored;
}

function update(contents: Contents, kind: KindKey, object: KubeObject): KubeObject {
  const { name, namespace = '', resourceVersion } = object.metadata;
  const current = mustFind(contents, kind, namespace, name);
  const currentVersion = current.metadata.resourceVersion;
  if (resourceVersion !== undefined && resourceVersion !== currentVersion) {
    throw new StoreError('Conflict', `${kind} ${namespace}/${name} is at ${currentVersion ?? ''}`);
  }
  const same = { ...object, metadata: { ...object.metadata, resourceVersion: currentVersion } };
  if (isDeepStrictEqual(same, current)) return current;
  const stored = nextRevision(contents, object);
  put(contents, kind, stored);
  record(contents, { type: 'MODIFIED', kind, object: stored, previous: current });
  return stored;
}

function remove(
  contents: Contents,
  kind: KindKey,
  namespace: string,
  name: string,
  preconditions: Preconditions,
): KubeObject {
  const current = mustFind(contents, kind, namespace, name);
  checkPreconditions(current, preconditions);
  contents.tables.get(kind)?.get(namespace)?.delete(name);
  const last = nextRevision(contents, current);
  record(contents, { type: 'DELETED', kind, object: last, previous: current });
  return last;
}

/** Counts a change, and gives the object its revision. */
function nextRevision(contents: Contents, object: KubeObject): KubeObject {
  contents.revision += 1;
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(contents.revision) } };
}

/** Writes the last change down, and tells the watches. */
function record({ log, revision }: Contents, event: Omit<StoreEvent, 'revision'>): void {
  log.record({ ...event, revision });
}

function takeSnapshot({ tables, revision }: Contents): StoreSnapshot {
  return {
    revision,
    objects: Object.fromEntries(
      [...tables].map(([kind, table]) => [kind, [...table.values()].flatMap((names) => [...names.values()])]),
    ),
  };
}

function restore(contents: Contents, snapshot: StoreSnapshot): void {
  for (const [kind, objects] of Object.entries(snapshot.objects)) {
    for (const object of objects) put(contents, kind, object);
  }
  contents.revision = snapshot.revision;
  contents.log.compact(contents.revision);
}

function mustReach(log: ChangeLog, from: number): void {
  if (from < log.oldest()) throw new StoreError('Expired', `too old resource version: ${from} (${log.oldest()})`);
}

/** The table of a kind as it was: the log is undone from its end. */
function tableAt({ tables, log }: Contents, kind: KindKey, at: number): ObjectTable {
  mustReach(log, at);
  const before = copyTable(tables.get(kind));
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
