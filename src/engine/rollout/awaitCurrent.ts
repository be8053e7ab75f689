/** Waits for what was applied, and turns a rollout that fails into the error that ends the run. */
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import { formatId, type KubeObject } from '../../objects/object.js';
import type { Applied, Change } from '../plan/member.js';
import type { Emit } from '../run/events.js';
import type { ReadinessExpressions } from '../readiness/expressions/expressions.js';
import type { JobLogs } from './jobLogs.js';
import { kubectlCommand } from './kubectlCommand.js';
import { containersWithNewImage } from './newImages.js';
import { unconsumedClaims } from './unconsumedClaims.js';
import type { RolloutTarget } from './board.js';
import { progressWords, rollOut } from './rollOut.js';

export interface AwaitCurrentOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly timeoutMs: number;
  readonly failFast: boolean;
  readonly fieldManager: string;
  readonly pruneLabel: string | undefined;
  /** When the run began by the server's clock, ms. */
  readonly since: number;
  readonly readinessRules: readonly ReadinessExpressions[];
  /** Follows what Jobs write, where that was asked for. */
  readonly jobLogs?: JobLogs | undefined;
}

/** @throws KapplyError `RolloutFailed` (exit 3) or `RolloutTimedOut` (exit 4) */
export async function awaitCurrent(applied: readonly Applied[], options: AwaitCurrentOptions): Promise<void> {
  if (applied.length === 0) return;
  const targets = applied.flatMap(({ change, address: { resource }, object }): RolloutTarget[] =>
    object === undefined
      ? []
      : [
          {
            id: change.member.id,
            resource,
            applied: object,
            moved: hasMoved(change, object),
            newImages: containersWithNewImage(change.live, object),
          },
        ],
  );
  const waitsForConsumer = await unconsumedClaims(
    targets.map((target) => target.applied),
    options,
  );
  const result = await rollOut(targets, { ...options, waitsForConsumer });
  if (result.outcome === 'current') return;
  // Old pods that are ready say nothing of a new revision that failed.
  const names = fewOf(
    result.outcome === 'failed' ? result.failed.map(({ id }) => formatId(id)) : result.unfinished.map(progressWords),
  );
  const pruned = options.pruneLabel === undefined ? '' : ' Nothing was pruned.';
  const remedies = [...result.failed, ...result.unfinished].flatMap(({ id, remedy }) => {
    const command = remedy === undefined ? undefined : kubectlCommand(options.cluster, id.namespace, remedy);
    return command === undefined ? [] : [`${command} lets ${formatId(id)} go on.`];
  });
  if (result.outcome === 'failed') {
    throw new KapplyError('RolloutFailed', `${names} failed to roll out.${pruned}`, EXIT.rolloutFailed, {
      suggestions: [
        ...remedies,
        remedies.length > 0
          ? 'Then deploy again.'
          : 'Mend the cause and deploy again: old and new configuration are both still there.',
        ...(result.early === true ? ['--no-fail-fast waits until --timeout, where the cause passes by itself.'] : []),
      ],
    });
  }
  throw new KapplyError('RolloutTimedOut', `not ready in time: ${names}.${pruned}`, EXIT.timedOut, {
    suggestions: [...remedies, 'Deploy again to go on waiting, with a longer --timeout if it needs more.'],
  });
}

/** A line that names 43 objects is read by nobody: each has its own words above it. */
const MOST_NAMES = 3;

/** `Deployment/a, Deployment/b, Deployment/c and 40 more` */
function fewOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

/** Our apply changed what the controllers go by. */
function hasMoved({ live }: Change, { metadata }: KubeObject): boolean {
  return live?.metadata.uid === metadata.uid && live?.metadata.generation !== metadata.generation;
}
