/** Deletes what is to be recreated, without taking down what runs where that can be helped. */
import type { Cluster, ObjectAddress } from '../../cluster/cluster.js';
import { groupOf, type Json, type KubeObject } from '../../objects/object.js';
import { jsonEqual } from '../../patch/jsonEqual.js';
import { awaitGone } from '../run/awaitGone.js';
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
 * are left to its successor where that has the same selector: it adopts them, and rolls them over as any change.
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

const ADOPTERS: ReadonlySet<string> = new Set(['apps/StatefulSet', 'apps/Deployment', 'apps/DaemonSet']);

/** True where the new workload selects, and so adopts, what the old one leaves behind (apps/v1, spec.selector). */
export function adoptsPodsOf(live: KubeObject, desired: KubeObject): boolean {
  if (!ADOPTERS.has(`${groupOf(live.apiVersion)}/${live.kind}`)) return false;
  const selectorOf = (object: KubeObject): Json | undefined =>
    (object.spec as { selector?: Json } | undefined)?.selector;
  return jsonEqual(selectorOf(live), selectorOf(desired));
}

/** The Job, where its pods still run after the time-out; undefined for whatever else, or what has ended. */
async function awaitFinished(
  address: ObjectAddress,
  job: KubeObject,
  { cluster, signal, now, timeoutMs }: RemoveFirstOptions,
): Promise<KubeObject | undefined> {
  let live: KubeObject = job;
  for (const began = now(); isRunningJob(live);) {
    if (now() - began >= timeoutMs) return live;
    await pause(JOB_POLL_MS, signal);
    const read = await cluster.get(address, { signal });
    if (read === undefined || read.metadata.uid !== job.metadata.uid) return undefined;
    live = read;
  }
  return undefined;
}

/** True while pods of a Job do their work (batch/v1 status.ready); one that only waits for its image is not waited for. */
function isRunningJob(object: KubeObject): boolean {
  const { ready = 0 } = (object.status ?? {}) as { ready?: number };
  return `${groupOf(object.apiVersion)}/${object.kind}` === 'batch/Job' && ready > 0;
}
