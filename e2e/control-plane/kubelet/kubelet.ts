/**
 * A stand-in for the kubelet of one node, for machines that can run no containers: it binds to nothing but the API
 * server, and treats pods as a kubelet does where a deploy can hurt (podRun.ts says how).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../src/cluster/apiError.js';
import { KapplyError } from '../../../src/errors.js';
import type { Cluster, ObjectAddress } from '../../../src/cluster/cluster.js';
import type { Json } from '../../../src/objects/object.js';
import { configOf, configsOf, type Config, type ReadConfig } from '../../../src/sandbox/node/configuration.js';
import { createRecorder } from './events.js';
import { startLogServer } from './logServer.js';
import { addressOf, registerNode, renewLease } from './node.js';
import type { Happening } from '../../../src/sandbox/node/containerRun.js';
import { advance, newPodRun, startsSomething, type PodRun } from '../../../src/sandbox/node/podRun.js';
import type { Pod } from '../../../src/sandbox/node/podSpec.js';
import { statusOf, withTransitions } from '../../../src/sandbox/node/podStatus.js';
import type { Condition } from '../../../src/sandbox/controllers/workloadTypes.js';

const nodeName = 'kapply-e2e';
const tickMs = 50;
const core = { group: '', version: 'v1' };

interface Known {
  readonly pod: Pod;
  readonly run: PodRun;
  /** The status as it was last written, to write only what changed. */
  readonly written: string;
  readonly conditions: readonly Condition[];
  readonly finished: boolean;
}

export interface Kubelet {
  /** Rejects when the stand-in failed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** The pod or its namespace went, or the pod changed in between: the watch tells. */
function isGone(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const causes = error.status.details?.causes ?? [];
  const isTerminating = causes.some((cause) => cause.reason === 'NamespaceTerminating');
  return error.httpStatus === 404 || error.httpStatus === 409 || isTerminating;
}

/** The API server is away or starting: what failed is tried again with the next tick. */
function isAway(error: unknown): boolean {
  if (error instanceof ApiError) return error.httpStatus === 429 || error.httpStatus >= 500;
  return error instanceof KapplyError && error.code === 'Unreachable';
}

/** Starts a node. `certificate` serves its logs. */
export async function startKubelet(
  cluster: Cluster,
  certificate: { readonly cert: string; readonly key: string },
): Promise<Kubelet> {
  const pods = new Map<string, Known>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const logs = await startLogServer(certificate, (namespace, name, container) => {
    const known = [...pods.values()].find(
      ({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name,
    );
    if (known === undefined) return undefined;
    const { containers, initContainers = [] } = known.pod.spec;
    const runs = [...known.run.init, ...known.run.main];
    const run = runs[[...initContainers, ...containers].findIndex((candidate) => candidate.name === container)];
    return run === undefined || (run.state.type === 'waiting' && run.last === undefined) ? undefined : run.log;
  });
  await registerNode(cluster, nodeName, logs.port);
  const podResource = (await addressOf(cluster, core, 'Pod', '', '')).resource;
  const record = createRecorder(cluster, (await addressOf(cluster, core, 'Event', '', '')).resource, nodeName);

  const podAddress = (pod: Pod): ObjectAddress => ({
    resource: podResource,
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
  });

  /** A kubelet reads what a pod names when it starts a container, and only then. */
  const readConfigs = async (pod: Pod): Promise<ReadConfig> => {
    const found = new Map<string, Config>();
    await Promise.all(
      configsOf(pod).map(async ({ kind, name }) => {
        const config = await cluster.get(await addressOf(cluster, core, kind, pod.metadata.namespace ?? '', name));
        if (config !== undefined) found.set(`${kind}/${name}`, configOf(config));
      }),
    );
    return (kind, name) => found.get(`${kind}/${name}`);
  };

  const step = async (uid: string): Promise<void> => {
    const known = pods.get(uid);
    if (known === undefined || known.finished) return;
    const { pod } = known;
    if (pod.metadata.deletionTimestamp !== undefined) {
      await cluster.remove(podAddress(pod), { uid, gracePeriodSeconds: 0 });
      pods.delete(uid);
      return;
    }
    const now = Date.now();
    const read = startsSomething(known.run, now) ? await readConfigs(pod) : () => undefined;
    const happenings: Happening[] = [];
    const run = advance(known.run, { pod, now, read, happened: (happening) => happenings.push(happening) });
    const { status: told, phase } = statusOf(pod, run, now);
    const conditions = withTransitions(known.conditions, told.conditions as unknown as readonly Condition[], now);
    const status = { ...told, conditions: conditions as unknown as Json };
    const written = JSON.stringify(status);
    // The watch may have brought a newer pod meanwhile; it keeps its place, the run is ours.
    const latest = pods.get(uid);
    if (latest === undefined) return;
    const finished = phase === 'Succeeded' || phase === 'Failed';
    if (written !== known.written) {
      const startTime = pod.metadata.creationTimestamp ?? null;
      // A strategic merge keeps what an entry leaves out.
      const whole = conditions.map((condition) => ({ reason: null, message: null, ...condition }));
      const patch = { metadata: { uid }, status: { ...status, conditions: whole as unknown as Json, startTime } };
      await cluster.patch(podAddress(pod), patch, { type: 'strategic', subresource: 'status' });
    }
    pods.set(uid, { ...(pods.get(uid) ?? latest), run, written, conditions, finished });
    for (const happening of happenings) await record(pod, happening);
  };

  const watch = async (): Promise<void> => {
    const selector = { fieldSelector: `spec.nodeName=${nodeName}`, signal };
    for await (const event of cluster.watch(podResource, selector)) {
      if (event.type === 'synced') continue;
      const pod = event.object as Pod;
      const uid = pod.metadata.uid ?? '';
      const known = pods.get(uid);
      if (event.type === 'deleted') pods.delete(uid);
      else if (known !== undefined) {
        const terminating = pod.metadata.deletionTimestamp !== undefined;
        pods.set(uid, { ...known, pod, finished: known.finished && !terminating });
      } else {
        const phase = pod.status?.phase;
        const finished = (phase === 'Succeeded' || phase === 'Failed') && pod.metadata.deletionTimestamp === undefined;
        pods.set(uid, { pod, run: newPodRun(pod, Date.now()), written: '', conditions: [], finished });
      }
    }
  };

  /** Each pod takes its steps one after another; pods do not wait for each other. */
  const busy = new Map<string, Promise<void>>();
  let failure: unknown;
  const work = async (): Promise<void> => {
    let leaseAt = Date.now() + 10_000;
    while (!signal.aborted) {
      for (const uid of pods.keys()) {
        if (busy.has(uid)) continue;
        const taken = step(uid)
          .catch((error: unknown) => {
            if (!isGone(error) && !isAway(error) && !signal.aborted) failure ??= error;
          })
          .finally(() => busy.delete(uid));
        busy.set(uid, taken);
      }
      if (Date.now() > leaseAt) {
        leaseAt = Date.now() + 10_000;
        await renewLease(cluster, nodeName).catch((error: unknown) => {
          if (!isAway(error)) throw error;
        });
      }
      if (failure !== undefined) throw failure as Error;
      await sleep(tickMs);
    }
  };

  const ended = Promise.all([watch(), work()]).then(() => undefined);
  ended.catch(() => stopping.abort());
  return {
    ended,
    stop: async () => {
      stopping.abort();
      await Promise.allSettled([ended, ...busy.values()]);
      await logs.close();
    },
  };
}
