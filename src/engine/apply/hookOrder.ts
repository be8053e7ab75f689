/**
 * Where hooks stand among the rest of a set: docs/jobs.md. What goes before everything takes with it what it needs: its
 * configs, its account and what that may do. Pure.
 */
import { isJob } from '../../objects/kinds.js';
import { groupOf, idOf, keyOf, type KubeObject } from '../../objects/object.js';
import { hookOf, placeOf, type DeployMoment, type HookPlace } from '../jobs/hooks.js';
import { referencesOf } from '../uses/references.js';
import type { Edge } from './impliedEdges.js';
import { stepOf } from './steps.js';

/** Everything of the first block is sent before anything of the next one. */
export const BLOCKS: Readonly<Record<HookPlace, number>> = { before: 0, with: 1, after: 2 };
/** What everything later lives in, is of, or is held against: namespaces, definitions, classes, quotas. */
const LAST_FOUNDATION_STEP = 1;

/** True where one of the objects is a hook with a place of its own. */
export function hasHooks(objects: readonly KubeObject[]): boolean {
  return objects.some((object) => hookOf(object) !== undefined);
}

/** The block of each object, by its key. `edges`: what each object stands on. */
export function blocksOf(
  objects: readonly KubeObject[],
  edges: ReadonlyMap<string, readonly Edge[]>,
  moment: DeployMoment,
): Map<string, number> {
  const blocks = new Map(objects.map((object) => [keyOf(idOf(object)), BLOCKS[placeOf(object, moment)]]));
  const first = objects.filter((object) => blocks.get(keyOf(idOf(object))) === BLOCKS.before);
  if (first.length === 0) return blocks;
  const foundations = objects.filter(
    (object) => stepOf(groupOf(object.apiVersion), object.kind) <= LAST_FOUNDATION_STEP,
  );
  for (const key of needsOf([...first, ...foundations], objects, edges)) {
    if (blocks.get(key) === BLOCKS.with) blocks.set(key, BLOCKS.before);
  }
  return blocks;
}

/** The keys of these objects and of all that they need of the set, by what they name and what they stand on. */
function needsOf(
  first: readonly KubeObject[],
  objects: readonly KubeObject[],
  edges: ReadonlyMap<string, readonly Edge[]>,
): ReadonlySet<string> {
  const byKey = new Map(objects.map((object) => [keyOf(idOf(object)), object]));
  const needed = new Set<string>();
  const open = [...first];
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    const key = keyOf(idOf(object));
    if (needed.has(key)) continue;
    needed.add(key);
    const named = [...(edges.get(key) ?? []).map((edge) => edge.key), ...namedBy(object)];
    open.push(...named.flatMap((target) => byKey.get(target) ?? []), ...bindingsOf(object, objects));
  }
  return needed;
}

function namedBy(object: KubeObject): string[] {
  return referencesOf(object).flatMap(({ group, kind, name, namespace }) =>
    group === undefined || kind === undefined || namespace === undefined || typeof name !== 'string'
      ? []
      : [keyOf({ group, kind, namespace, name })],
  );
}

interface Binding {
  readonly subjects?: readonly { readonly kind?: string; readonly name?: string; readonly namespace?: string }[];
}

/** What gives a ServiceAccount its rights. */
function bindingsOf({ kind, metadata }: KubeObject, objects: readonly KubeObject[]): KubeObject[] {
  if (kind !== 'ServiceAccount') return [];
  return objects.filter(
    (object) =>
      groupOf(object.apiVersion) === 'rbac.authorization.k8s.io' &&
      ((object as unknown as Binding).subjects ?? []).some(
        (subject) =>
          subject.kind === 'ServiceAccount' &&
          subject.name === metadata.name &&
          (subject.namespace ?? object.metadata.namespace) === metadata.namespace,
      ),
  );
}

/**
 * What each hook stands on among those of its place: everything of a lower weight, then by kind, and Jobs of one weight by
 * name, one after the other, as Helm runs them (pkg/action/hooks.go).
 */
export function rankEdges(objects: readonly KubeObject[], moment: DeployMoment): [string, Edge[]][] {
  const hooks = objects.flatMap((object) => {
    const hook = hookOf(object);
    if (hook === undefined) return [];
    const { group, kind, name } = idOf(object);
    const rank = [hook.weight, stepOf(group, kind), isJob(object) ? name : ''] as const;
    return [{ key: keyOf(idOf(object)), place: placeOf(object, moment), rank }];
  });
  return hooks.map(({ key, place, rank }) => [
    key,
    hooks
      .filter((other) => other.place === place && place !== 'with' && comesBefore(other.rank, rank))
      .map((other) => ({ key: other.key, awaited: true })),
  ]);
}

type Rank = readonly [weight: number, step: number, name: string];

function comesBefore([weight, step, name]: Rank, [otherWeight, otherStep, otherName]: Rank): boolean {
  if (weight !== otherWeight) return weight < otherWeight;
  return step !== otherStep ? step < otherStep : name < otherName;
}
