/** What a judgement is asked with, for tests: a deploy of the set shop in the namespace shop, pruning app=shop. */
import type { Judgement, Plan } from '../../../src/engine/plan/plan.js';
import type { Event } from '../../../src/engine/run/events.js';
import { executePrune, type PruneResult } from '../../../src/engine/prune/executePrune.js';
import { judgeNow } from '../../../src/engine/prune/judgeNow.js';
import type { JudgeNowOptions } from '../../../src/engine/prune/judgeNowOptions.js';
import { SET_ANNOTATION } from '../../../src/objects/annotations.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { RESOURCES, type FakeCluster } from '../fakeCluster.js';

export const NOW = Date.parse('2026-01-01T12:00:00Z');

export function judging(more: Partial<JudgeNowOptions> = {}): JudgeNowOptions {
  return {
    pruneLabel: 'app=shop',
    pruneKinds: [],
    keep: 0,
    keepRollback: false,
    adopt: false,
    ignoreUnlisted: [],
    set: 'shop',
    namespaces: ['shop'],
    generatedOnly: false,
    plainNames: false,
    fieldManager: 'kapply',
    signal: new AbortController().signal,
    discovery: { resources: RESOURCES, failures: [] },
    applied: [],
    verb: 'deploy',
    formerSet: undefined,
    formerNamespaces: [],
    includeNewest: false,
    runStart: NOW,
    minimumAgeMs: 0,
    projected: false,
    ...more,
  };
}

/** An object of the set shop that kapply applied an hour ago, with the prune label. */
export function ours(apiVersion: string, kind: string, name: string, more: Record<string, unknown> = {}): KubeObject {
  const { metadata, ...rest } = more;
  return {
    apiVersion,
    kind,
    ...rest,
    metadata: {
      name,
      namespace: 'shop',
      labels: { app: 'shop' },
      annotations: { [SET_ANNOTATION]: 'shop' },
      creationTimestamp: '2026-01-01T11:00:00Z',
      managedFields: [{ manager: 'kapply', operation: 'Apply', time: '2026-01-01T11:00:00Z' }],
      ...(metadata as object | undefined),
    },
  };
}

/** `ConfigMap/a: delete`, `Secret/b: inUse`, in order. */
export function verdicts(judgements: readonly Judgement[]): string[] {
  return judgements
    .map(
      (judgement) =>
        `${judgement.id.kind}/${judgement.id.name}: ${judgement.verdict === 'delete' ? 'delete' : judgement.why}`,
    )
    .sort();
}

export interface Pruned {
  readonly result: PruneResult;
  /** `ConfigMap/a: deleted (why)`, in order. */
  readonly outcomes: readonly string[];
  readonly warnings: readonly string[];
  readonly plan: Plan;
}

/** Plans on the cluster as it is, lets `meanwhile` happen, and carries the prune out. */
export async function planAndPrune(
  cluster: FakeCluster,
  options: JudgeNowOptions,
  meanwhile: () => void = () => undefined,
  now: () => number = () => NOW,
): Promise<Pruned> {
  const { judgements } = await judgeNow(cluster, { ...options, projected: true });
  const plan: Plan = {
    stages: [],
    prune: judgements,
    confirmations: [],
    controlled: 0,
    set: 'shop',
    pruneLabel: options.pruneLabel,
    warnings: [],
  };
  meanwhile();
  const events: Event[] = [];
  const result = await executePrune(
    plan,
    {
      ...options,
      timeoutMs: 60_000,
      judge: (how) => judgeNow(cluster, { ...options, ...how, projected: false }),
    },
    { cluster, emit: (event) => events.push(event), now, signal: options.signal },
  );
  return {
    result,
    plan,
    outcomes: events
      .flatMap((event) =>
        event.type === 'pruned' ? [`${event.id.kind}/${event.id.name}: ${event.outcome} (${event.reason})`] : [],
      )
      .sort(),
    warnings: events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])),
  };
}
