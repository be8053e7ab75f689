/** The order in which a set is applied, as stages: docs/order.md. */
import { inputError } from '../../errors.js';
import { DEPENDS_ON_ANNOTATION } from '../../objects/annotations.js';
import { formatId, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { hookOf, type DeployMoment } from '../jobs/hooks.js';
import { runFamilyOf } from '../jobs/runName.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { BLOCKS, blocksOf, hasHooks, rankEdges } from './hookOrder.js';
import { impliedEdges, type Edge } from './impliedEdges.js';
import { stepOf } from './steps.js';

/** An object of the set, as it is sent, and as it was rendered. */
export interface Sortable {
  readonly object: KubeObject;
  readonly rendered?: Pick<RenderedObject, 'leftOut'>;
}

/** Objects that are applied together, after all earlier stages. */
export interface Stage<T> {
  readonly members: readonly T[];
  /** By the key of a member that waits: the keys of what must be Current before it is sent. */
  readonly awaits: Readonly<Record<string, readonly string[]>>;
}

/**
 * Sorts objects into stages: hooks before or after the rest (docs/jobs.md), each by step, then after whatever they stand on
 * (`edgesOf`). An object that stands on one of its own or a later step moves behind it.
 * @param moment decides which hooks go first and which last
 * @throws KapplyError (exit 2) `InvalidDependency` for a reference that is malformed or not in the set, `DependencyCycle`
 */
export function sortIntoStages<T extends Sortable>(
  members: readonly T[],
  moment: DeployMoment = 'upgrade',
): Stage<T>[] {
  const byKey = new Map(members.map((member) => [keyOf(idOf(member.object)), member]));
  const objects = members.map(({ object }) => object);
  const edges = edgesOf(objects, moment, leftOutOf(members));
  const blocks = hasHooks(objects) ? blocksOf(objects, edges, moment) : undefined;
  const places = new Map<string, Place>();
  for (const member of members) place(member.object, { byKey, edges, blocks, places, path: [] });
  const ofOtherBlocks = blocks === undefined ? (): string[] => [] : awaitedBlocks(objects, places);

  const stages = new Map<string, { place: Place; members: T[]; awaits: Record<string, readonly string[]> }>();
  for (const member of members) {
    const key = keyOf(idOf(member.object));
    const at = places.get(key) ?? { block: BLOCKS.with, step: 0, depth: 0 };
    const label = `${at.block}.${at.step}.${at.depth}`;
    const stage = stages.get(label) ?? { place: at, members: [], awaits: {} };
    stage.members.push(member);
    const named = (edges.get(key) ?? []).filter((edge) => edge.awaited).map((edge) => edge.key);
    const awaited = [...named, ...ofOtherBlocks(member.object)];
    if (awaited.length > 0) stage.awaits[key] = awaited;
    stages.set(label, stage);
  }
  return [...stages.values()]
    .sort(({ place: a }, { place: b }) => a.block - b.block || a.step - b.step || a.depth - b.depth)
    .map(({ members: placed, awaits }) => ({ members: placed, awaits }));
}

/** The block in which each object is sent, by its key: `BLOCKS`. */
export function stagedBlocks(members: readonly Sortable[], moment: DeployMoment): ReadonlyMap<string, number> {
  const objects = members.map(({ object }) => object);
  return blocksOf(objects, edgesOf(objects, moment, leftOutOf(members)), moment);
}

/** What an object awaits of the block before its own: the hooks that go first, or, for those that go last, all the rest. */
function awaitedBlocks(
  objects: readonly KubeObject[],
  places: ReadonlyMap<string, Place>,
): (object: KubeObject) => readonly string[] {
  const blockOf = (object: KubeObject): number => places.get(keyOf(idOf(object)))?.block ?? BLOCKS.with;
  const keysOf = (block: number, isMeant: (object: KubeObject) => boolean): string[] =>
    objects.filter((object) => blockOf(object) === block && isMeant(object)).map((object) => keyOf(idOf(object)));
  const first = keysOf(BLOCKS.before, (object) => hookOf(object) !== undefined);
  const rest = keysOf(BLOCKS.with, () => true);
  return (object) => [[], first, rest.length > 0 ? rest : first][blockOf(object)] ?? [];
}

/**
 * What each object stands on, by its key: what it names in depends-on, which is awaited, and what is implied. An implied
 * edge that would close a circle gives way: what the user says counts.
 * @throws KapplyError (exit 2) `InvalidDependency`
 */
function edgesOf(
  objects: readonly KubeObject[],
  moment: DeployMoment,
  leftOut: readonly ObjectId[],
): ReadonlyMap<string, readonly Edge[]> {
  const byKey = new Map(objects.map((object) => [keyOf(idOf(object)), object]));
  const known = new Map([...runKeys(objects), ...[...byKey.keys()].map((key) => [key, key] as const)]);
  const edges = new Map<string, Edge[]>();
  for (const [key, object] of byKey) {
    const named = dependenciesOf(object, known, leftOut).map((target) => ({ key: target, awaited: true }));
    if (named.length > 0) edges.set(key, named);
  }
  const leadsTo = (from: string, to: string, seen: Set<string>): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (edges.get(from) ?? []).some((edge) => leadsTo(edge.key, to, seen));
  };
  for (const [key, implied] of [...impliedEdges(objects), ...rankEdges(objects, moment)]) {
    for (const edge of implied) {
      if (!leadsTo(edge.key, key, new Set())) edges.set(key, [...(edges.get(key) ?? []), edge]);
    }
  }
  return edges;
}

/** The key of a run, by that of the Job as the manifests name it: a run has a name of its own. */
function runKeys(objects: readonly KubeObject[]): (readonly [string, string])[] {
  return objects.flatMap((object) => {
    const family = runFamilyOf(object);
    return family === undefined ? [] : [[keyOf({ ...idOf(object), name: family }), keyOf(idOf(object))] as const];
  });
}

interface Place {
  /** `BLOCKS`. */
  readonly block: number;
  readonly step: number;
  readonly depth: number;
}

interface Placing {
  readonly byKey: ReadonlyMap<string, { readonly object: KubeObject }>;
  readonly edges: ReturnType<typeof edgesOf>;
  /** undefined where nothing is a hook. */
  readonly blocks: ReadonlyMap<string, number> | undefined;
  readonly places: Map<string, Place>;
  /** The dependents on the way here, for naming a cycle. */
  readonly path: readonly string[];
}

function place(object: KubeObject, placing: Placing): Place {
  const id = idOf(object);
  const key = keyOf(id);
  const known = placing.places.get(key);
  if (known !== undefined) return known;
  if (placing.path.includes(key))
    throw cycleError([...placing.path.slice(placing.path.indexOf(key)), key], placing.byKey);
  const own = { block: placing.blocks?.get(key) ?? BLOCKS.with, step: stepOf(id.group, id.kind), depth: 0 };
  let result: Place = own;
  for (const edge of placing.edges.get(key) ?? []) {
    const target = placing.byKey.get(edge.key);
    if (target === undefined) continue;
    const before = place(target.object, { ...placing, path: [...placing.path, key] });
    if (before.block > result.block) result = { ...own, block: before.block };
    if (before.block < result.block) continue;
    if (before.step > result.step || (before.step === result.step && before.depth >= result.depth)) {
      result = { ...before, depth: before.depth + 1 };
    }
  }
  placing.places.set(key, result);
  return result;
}

function cycleError(keys: readonly string[], byKey: Placing['byKey']): Error {
  const names = keys.map((key) => {
    const member = byKey.get(key);
    return member === undefined ? key : formatId(idOf(member.object));
  });
  return inputError('DependencyCycle', `${DEPENDS_ON_ANNOTATION} makes a circle: ${names.join(' → ')}`, {
    suggestions: ['Remove the annotation from one of these objects.'],
  });
}

/** The keys of what an object's depends-on names. `known`: the key of everything in the set, by how it can be named. */
function dependenciesOf(
  object: KubeObject,
  known: ReadonlyMap<string, string>,
  leftOut: readonly ObjectId[],
): string[] {
  const text = object.metadata.annotations?.[DEPENDS_ON_ANNOTATION];
  if (text === undefined) return [];
  return text.split(',').flatMap((reference) => {
    const id = parseDependency(reference.trim());
    const target = id === undefined ? undefined : known.get(keyOf(id));
    if (target === undefined && id !== undefined && leftOut.some((one) => isNamed(one, id))) return [];
    if (target === undefined) {
      const why = id === undefined ? 'is not of the form GROUP/[namespaces/NAMESPACE/]KIND/NAME' : 'is not in this set';
      throw inputError(
        'InvalidDependency',
        `${formatId(idOf(object), true)}: ${DEPENDS_ON_ANNOTATION} names "${reference.trim()}", which ${why}`,
        {
          suggestions: [
            'Name an object of the same deploy: apps/namespaces/shop/Deployment/db, or /namespaces/shop/ConfigMap/seed.',
          ],
        },
      );
    }
    return target;
  });
}

/** What is not in this run although it was rendered with it. */
function leftOutOf(members: readonly Sortable[]): ObjectId[] {
  return members.flatMap(({ rendered }) => rendered?.leftOut ?? []);
}

/** True for the object that is named; what names no namespace has that of the run. */
function isNamed(object: ObjectId, named: ObjectId): boolean {
  return [named.namespace, ''].some((namespace) => keyOf({ ...named, namespace }) === keyOf(object));
}

/** cli-utils pkg/object/dependson: `GROUP/namespaces/NS/KIND/NAME` or `GROUP/KIND/NAME`; the core group is empty. */
function parseDependency(text: string): ObjectId | undefined {
  const parts = text.split('/');
  const [group = '', second = '', third = '', fourth, fifth] = parts;
  if (parts.length === 5 && second === 'namespaces' && third && fourth && fifth) {
    return { group, namespace: third, kind: fourth, name: fifth };
  }
  return parts.length === 3 && second && third ? { group, namespace: '', kind: second, name: third } : undefined;
}
