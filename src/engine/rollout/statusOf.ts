/** The status of one object of a rollout, with what its pods say. Pure over what was last seen. */
import { jsonEqual } from '../../patch/jsonEqual.js';
import { formatId, type Json, type KubeObject, type ObjectId } from '../../objects/object.js';
import { readinessOf } from '../readiness/readiness.js';
import { conditionOf, observedGenerationOf, type Observed, type ReadinessContext } from '../readiness/terms.js';
import { waitMarkOf } from '../readiness/waitMark.js';
import type { ObjectStatus, PodProblem } from '../run/events.js';
import { hasRevisions } from './kinds.js';
import { runsAsBefore } from './newImages.js';
import { problemsOf, type PodCircumstances } from './podProblems.js';
import { blockingPods, podsOf, servingPods, type Serving } from './podsOf.js';
import { supersededBy } from './superseded.js';

/** What is to become Current. */
export interface Target {
  readonly id: ObjectId;
  /** The object as our apply returned it. */
  readonly applied: KubeObject;
  /** Our apply changed its spec: a status that says nothing of generations is that of before. */
  readonly moved?: boolean;
  /** Containers of a Pod whose image our apply changed. */
  readonly newImages?: readonly string[];
}

export interface Seen {
  /** The newest version seen; undefined once it was deleted. */
  readonly object: KubeObject | undefined;
  /** Where it was deleted: how it was when it went, as far as that was seen. */
  readonly last?: KubeObject | undefined;
  readonly pods: readonly KubeObject[];
  readonly replicaSets: readonly KubeObject[];
  /** Warning events of the object and of its pods, where nothing has moved for a while. */
  readonly warnings?: readonly PodProblem[];
  readonly circumstances?: Omit<PodCircumstances, 'retries'>;
}

/** Where nothing is known but the objects themselves. */
const NOTHING_MORE: Omit<PodCircumstances, 'retries'> = {
  pullErrors: new Map(),
  configured: new Map(),
  isEstablished: false,
};

export interface StatusOptions extends ReadinessContext {
  readonly fieldManager: string;
}

/** `lasts`: the object itself says that waiting does not help. */
type Status = ObjectStatus & { readonly warning?: string; readonly lasts?: boolean };

/** The status, and a warning for what counts as Current without proof. */
export function statusOf(target: Target, seen: Seen, options: StatusOptions): Status {
  const { id, applied } = target;
  const { object } = seen;
  const say = (status: ObjectStatus['status'], message: string, more: Partial<Status> = {}): Status => ({
    id,
    status,
    message,
    problems: [],
    ...more,
  });
  const mark = waitMarkOf(applied);
  if (mark !== undefined) return say('Current', `not waited for (${mark})`);
  if (object === undefined) return say(...goneStatus(applied, seen.last));
  if (applied.metadata.uid !== undefined && object.metadata.uid !== applied.metadata.uid) {
    return say('Failed', 'was replaced by another object of the same name');
  }
  if ((object.metadata.generation ?? 0) < (applied.metadata.generation ?? 0)) {
    return say('InProgress', 'waiting for the change to be seen');
  }
  if (hasFinished(object) && object.metadata.deletionTimestamp !== undefined && hasTtl(object)) {
    return say('Current', 'Complete, and on its way out by its ttlSecondsAfterFinished');
  }
  const writer = hasRevisions(id) ? supersededBy(applied, object, options.fieldManager) : undefined;
  if (writer !== undefined) return say('Failed', `superseded by ${writer}: it is no longer what this deploy applied`);
  if (isStatusOfBefore(target, object)) return say('InProgress', 'waiting for the controller to see the change');
  if (runsAsBefore(target.newImages ?? [], applied, object))
    return say('InProgress', 'waiting for the new image to start');
  return stateOf(id, object, seen, options);
}

/** The status of an object that is there, whoever made it what it is. */
export function stateOf(
  id: ObjectId,
  object: KubeObject,
  seen: Omit<Seen, 'object' | 'last'>,
  context: ReadinessContext,
): Status {
  const readiness = readinessOf(object, context);
  const isCurrent = readiness.status === 'Current';
  const problems = isCurrent ? [] : problemsWith(object, seen);
  const why = problems[0] === undefined ? readiness.message : `${readiness.message}: ${describe(problems[0])}`;
  const blocking = isCurrent ? undefined : blockingPods(object, seen.pods)[0];
  const remedy = blocking === undefined ? readiness.remedy : ['delete', 'pod', blocking.metadata.name];
  const serving = isCurrent || !hasRevisions(id) ? undefined : servingOf(object, seen);
  return {
    id,
    status: readiness.status,
    message: isCurrent ? readiness.message : why,
    progress: readiness.message,
    problems,
    ...(readiness.ready && { ready: readiness.ready }),
    ...(serving && { serving }),
    ...(remedy !== undefined && { remedy }),
    ...(readiness.lasts === true && { lasts: true }),
    ...(readiness.warning !== undefined && { warning: `${formatId(id)} ${readiness.warning}` }),
  };
}

/**
 * What serves while a rollout goes on; a Job's pods run, and serve nobody. That nothing does alarms people: it is not said while the
 * controller counts pods that are ready, which are only not seen yet.
 */
function servingOf(object: KubeObject, { pods, replicaSets }: Pick<Seen, 'pods' | 'replicaSets'>): Serving | undefined {
  if (object.kind === 'Job' || object.kind === 'CronJob') return undefined;
  const serving = servingPods(object, podsOf(object, pods, replicaSets), pods, replicaSets);
  const { readyReplicas = 0, numberReady = readyReplicas } = (object.status ?? {}) as {
    readonly readyReplicas?: number;
    readonly numberReady?: number;
  };
  return serving?.new === 0 && serving.old === 0 && numberReady > 0 ? undefined : serving;
}

/** What is not there any more. A Job with a ttlSecondsAfterFinished goes when it has finished, and need not be seen to. */
function goneStatus(applied: KubeObject, last: KubeObject | undefined): ['Current' | 'Failed', string] {
  if (!hasTtl(applied)) return ['Failed', 'was deleted by someone else'];
  const failure = last === undefined ? undefined : conditionOf((last as unknown as Observed).status, 'Failed');
  if (failure?.status === 'True')
    return ['Failed', `${failure.reason ?? 'Failed'}, and removed by its ttlSecondsAfterFinished`];
  return ['Current', 'finished, and removed by its ttlSecondsAfterFinished'];
}

function hasTtl({ kind, spec }: KubeObject): boolean {
  return (
    kind === 'Job' && (spec as { ttlSecondsAfterFinished?: number } | undefined)?.ttlSecondsAfterFinished !== undefined
  );
}

function hasFinished({ kind, status }: KubeObject): boolean {
  return kind === 'Job' && conditionOf(status as Observed['status'], 'Complete')?.status === 'True';
}

/**
 * An observedGeneration that is no number (a hash, in argo-rollouts before 1.0) cannot be compared: it is that of before
 * while it is the one that was there when we changed the spec.
 */
function isStatusOfBefore({ applied, moved = false }: Target, object: KubeObject): boolean {
  const observed = (object.status as Observed['status'])?.observedGeneration;
  if (!moved || observed === undefined || observedGenerationOf(object) !== undefined) return false;
  const before = (applied.status as Observed['status'])?.observedGeneration;
  return jsonEqual(observed as Json, (before ?? null) as Json);
}

/** What keeps the object from being ready: its pods, its controller, its events, in this order where all speak. */
function problemsWith(object: KubeObject, seen: Omit<Seen, 'object' | 'last'>): PodProblem[] {
  const { pods, replicaSets, circumstances = NOTHING_MORE, warnings = [] } = seen;
  const newest = podsOf(object, pods, replicaSets);
  const serving = servingPods(object, newest, pods, replicaSets);
  const isEstablished = (serving?.old ?? 0) > 0 && circumstances.isEstablished;
  const given = { ...circumstances, isEstablished, retries: object.kind === 'Job' };
  const blocking = blockingPods(object, pods).flatMap((pod): PodProblem[] => {
    const [worst] = problemsOf(pod, given);
    const why = worst === undefined ? 'it is not ready' : describe(worst);
    const base = worst ?? {
      pod: pod.metadata.name,
      container: undefined,
      restarts: 0,
      reason: 'NotReady',
      doomed: false,
    };
    return [{ ...base, message: `pod ${pod.metadata.name} of an earlier revision blocks the rollout: ${why}` }];
  });
  const found = newest.flatMap((pod) => problemsOf(pod, given)).sort((a, b) => Number(b.doomed) - Number(a.doomed));
  const known = [...blocking, ...found, ...replicaFailure(object)];
  // That its containers are not ready is no cause: a volume that cannot be mounted is told by events alone.
  const isCause = ({ container, reason }: PodProblem): boolean =>
    container !== undefined || !['ContainersNotReady', 'NotReady'].includes(reason);
  return blocking.length > 0 || known.some(isCause) ? known : [...warnings, ...known];
}

/** The controller cannot create pods at the moment: a quota that old pods still fill, Pod Security, a webhook. */
function replicaFailure(object: KubeObject): PodProblem[] {
  const condition = conditionOf((object as unknown as Observed).status, 'ReplicaFailure');
  if (condition?.status !== 'True') return [];
  const { reason = 'ReplicaFailure', message = '' } = condition;
  return [{ pod: '', container: undefined, reason, message, restarts: 0, doomed: false }];
}

function describe({ container, reason, message }: PodProblem): string {
  const where = container === undefined ? '' : `container ${container}: `;
  const what = message === '' ? reason : `${reason}: ${message}`;
  return `${where}${what.length <= 160 ? what : `${what.slice(0, 157)}...`}`;
}
