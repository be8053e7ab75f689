/** Deletes what is to be recreated, without taking down what runs where that can be helped. */
import { ApiError, isConflict } from '../../cluster/apiError.js';
import { findPreferred, type Cluster, type ObjectAddress } from '../../cluster/cluster.js';
import { isJob } from '../../objects/kinds.js';
import type { KubeObject } from '../../objects/object.js';
import { adoptsPodsOf } from '../plan/change/adoptsPodsOf.js';
import { awaitGone } from '../run/awaitGone.js';
import { canStillStart } from '../uses/lifecycle.js';
import { pause } from '../run/pause.js';

const JOB_POLL_MS = 1000;

export interface RemoveFirstOptions {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** For the running Job to finish and for the object to go, each: ms. */
  readonly timeoutMs: number;
}

/**
 * Deletes the live object and waits until its name is free. A Job that still runs is waited for. The pods of a workload
 * are left to its successor where that selects them all: it adopts them, and rolls them over as any change.
 * @returns the object where it does not go in time
 */
export async function removeFirst(
  address: ObjectAddress,
  live: KubeObject | undefined,
  desired: KubeObject,
  options: RemoveFirstOptions,
): Promise<KubeObject | undefined> {
  const uid = live?.metadata.uid;
  if (live === undefined || uid === undefined) return undefined;
  if (live.metadata.deletionTimestamp === undefined) {
    const running = await awaitFinished(address, live, options);
    if (running !== undefined) return running;
    const propagation = adoptsPodsOf(live, desired) ? 'Orphan' : 'Background';
    await options.cluster.remove(address, { uid, propagation, signal: options.signal });
  }
  return awaitGone(address, uid, options);
}

/**
 * No two runs of a Job at once: an earlier one that is at work is waited for, one that has not begun is deleted, lest it
 * begins after its successor. What has ended stays.
 * @returns the one that does not end, or go, in time
 */
export async function settleEarlierRuns(
  address: ObjectAddress,
  runs: readonly KubeObject[],
  options: RemoveFirstOptions,
): Promise<KubeObject | undefined> {
  for (const run of runs.filter(canStillStart)) {
    const left = await settleEarlierRun({ ...address, name: run.metadata.name }, run, options);
    if (left !== undefined) return left;
  }
  return undefined;
}

/** It may begin between the look at it and its deletion: then its version has moved, and it is waited for. */
async function settleEarlierRun(
  address: ObjectAddress,
  run: KubeObject,
  options: RemoveFirstOptions,
): Promise<KubeObject | undefined> {
  const { cluster, signal } = options;
  const { uid = '' } = run.metadata;
  for (;;) {
    const running = await awaitFinished(address, run, options);
    if (running !== undefined) return running;
    const now = await cluster.get(address, { signal });
    if (now === undefined || now.metadata.uid !== uid || !canStillStart(now)) return undefined;
    if (await isAtWork(now, cluster, signal)) continue;
    const { resourceVersion = '' } = now.metadata;
    try {
      await cluster.remove(address, { uid, resourceVersion, propagation: 'Background', signal });
    } catch (error) {
      if (isConflict(error)) continue;
      throw error;
    }
    return awaitGone(address, uid, options);
  }
}

/** The Job, where it is still at work after the time-out; undefined for whatever else, or what has ended. */
async function awaitFinished(
  address: ObjectAddress,
  job: KubeObject,
  { cluster, signal, now, timeoutMs }: RemoveFirstOptions,
): Promise<KubeObject | undefined> {
  let live: KubeObject = job;
  for (const began = now(); await isAtWork(live, cluster, signal);) {
    if (now() - began >= timeoutMs) return live;
    await pause(JOB_POLL_MS, signal);
    const read = await cluster.get(address, { signal });
    if (read === undefined || read.metadata.uid !== job.metadata.uid) return undefined;
    live = read;
  }
  return undefined;
}

/**
 * True from the first container that a Job starts until its controller has said Complete or Failed, also between two pods
 * or two starts of one (batch/v1 JobStatus). What has only waited for its image, or for a quota, has done nothing yet.
 */
async function isAtWork(object: KubeObject, cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  if (!isJob(object)) return false;
  const status = (object.status ?? {}) as JobStatus;
  const hasEnded = status.conditions?.some(({ type, status: is }) => is === 'True' && ENDS.has(type));
  if (hasEnded === true) return false;
  const { active = 0, ready = 0, failed = 0, succeeded = 0, terminating = 0 } = status;
  if (terminating > 0 || ready > 0) return true;
  if ((object.spec as { suspend?: boolean } | undefined)?.suspend === true && active === 0) return false;
  if (failed > 0 || succeeded > 0) return true;
  return active > 0 && (await hasStartedOne(object, cluster, signal));
}

const ENDS: ReadonlySet<string> = new Set(['Complete', 'Failed']);

interface JobStatus {
  readonly active?: number;
  readonly ready?: number;
  readonly failed?: number;
  readonly succeeded?: number;
  readonly terminating?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

interface ContainerStatus {
  readonly restartCount?: number;
  readonly state?: { readonly running?: object; readonly terminated?: object };
}

/** True where a pod of the Job has started a container, and where the pods may not be read: then nobody knows. */
async function hasStartedOne(job: KubeObject, cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  const { matchLabels = {} } =
    (job.spec as { selector?: { matchLabels?: Readonly<Record<string, string>> } } | undefined)?.selector ?? {};
  const labelSelector = Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const pods = findPreferred(await cluster.discover({ signal }), '', 'Pod');
  if (labelSelector === '' || pods === undefined) return true;
  try {
    const { items } = await cluster.list(pods, { namespace: job.metadata.namespace ?? '', labelSelector, signal });
    return items.some(({ status }) => {
      const { initContainerStatuses = [], containerStatuses = [] } = (status ?? {}) as {
        readonly initContainerStatuses?: readonly ContainerStatus[];
        readonly containerStatuses?: readonly ContainerStatus[];
      };
      return [...initContainerStatuses, ...containerStatuses].some(
        ({ restartCount = 0, state = {} }) =>
          restartCount > 0 || state.running !== undefined || state.terminated !== undefined,
      );
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return true;
  }
}
