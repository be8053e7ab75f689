/**
 * What a deploy adds to the pods and objects of a namespace, as its ResourceQuotas count them. Pure.
 */
import { type Json, type KubeObject, type ObjectId } from '../../../objects/object.js';
import { valueAt } from '../../../objects/valueAt.js';
import { jsonEqual } from '../../../patch/jsonEqual.js';
import { podSpecPath } from '../../uses/references.js';
import type { Change, Member } from '../member.js';
import { podAmounts, type Amounts, type ContainerDefaults, type PodSpec } from './podRequests.js';

/** What one change of the set needs. */
export interface Growth {
  readonly id: ObjectId;
  /** The pod spec of what will run; undefined for what runs nothing. */
  readonly pod: PodSpec | undefined;
  /** What there is more of when all is done; less where it shrinks. */
  readonly more: Amounts;
  /** What a Deployment needs besides while it starts new pods before it ends old ones, where it may not do otherwise. */
  readonly atOnce: Amounts | undefined;
}

const ONE = 10n ** 9n;
/** Of a CronJob nobody knows when. */
const RUNS_NOTHING_YET = ['CronJob', 'PodTemplate'];
const NOTHING: Amounts = new Map();
/** Kinds that a quota also counts under a name of before `count/`. */
const OLD_NAMES = ['configmaps', 'secrets', 'services', 'persistentvolumeclaims', 'replicationcontrollers'];

/** What the change needs; undefined where it starts nothing and makes nothing. */
export function growthOf(change: Change, defaults: ContainerDefaults): Growth | undefined {
  if (change.action === 'unchanged') return undefined;
  const { after, live } = change;
  const { id } = change.member;
  const path = podSpecPath(id.group, id.kind);
  const pod = path === undefined || RUNS_NOTHING_YET.includes(id.kind) ? undefined : podOf(after, path);
  const made = change.action === 'create' && id.kind !== 'Pod' ? madeNames(change.member) : NOTHING;
  if (pod === undefined || path === undefined)
    return made.size === 0 ? undefined : { id, pod, more: made, atOnce: undefined };
  const isNew = live === undefined || !jsonEqual(templateOf(live), templateOf(after));
  const [now, then] = [live === undefined ? 0 : podsOf(live, live), podsOf(after, live)];
  if (!isNew && now === then) return undefined;
  const each = podAmounts(pod, defaults);
  const before = live === undefined ? undefined : podOf(live, path);
  const eachBefore = before === undefined ? NOTHING : podAmounts(before, defaults);
  const more = sum(times(each, then), times(eachBefore, -now), made);
  const isSurging = live !== undefined && isNew && startsFirst(after);
  return { id, pod, more, atOnce: isSurging ? most(each, sum(more, eachBefore)) : undefined };
}

function podOf(object: KubeObject, path: string): PodSpec | undefined {
  return valueAt(object, path.split('.')) ?? undefined;
}

function templateOf({ spec }: KubeObject): Json | undefined {
  return (spec as { template?: Json } | undefined)?.template;
}

/** The pods that the object's controller makes. Of a DaemonSet as many as there are; the first ones are not known. */
function podsOf(object: KubeObject, live: KubeObject | undefined): number {
  const { replicas, parallelism, completions, suspend } = (object.spec ?? {}) as Readonly<Record<string, unknown>>;
  const status = (live?.status ?? {}) as { desiredNumberScheduled?: number; active?: number };
  switch (object.kind) {
    case 'Pod':
      return 1;
    case 'Job':
      if (object === live) return status.active ?? 0;
      return suspend === true ? 0 : Math.min(countOf(parallelism, 1), countOf(completions, countOf(parallelism, 1)));
    case 'DaemonSet':
      return status.desiredNumberScheduled ?? 0;
    default:
      return countOf(replicas, 1);
  }
}

/** What the server has not seen yet may be anything. */
function countOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) ? value : otherwise;
}

/** True for a Deployment that may not end an old pod before a new one is ready. */
function startsFirst({ kind, spec }: KubeObject): boolean {
  const { replicas, paused, strategy } = (spec ?? {}) as {
    replicas?: number;
    paused?: boolean;
    strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: number | string } };
  };
  if (kind !== 'Deployment' || paused === true || replicas === 0 || strategy?.type === 'Recreate') return false;
  const maxUnavailable = strategy?.rollingUpdate?.maxUnavailable ?? '25%';
  const pods =
    typeof maxUnavailable === 'number'
      ? maxUnavailable
      : Math.floor((Number.parseInt(maxUnavailable, 10) * countOf(replicas, 1)) / 100);
  return pods === 0;
}

function madeNames({ id: { group }, resource: { plural } }: Member): Amounts {
  const names = [`count/${plural}${group === '' ? '' : `.${group}`}`];
  if (group === '' && OLD_NAMES.includes(plural)) names.push(plural);
  return new Map(names.map((name) => [name, ONE]));
}

function times(amounts: Amounts, count: number): Amounts {
  return new Map([...amounts].map(([name, amount]) => [name, amount * BigInt(count)]));
}

/** Of all together. */
export function sum(...all: readonly Amounts[]): Amounts {
  const total = new Map<string, bigint>();
  for (const amounts of all) for (const [name, amount] of amounts) total.set(name, (total.get(name) ?? 0n) + amount);
  return total;
}

function most(a: Amounts, b: Amounts): Amounts {
  const names = new Set([...a.keys(), ...b.keys()]);
  return new Map([...names].map((name) => [name, greater(a.get(name) ?? 0n, b.get(name) ?? 0n)]));
}

function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
