/** What a rollout knows of each of its targets, and what that makes of its status. */
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { groupOf, keyOf, versionOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import type { ReadinessExpressions } from '../readiness/expressions/expressions.js';
import { loadReadinessRules } from '../readiness/expressions/load.js';
import { hasStatus } from '../readiness/readiness.js';
import type { ReadinessContext } from '../readiness/terms.js';
import type { Emit, ObjectStatus, PodProblem } from '../run/events.js';
import { declaresStatus, FIRST_STATUS_MS, readDefinitions } from './firstStatus.js';
import type { Stores } from './follows.js';
import type { JobLogs } from './jobLogs.js';
import { statusOf, type Seen, type Target } from './statusOf.js';
import { DOOMED_MS } from './verdict.js';

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
  /** Follows what Jobs write, where that was asked for. */
  readonly jobLogs?: JobLogs | undefined;
  /** When objects of some kinds are ready, as `.kapply.yaml` says. */
  readonly readinessRules: readonly ReadinessExpressions[];
}

/** One target while it is followed. */
export interface Row {
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

/** All that is known while the targets are followed. What watches and looks things up writes here, and reviews the rows. */
export interface Board {
  readonly options: RollOutOptions;
  /** When the rollout began, ms. */
  readonly began: number;
  /** By `keyOf`. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly stores: Stores;
  /** What pulls were answered with, by pod and container. */
  readonly pullErrors: Map<string, string>;
  /** Whether what a waiting container names is there. */
  configured: ReadonlyMap<string, boolean>;
  readonly context: ReadinessContext;
  /** Warnings that were told already. */
  readonly warned: Set<string>;
  /** The verdict is made: whatever the watches still bring changes no row. */
  isOver: boolean;
}

/** A board on which each target stands as it was applied. Definitions of custom kinds are read, for their rules. */
export async function makeBoard(targets: readonly RolloutTarget[], options: RollOutOptions): Promise<Board> {
  const began = options.now();
  const rows = new Map(targets.map((target) => [keyOf(target.id), rowOf(target, began)]));
  const context = await readContext(targets, options, began);
  const stores: Stores = { pods: new Map(), replicaSets: new Map() };
  return {
    options,
    began,
    rows,
    stores,
    pullErrors: new Map(),
    configured: new Map(),
    context,
    warned: new Set(),
    isOver: false,
  };
}

function rowOf(target: RolloutTarget, began: number): Row {
  return {
    target,
    object: target.applied,
    last: undefined,
    status: { id: target.id, status: 'Unknown', message: '', problems: [] },
    settled: false,
    doomedSince: undefined,
    movedAt: began,
    warnings: [],
  };
}

/** What readiness is judged by, besides the objects themselves. */
async function readContext(
  targets: readonly RolloutTarget[],
  options: RollOutOptions,
  began: number,
): Promise<ReadinessContext> {
  const { emit, now } = options;
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
  const { since, waitsForConsumer } = options;
  return { since, firstStatus, ruleOf, ...(waitsForConsumer !== undefined && { waitsForConsumer }) };
}

/** What is known of a target, with the pods and ReplicaSets of its namespace. */
export function seenBy({ rows, stores, pullErrors, configured }: Board, row: Row): Seen {
  const { namespace } = row.target.id;
  const isThere = ({ metadata }: KubeObject): boolean => metadata.namespace === namespace;
  return {
    object: row.object,
    last: row.last,
    pods: [...stores.pods.values()].filter(isThere),
    replicaSets: [...stores.replicaSets.values()].filter(isThere),
    warnings: row.warnings,
    circumstances: {
      pullErrors,
      configured,
      // Looked at where pods are in trouble, and not for each object of each event.
      get isEstablished() {
        return [...rows.values()].every((other) => other === row || other.settled);
      },
    },
  };
}

/** The row of an object, where it is a target. */
export function rowFor({ rows }: Board, id: ObjectId): Row | undefined {
  return rows.get(keyOf(id));
}

/** Judges a target anew, and emits `status` where it moved, `settled` where it is Current. */
export function review(board: Board, row: Row): void {
  if (board.isOver) return;
  const { emit, now, failFast, fieldManager } = board.options;
  const before = row.status;
  const {
    warning,
    lasts = false,
    ...seen
  } = statusOf(row.target, seenBy(board, row), { ...board.context, fieldManager });
  const isDoomed = lasts || seen.problems.some(({ doomed }) => doomed);
  row.doomedSince = isDoomed ? (row.doomedSince ?? now()) : undefined;
  const isToFail = failFast && row.doomedSince !== undefined;
  const status = isToFail ? { ...seen, failsAt: (row.doomedSince ?? now()) + DOOMED_MS } : seen;
  row.status = status;
  if (status.progress !== before.progress) row.movedAt = now();
  if (status.status === 'Current') {
    if (warning !== undefined && !board.warned.has(warning)) emit({ type: 'warning', message: warning });
    if (warning !== undefined) board.warned.add(warning);
    if (!row.settled) emit({ type: 'settled', status, ms: now() - board.began, details: undefined, at: now() });
    row.settled = true;
    return;
  }
  // What was Current can leave it again: nothing is pruned unless everything is Current at once.
  const moved = row.settled || hasMoved(before, status);
  row.settled = false;
  if (moved) emit({ type: 'status', status, at: now() });
}

/** What people see of a status is another one. */
function hasMoved(before: ObjectStatus, status: ObjectStatus): boolean {
  return (
    status.status !== before.status ||
    status.message !== before.message ||
    status.failsAt !== before.failsAt ||
    JSON.stringify(status.serving) !== JSON.stringify(before.serving)
  );
}
