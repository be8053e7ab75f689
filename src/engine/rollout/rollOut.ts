/** Waits until everything that was applied is Current, or until it is clear that it will not be. */
import { refusedWords } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { formatId, groupOf, keyOf, versionOf, type KubeObject } from '../../objects/object.js';
import type { ReadinessExpressions } from '../readiness/expressions/expressions.js';
import type { Emit, ObjectStatus, PodProblem } from '../run/events.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { pause } from '../run/pause.js';
import { failureDetails } from './failureDetails.js';
import { hasStatus } from '../readiness/readiness.js';
import { loadReadinessRules } from '../readiness/expressions/load.js';
import { declaresStatus, FIRST_STATUS_MS, readDefinitions } from './firstStatus.js';
import { follow } from './follow.js';
import { followsFor, storeFor, type Stores } from './follows.js';
import { hasPods } from './kinds.js';
import { notePullErrors, readConfigured, readEnd, readWarnings } from './lookUps.js';
import { statusOf, type Seen, type Target } from './statusOf.js';
import { DOOMED_MS, verdictOf, type RolloutResult } from './verdict.js';

const TICK_MS = 500;
/** What is looked up beside the watches is looked up so often at most. */
const LOOK_UP_MS = 3000;
/** A workload that has not moved for so long is asked for its Warning events. */
const STUCK_MS = 10_000;

export type { RolloutResult } from './verdict.js';

export interface RolloutTarget extends Target {
  readonly resource: ApiResource;
}

export interface RollOutOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly fieldManager: string;
  /** For the whole rollout, ms. */
  readonly timeoutMs: number;
  readonly failFast: boolean;
  /** When the run began by the server's clock, ms. */
  readonly since: number;
  readonly waitsForConsumer?: (claim: KubeObject) => boolean;
  /** When objects of some kinds are ready, as `.kapply.yaml` says. */
  readonly readinessRules: readonly ReadinessExpressions[];
}

interface Row {
  readonly target: RolloutTarget;
  object: KubeObject | undefined;
  /** How it was when it was deleted. */
  last: KubeObject | undefined;
  status: ObjectStatus;
  settled: boolean;
  doomedSince: number | undefined;
  /** Since when it says the same of its progress, ms. */
  movedAt: number;
  warnings: readonly PodProblem[];
}

/** Follows the targets; emits `status` on every change and `settled` when one is Current or given up. */
export async function rollOut(targets: readonly RolloutTarget[], options: RollOutOptions): Promise<RolloutResult> {
  const { emit, now, signal } = options;
  const began = now();
  const stores: Stores = { pods: new Map(), replicaSets: new Map() };
  const pullErrors = new Map<string, string>();
  let configured: ReadonlyMap<string, boolean> = new Map();
  const warned = new Set<string>();
  const rows = new Map<string, Row>();
  const definitions = await readDefinitions(
    targets.map(({ resource }) => resource),
    options,
  );
  const ruleOf = await loadReadinessRules({
    objects: targets.map(({ applied }) => applied),
    definitions,
    own: options.readinessRules,
    warn: (message) => emit({ type: 'warning', message }),
  });
  const firstStatus = (object: KubeObject): 'waiting' | 'none' | undefined => {
    const definition = definitions.get(`${groupOf(object.apiVersion)}/${object.kind}`);
    const isAwaited = ruleOf(object) !== undefined || declaresStatus(definition, versionOf(object.apiVersion));
    if (!isAwaited || hasStatus(object)) return undefined;
    return now() - began < FIRST_STATUS_MS ? 'waiting' : 'none';
  };

  const seenBy = (row: Row): Seen => {
    const { namespace } = row.target.id;
    const isThere = ({ metadata }: KubeObject): boolean => metadata.namespace === namespace;
    const isEstablished = [...rows.values()].every((other) => other === row || other.settled);
    return {
      object: row.object,
      last: row.last,
      pods: [...stores.pods.values()].filter(isThere),
      replicaSets: [...stores.replicaSets.values()].filter(isThere),
      warnings: row.warnings,
      circumstances: { pullErrors, configured, isEstablished },
    };
  };
  const seenOf = ({ id }: ObjectStatus): Seen | undefined => {
    const row = rows.get(keyOf(id));
    return row === undefined ? undefined : seenBy(row);
  };
  const review = (row: Row): void => {
    const before = row.status;
    const { warning, ...seen } = statusOf(row.target, seenBy(row), { ...options, firstStatus, ruleOf });
    row.doomedSince = seen.problems.some(({ doomed }) => doomed) ? (row.doomedSince ?? now()) : undefined;
    const isToFail = options.failFast && row.doomedSince !== undefined;
    const status = isToFail ? { ...seen, failsAt: (row.doomedSince ?? now()) + DOOMED_MS } : seen;
    row.status = status;
    if (status.progress !== before.progress) row.movedAt = now();
    if (status.status === 'Current') {
      if (warning !== undefined && !warned.has(warning)) emit({ type: 'warning', message: warning });
      if (warning !== undefined) warned.add(warning);
      if (!row.settled) emit({ type: 'settled', status, ms: now() - began, details: undefined, at: now() });
      row.settled = true;
      return;
    }
    // What was Current can leave it again: nothing is pruned unless everything is Current at once.
    const moved =
      row.settled ||
      status.status !== before.status ||
      status.message !== before.message ||
      status.failsAt !== before.failsAt;
    row.settled = false;
    if (moved) emit({ type: 'status', status, at: now() });
  };

  for (const target of targets) {
    const row: Row = {
      target,
      object: target.applied,
      last: undefined,
      status: { id: target.id, status: 'Unknown', message: '', problems: [] },
      settled: false,
      doomedSince: undefined,
      movedAt: began,
      warnings: [],
    };
    rows.set(keyOf(target.id), row);
    review(row);
  }
  if ([...rows.values()].every(({ settled }) => settled)) return { outcome: 'current', failed: [], unfinished: [] };

  const stop = new AbortController();
  const watching = AbortSignal.any([signal, stop.signal]);
  const reading = { ...options, signal: watching };
  let wake: (() => void) | undefined;
  const woken = (): void => wake?.();
  let ends = 0;
  const gone = (row: Row, last: KubeObject | undefined): void => {
    // A Job that its ttlSecondsAfterFinished removed before anybody saw how it ended: its events tell.
    if (row.target.id.kind !== 'Job' || last?.status !== undefined) {
      row.last = last;
      row.object = undefined;
      review(row);
      woken();
      return;
    }
    ends += 1;
    void readEnd(last ?? row.target.applied, reading)
      .then((end) => {
        row.last = end;
        row.object = undefined;
        review(row);
      }, broke)
      .finally(() => {
        ends -= 1;
        woken();
      });
  };
  let broke: (error: unknown) => void = () => undefined;
  const failing = new Promise<never>((_, reject) => {
    broke = (error) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is handed on as it came
      if (!watching.aborted) reject(error);
    };
  });
  const watches = followsFor(
    [...rows.values()].filter(({ settled }) => !settled).map(({ target }) => target),
    options.discovery,
  ).map((target) => {
    const store = storeFor(target.resource, stores);
    const rowOf = (name: string, namespace: string): Row | undefined =>
      rows.get(keyOf({ group: target.resource.group, kind: target.resource.kind, namespace, name }));
    const touch = (object: KubeObject, isGone: boolean): void => {
      const { name, namespace = '', uid = '' } = object.metadata;
      const row = rowOf(name, namespace);
      if (isGone) store?.delete(uid);
      else store?.set(uid, object);
      if (target.resource.kind === 'Pod') notePullErrors(object, pullErrors);
      if (row !== undefined && isGone) gone(row, object);
      else if (row !== undefined) row.object = object;
      for (const other of rows.values()) {
        const isTold = store !== undefined && other.target.id.namespace === namespace && !other.settled;
        if ((other === row && !isGone) || (isTold && other !== row)) review(other);
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
          const row = rowOf(name, target.namespace);
          if (row?.object !== undefined) gone(row, undefined);
        },
        refused: (error) =>
          emit({
            type: 'warning',
            message: `${target.resource.kind} cannot be watched in ${target.namespace}: ${refusedWords(error)}`,
          }),
      },
      watching,
    );
  });
  // A watch that breaks for good ends the wait: nothing would ever become Current.
  const broken = Promise.all(watches).then(() => new Promise<never>(() => undefined));

  let lookedUpAt = now();
  let isLookingUp = false;
  const lookUp = async (): Promise<void> => {
    configured = await readConfigured(stores.pods.values(), reading);
    for (const row of rows.values()) {
      if (row.settled) continue;
      const isStuck = hasPods(row.target.id) && now() - row.movedAt >= STUCK_MS && row.object !== undefined;
      row.warnings = isStuck
        ? await readWarnings(row.object ?? row.target.applied, stores, options.since, reading)
        : [];
      review(row);
    }
  };
  const lookUpNowAndThen = (): void => {
    if (isLookingUp || now() - lookedUpAt < LOOK_UP_MS) return;
    isLookingUp = true;
    lookedUpAt = now();
    void lookUp()
      .catch(broke)
      .finally(() => {
        isLookingUp = false;
        woken();
      });
  };

  // One at a time: an object that changes ends the wait, and leaves no timer behind.
  let tick: Promise<void> | undefined;
  try {
    for (;;) {
      const verdict =
        ends > 0 ? undefined : verdictOf([...rows.values()], { ...options, now: now(), elapsed: now() - began });
      if (verdict !== undefined) return await conclude(verdict, seenOf, options, began);
      lookUpNowAndThen();
      tick ??= pause(TICK_MS, watching).finally(() => {
        tick = undefined;
      });
      await Promise.race([
        broken,
        failing,
        tick,
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

/** Emits what is known of each failure; of a time-out, of everything that did not finish. */
async function conclude(
  verdict: RolloutResult,
  seenOf: (status: ObjectStatus) => Seen | undefined,
  options: RollOutOptions,
  began: number,
): Promise<RolloutResult> {
  const explained = verdict.outcome === 'timedOut' ? verdict.unfinished : verdict.failed;
  const details = await mapConcurrently(explained, options.cluster.concurrency, (status) => {
    const { object: workload, pods = [], replicaSets = [] } = seenOf(status) ?? {};
    const { discovery, signal } = options;
    const seen = { discovery, signal, now: options.now(), workload, pods, replicaSets };
    return failureDetails(options.cluster, status, seen);
  });
  for (const [index, status] of explained.entries()) {
    options.emit({ type: 'settled', status, ms: options.now() - began, details: details[index], at: options.now() });
  }
  return verdict;
}

/** `StatefulSet/db 2/3`, for the line that counts what did not finish. */
export function progressWords({ id, ready }: ObjectStatus): string {
  return ready === undefined ? formatId(id) : `${formatId(id)} ${ready.have}/${ready.want}`;
}
