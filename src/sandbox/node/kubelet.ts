import type { JsonObject, KubeObject } from '../../objects/object.js';
import { condition } from '../controllers/conditions.js';
import { recordEvent } from '../controllers/recordEvent.js';
import type { Controller, Simulation } from '../controllers/simulation.js';
import { keyOf, splitKey } from '../controllers/simulation.js';
import type { Condition, PodObject } from '../controllers/workloadTypes.js';
import { timestamp } from '../store.js';
import { configOf, type ReadConfig } from './configuration.js';
import { advance, nextIn, type PodRun } from './podRun.js';
import type { Pod } from './podSpec.js';
import { statusOf, withTransitions } from './podStatus.js';
import { resumePodRun } from './resumePodRun.js';

/** How long containers take to stop, in ms. */
const STOP_MS = 50;

interface Known {
  readonly run: PodRun;
  readonly ip: string;
  readonly stopsAt?: number;
}

/**
 * A kubelet without containers: pods go on as podRun.ts has it. What their containers were given and wrote stands in
 * annotations of the pod (`sandbox.kapply.dev/env.CONTAINER`, `logs.CONTAINER`, `previous-logs.CONTAINER`).
 */
export function createKubelet(): Controller {
  const pods = new Map<string, Known>();
  return {
    name: 'kubelet',
    kinds: ['Pod'],
    keysFor: ({ type, object }) => {
      if (type === 'DELETED') pods.delete(object.metadata.uid ?? '');
      return type === 'DELETED' ? [] : [keyOf(object)];
    },
    sync: (key, simulation) => {
      const { namespace, name } = splitKey(key);
      const pod = simulation.client.get('Pod', namespace, name);
      if (pod?.spec.nodeName === undefined) return undefined;
      const uid = pod.metadata.uid ?? '';
      const now = simulation.now();
      const known = pods.get(uid) ?? {
        run: resumePodRun(asPod(pod), now),
        ip: pod.status?.podIP ?? freeAddress(simulation),
      };
      pods.set(uid, known);
      if (pod.metadata.deletionTimestamp !== undefined) {
        const stopsAt = known.stopsAt ?? now + STOP_MS;
        pods.set(uid, { ...known, stopsAt });
        if (now < stopsAt) return stopsAt - now;
        simulation.client.remove('Pod', pod, { gracePeriodSeconds: 0 });
        return undefined;
      }
      const phase = pod.status?.phase;
      if (phase === 'Succeeded' || phase === 'Failed') return undefined;
      const run = advance(known.run, {
        pod: asPod(pod),
        now,
        read: (kind, config) => readConfig(simulation, namespace, kind, config),
        happened: (happening) => recordEvent(simulation, 'kubelet', pod, happening),
      });
      pods.set(uid, { ...known, run });
      writeStatus(simulation, noteContainers(simulation, pod, run), run, known.ip);
      return nextIn(run, asPod(pod), now);
    },
  };
}

function readConfig(
  { client }: Simulation,
  namespace: string,
  kind: Parameters<ReadConfig>[0],
  name: string,
): ReturnType<ReadConfig> {
  const config = client.get<string>(kind, namespace, name);
  return config === undefined ? undefined : configOf(config);
}

/** Puts what containers were given and wrote where people and `kubectl logs` find it. */
function noteContainers({ world }: Simulation, pod: PodObject, run: PodRun): PodObject {
  const { containers, initContainers = [] } = asPod(pod).spec;
  const runs = [...run.init, ...run.main];
  const notes = [...initContainers, ...containers].flatMap(({ name }, index): [string, string][] => {
    const { environment, log = [], previousLog } = runs[index] ?? {};
    if (environment === undefined) return [];
    const lines = (text: readonly string[]) => text.map((line) => `${line}\n`).join('');
    return [
      [`sandbox.kapply.dev/env.${name}`, JSON.stringify(environment)],
      [`sandbox.kapply.dev/logs.${name}`, lines(log)],
      ...(previousLog === undefined
        ? []
        : [[`sandbox.kapply.dev/previous-logs.${name}`, lines(previousLog)] satisfies [string, string]]),
    ];
  });
  const annotations = { ...pod.metadata.annotations, ...Object.fromEntries(notes) };
  if (notes.every(([name, value]) => pod.metadata.annotations?.[name] === value)) return pod;
  return world.store.update('Pod', { ...pod, metadata: { ...pod.metadata, annotations } }) as PodObject;
}

function writeStatus({ client, now }: Simulation, pod: PodObject, run: PodRun, ip: string): void {
  const { status } = statusOf(asPod(pod), run, now());
  const known = pod.status?.conditions ?? [];
  const own = withTransitions(known, status.conditions as unknown as readonly Condition[], now());
  // What another has written stays.
  const conditions = [...known.filter(({ type }) => condition(own, type) === undefined), ...own];
  const addresses = { podIP: ip, podIPs: [{ ip }], hostIPs: [{ ip: '127.0.0.1' }] };
  const startTime = (pod.status as JsonObject | undefined)?.startTime ?? timestamp(now());
  client.updateStatus('Pod', {
    ...pod,
    status: { ...pod.status, ...status, ...addresses, startTime, conditions },
  });
}

/** The first address that no pod has. */
function freeAddress({ client }: Simulation): string {
  const taken = new Set(client.list('Pod').map(({ status }) => status?.podIP));
  for (let number = 1; ; number += 1) {
    const ip = `10.244.${Math.floor(number / 250) % 256}.${(number % 250) + 1}`;
    if (!taken.has(ip)) return ip;
  }
}

function asPod(pod: KubeObject): Pod {
  return pod as Pod;
}
