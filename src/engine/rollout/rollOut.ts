/** Waits until everything that was applied is Current, or until it is clear that it will not be. */
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { formatId, keyOf, type KubeObject } from '../../objects/object.js';
import { podSpecPath } from '../uses/references.js';
import type { Emit, ObjectStatus } from '../run/events.js';
import { pause } from '../run/pause.js';
import { failureDetails } from './failureDetails.js';
import { follow, type Follow } from './follow.js';
import { statusOf, type Seen, type Target } from './statusOf.js';

/** A doomed pod gets this long to be mended, by a registry that comes back or a Secret that arrives. */
const DOOMED_MS = 30_000;
const TICK_MS = 500;

export interface RolloutTarget extends Target {
  readonly resource: ApiResource;
}

export interface RollOutOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** For the whole rollout, ms. */
  readonly timeoutMs: number;
  readonly failFast: boolean;
  /** When the run began by the server's clock, ms. */
  readonly since: number;
  readonly waitsForConsumer?: (claim: KubeObject) => boolean;
}

export interface RolloutResult {
  readonly outcome: 'current' | 'failed' | 'timedOut';
  readonly failed: readonly ObjectStatus[];
  readonly unfinished: readonly ObjectStatus[];
}

interface Row {
  readonly target: RolloutTarget;
  object: KubeObject | undefined;
  status: ObjectStatus;
  settled: boolean;
  doomedSince: number | undefined;
}

/** Follows the targets; emits `status` on every change and `settled` when one is Current or given up. */
export async function rollOut(targets: readonly RolloutTarget[], options: RollOutOptions): Promise<RolloutResult> {
  const { emit, now, signal } = options;
  const began = now();
  const pods = new Map<string, KubeObject>();
  const replicaSets = new Map<string, KubeObject>();
  const warned = new Set<string>();
  const rows = new Map<string, Row>();

  const seenBy = (object: KubeObject | undefined, namespace: string): Seen => ({
    object,
    pods: [...pods.values()].filter(({ metadata }) => metadata.namespace === namespace),
    replicaSets: [...replicaSets.values()].filter(({ metadata }) => metadata.namespace === namespace),
  });
  const review = (row: Row): void => {
    const before = row.status;
    const { warning, ...status } = statusOf(row.target, seenBy(row.object, row.target.id.namespace), options);
    row.status = status;
    row.doomedSince = status.problems.some(({ doomed }) => doomed) ? (row.doomedSince ?? now()) : undefined;
    if (status.status === 'Current') {
      if (warning !== undefined && !warned.has(warning)) emit({ type: 'warning', message: warning });
      if (warning !== undefined) warned.add(warning);
      if (!row.settled) emit({ type: 'settled', status, ms: now() - began, details: undefined, at: now() });
      row.settled = true;
      return;
    }
    // What was Current can leave it again: nothing is pruned unless everything is Current at once.
    const moved = row.settled || status.status !== before.status || status.message !== before.message;
    row.settled = false;
    if (moved) emit({ type: 'status', status, at: now() });
  };

  for (const target of targets) {
    const row: Row = {
      target,
      object: target.applied,
      status: { id: target.id, status: 'Unknown', message: '', problems: [] },
      settled: false,
      doomedSince: undefined,
    };
    rows.set(keyOf(target.id), row);
    review(row);
  }
  if ([...rows.values()].every(({ settled }) => settled)) return { outcome: 'current', failed: [], unfinished: [] };

  const stop = new AbortController();
  const watching = AbortSignal.any([signal, stop.signal]);
  let wake: (() => void) | undefined;
  const woken = (): void => wake?.();
  const watches = followsFor(
    [...rows.values()].filter(({ settled }) => !settled),
    options.discovery,
  ).map((target) => {
    const store = storeFor(target.resource, { pods, replicaSets });
    const touch = (object: KubeObject, gone: boolean): void => {
      const { name, namespace = '', uid = '' } = object.metadata;
      const row = rows.get(keyOf({ group: target.resource.group, kind: target.resource.kind, namespace, name }));
      if (row !== undefined) row.object = gone ? undefined : object;
      if (gone) store?.delete(uid);
      else store?.set(uid, object);
      for (const other of rows.values()) {
        if (other === row || (store !== undefined && other.target.id.namespace === namespace && !other.settled))
          review(other);
      }
      woken();
    };
    return follow(
      options.cluster,
      target,
      {
        changed: (object) => touch(object, false),
        deleted: (object) => touch(object, true),
        missing: (name) => {
          const { group, kind } = target.resource;
          const row = rows.get(keyOf({ group, kind, namespace: target.namespace, name }));
          if (row?.object === undefined) return;
          row.object = undefined;
          review(row);
          woken();
        },
        refused: (error) =>
          emit({
            type: 'warning',
            message: `${target.resource.kind} cannot be watched in ${target.namespace}: ${error.message}`,
          }),
      },
      watching,
    );
  });
  // A watch that breaks for good ends the wait: nothing would ever become Current.
  const broken = Promise.all(watches).then(() => new Promise<never>(() => undefined));

  try {
    for (;;) {
      const verdict = judge([...rows.values()], { ...options, elapsed: now() - began });
      if (verdict !== undefined) return await conclude(verdict, options, began);
      await Promise.race([
        broken,
        pause(TICK_MS, watching),
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
      ]);
    }
  } finally {
    stop.abort();
    await Promise.allSettled(watches);
  }
}

function judge(
  rows: readonly Row[],
  options: RollOutOptions & { readonly elapsed: number },
): RolloutResult | undefined {
  const unfinished = rows.filter(({ status }) => status.status !== 'Current').map(({ status }) => status);
  if (unfinished.length === 0) return { outcome: 'current', failed: [], unfinished: [] };
  const isDoomed = (row: Row): boolean => row.doomedSince !== undefined && options.now() - row.doomedSince >= DOOMED_MS;
  const failed = rows
    .filter((row) => row.status.status === 'Failed' || (options.failFast && isDoomed(row)))
    .map(({ status }) => status);
  const isOver = options.elapsed >= options.timeoutMs;
  if (failed.length > 0 && (options.failFast || isOver)) {
    return {
      outcome: 'failed',
      failed: failed.map((status) => ({ ...status, status: 'Failed' })),
      unfinished: unfinished.filter((status) => !failed.includes(status)),
    };
  }
  return isOver ? { outcome: 'timedOut', failed: [], unfinished } : undefined;
}

/** Emits what is known of each failure; of a time-out, of everything that did not finish. */
async function conclude(verdict: RolloutResult, options: RollOutOptions, began: number): Promise<RolloutResult> {
  const explained = verdict.outcome === 'timedOut' ? verdict.unfinished : verdict.failed;
  for (const status of explained) {
    const details = await failureDetails(options.cluster, status, {
      discovery: options.discovery,
      signal: options.signal,
      now: options.now(),
    });
    options.emit({ type: 'settled', status, ms: options.now() - began, details, at: options.now() });
  }
  return verdict;
}

/** What to watch: the kinds of the targets, and the pods and ReplicaSets that tell why a workload is not ready. */
function followsFor(rows: readonly Row[], discovery: Discovery): Follow[] {
  const follows = new Map<string, Follow>();
  const add = (resource: ApiResource | undefined, namespace: string, name: string | undefined): void => {
    if (resource === undefined) return;
    const key = `${resource.group}/${resource.plural}/${namespace}`;
    const names = [...(follows.get(key)?.names ?? []), ...(name === undefined ? [] : [name])];
    // A second name in one place widens the watch to all of it.
    follows.set(key, { resource, namespace, names, ...(!follows.has(key) && name !== undefined && { name }) });
  };
  for (const { target } of rows) add(target.resource, target.id.namespace, target.id.name);
  for (const { target } of rows) {
    if (podSpecPath(target.id.group, target.id.kind) === undefined) continue;
    add(find(discovery, '', 'Pod'), target.id.namespace, undefined);
    if (target.id.kind === 'Deployment') add(find(discovery, 'apps', 'ReplicaSet'), target.id.namespace, undefined);
  }
  return [...follows.values()];
}

function find(discovery: Discovery, group: string, kind: string): ApiResource | undefined {
  return discovery.resources.find(
    (resource) => resource.group === group && resource.kind === kind && resource.preferred,
  );
}

function storeFor(
  { group, kind }: ApiResource,
  stores: { pods: Map<string, KubeObject>; replicaSets: Map<string, KubeObject> },
): Map<string, KubeObject> | undefined {
  if (group === '' && kind === 'Pod') return stores.pods;
  return group === 'apps' && kind === 'ReplicaSet' ? stores.replicaSets : undefined;
}

/** `StatefulSet/db 2/3`, for the line that counts what did not finish. */
export function progressWords({ id, ready }: ObjectStatus): string {
  return ready === undefined ? formatId(id) : `${formatId(id)} ${ready.have}/${ready.want}`;
}
