import type { KubeObject, OwnerReference } from '../../objects/object.js';
import type { KindKey } from '../store.js';
import type { Client } from './client.js';
import type { Controller, Simulation } from './simulation.js';

/** What this server knows of owners, kept from the changes that it hears of. */
interface Graph {
  /** The dependents of an owner, by its uid, as `kind namespace/name`. */
  readonly dependents: Map<string, Set<string>>;
  /** Where an object is, by uid. */
  readonly places: Map<string, string>;
}

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/**
 * Deletes what has lost all of its owners, and follows the propagation policies of deletions
 * (kubernetes/kubernetes pkg/controller/garbagecollector).
 */
export function createGarbageCollector(): Controller {
  const graph: Graph = { dependents: new Map(), places: new Map() };
  return {
    name: 'generic-garbage-collector',
    keysFor: ({ type, kind, object, previous }) => {
      const place = `${kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
      const uid = object.metadata.uid ?? '';
      const owners = new Set((object.metadata.ownerReferences ?? []).map((owner) => owner.uid));
      for (const { uid: owner } of previous?.metadata.ownerReferences ?? []) {
        if (!owners.has(owner)) graph.dependents.get(owner)?.delete(place);
      }
      if (type === 'DELETED') {
        graph.places.delete(uid);
        for (const owner of owners) graph.dependents.get(owner)?.delete(place);
        const waiting = [...owners].flatMap((owner) => graph.places.get(owner) ?? []);
        const orphans = [...(graph.dependents.get(uid) ?? [])];
        graph.dependents.delete(uid);
        return [...orphans, ...waiting];
      }
      graph.places.set(uid, place);
      for (const owner of owners) {
        const known = graph.dependents.get(owner) ?? new Set<string>();
        graph.dependents.set(owner, known.add(place));
      }
      return owners.size > 0 || object.metadata.deletionTimestamp !== undefined ? [place] : [];
    },
    sync: (place, simulation) => {
      const found = lookup(simulation.client, place);
      if (found === undefined) return undefined;
      const { kind, object } = found;
      if (object.metadata.deletionTimestamp !== undefined) finishDeletion(simulation, graph, kind, object);
      else if (isForsaken(graph, object)) simulation.client.remove(kind, object);
      else if (waitsForOwner(simulation.client, graph, object)) {
        simulation.client.remove(kind, object, { propagation: 'Foreground' });
      }
      return undefined;
    },
  };
}

/** An object that has owners, of which none exists. */
function isForsaken(graph: Graph, { metadata: { ownerReferences = [] } }: KubeObject): boolean {
  return ownerReferences.length > 0 && ownerReferences.every(({ uid }) => !graph.places.has(uid));
}

/** An object whose owner is deleted in the foreground goes before it, if no other owner is left. */
function waitsForOwner(client: Client, graph: Graph, { metadata: { ownerReferences = [] } }: KubeObject): boolean {
  return (
    ownerReferences.length > 0 &&
    ownerReferences.every(({ uid }) => {
      const owner = lookup(client, graph.places.get(uid) ?? '')?.object;
      return owner === undefined || isGoing(owner, FOREGROUND);
    })
  );
}

function isGoing({ metadata: { deletionTimestamp, finalizers = [] } }: KubeObject, finalizer: string): boolean {
  return deletionTimestamp !== undefined && finalizers.includes(finalizer);
}

function finishDeletion({ client }: Simulation, graph: Graph, kind: KindKey, object: KubeObject): void {
  const dependents = [...(graph.dependents.get(object.metadata.uid ?? '') ?? [])].flatMap(
    (place) => lookup(client, place) ?? [],
  );
  if (isGoing(object, ORPHAN)) {
    for (const { kind: of, object: dependent } of dependents) {
      const kept = (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== object.metadata.uid);
      client.update(of, { ...dependent, metadata: { ...dependent.metadata, ownerReferences: kept } });
    }
    withoutFinalizer(client, kind, object, ORPHAN);
  } else if (isGoing(object, FOREGROUND)) {
    for (const { kind: of, object: dependent } of dependents) {
      if (dependent.metadata.deletionTimestamp === undefined && waitsForOwner(client, graph, dependent)) {
        client.remove(of, dependent, { propagation: 'Foreground' });
      }
    }
    const blocks = ({ uid, blockOwnerDeletion }: OwnerReference) =>
      uid === object.metadata.uid && blockOwnerDeletion === true;
    const remaining = [...(graph.dependents.get(object.metadata.uid ?? '') ?? [])].flatMap(
      (place) => lookup(client, place)?.object.metadata.ownerReferences?.filter(blocks) ?? [],
    );
    if (remaining.length === 0) withoutFinalizer(client, kind, object, FOREGROUND);
  }
}

function withoutFinalizer(client: Client, kind: KindKey, object: KubeObject, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((known) => known !== finalizer);
  client.update(kind, { ...object, metadata: { ...object.metadata, finalizers } });
}

function lookup(client: Client, place: string): { kind: KindKey; object: KubeObject } | undefined {
  const [kind = '', address = ''] = place.split(' ');
  const slash = address.indexOf('/');
  const object = client.get(kind, address.slice(0, slash), address.slice(slash + 1));
  return object === undefined ? undefined : { kind, object };
}
