/** Objects with what their pods run: which revision of each config, and which of them are stale. Only lists are sent. */
import { findPreferred, type Discovery } from '../../cluster/cluster.js';
import { controllerOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { configsOf } from '../configs/configReads.js';
import { plainConfigs } from '../configs/configHash.js';
import { familyOf } from '../configs/revisions.js';
import type { Judgement } from '../plan/plan.js';
import type { Unlisted } from '../prune/candidate.js';
import { loadReadinessRules, type FindRule } from '../readiness/expressions/load.js';
import { waitMarkOf } from '../readiness/waitMark.js';
import { readDefinitions } from '../rollout/firstStatus.js';
import type { JobLogs } from '../rollout/jobLogs.js';
import { stateOf } from '../rollout/statusOf.js';
import type { ObjectStatus } from '../run/events.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import type { PlanContext, PlanOptions } from '../run/options.js';
import { podSpecPath } from '../uses/references.js';
import type { Difference } from './differences.js';
import { stalePodsOf, type StalePod } from './stalePods.js';
import { tryList, type Listed } from './tryList.js';

/** Which revision of one config a workload's template names, and which its pods run. */
export interface ConfigUse {
  readonly kind: 'ConfigMap' | 'Secret';
  /** The family, or the plain name. */
  readonly name: string;
  /** The name in the workload's template. */
  readonly wanted: string;
  /** Each name that pods run, with how many; null where pods could not be listed. */
  readonly running: readonly { readonly name: string; readonly pods: number }[] | null;
}

export interface WorkloadState extends ObjectStatus {
  readonly configs: readonly ConfigUse[];
  readonly stalePods: readonly StalePod[];
  /** Where it is not as the manifest says, and whose doing that is: empty without -k or -f. */
  readonly drift: readonly Difference[];
}

/** A candidate, and who uses it until the rollout is done: null where nobody does. */
export type Outgoing = Judgement & { readonly inUseNow: string | null };

export interface SetStatus {
  readonly objects: readonly WorkloadState[];
  /** Candidates that the next deploy would delete, or that are kept. */
  readonly stale: readonly Outgoing[];
  /** True where every object is Current and no pod is certain to be stale. */
  readonly healthy: boolean;
  readonly warnings: readonly string[];
  /** What could not be listed: objects, pods or reasons may be missing. */
  readonly unlisted: readonly Unlisted[];
}

/** What a status is read with. */
export interface StatusContext extends PlanContext {
  /** Is told of the pods of Jobs: `--wait --logs`. */
  readonly jobLogs?: JobLogs | undefined;
}

/** One object that a status tells of. */
export interface Inspected {
  readonly id: ObjectId;
  readonly live: KubeObject | undefined;
  readonly drift: readonly Difference[];
  /** It may not be read. */
  readonly isUnread: boolean;
}

/** The members with their pods, and the configs that these run. */
export async function describeMembers(
  members: readonly Inspected[],
  rest: Pick<SetStatus, 'stale' | 'warnings' | 'unlisted'>,
  discovery: Discovery,
  { cluster, signal, now, jobLogs, readinessRules = [] }: StatusContext & Partial<Pick<PlanOptions, 'readinessRules'>>,
): Promise<SetStatus> {
  const workloads = members.filter(({ id }) => podSpecPath(id.group, id.kind) !== undefined);
  const namespaces = [...new Set(workloads.map(({ id }) => id.namespace))];
  const read = async (group: string, kind: string): Promise<Listed[]> => {
    const resource = findPreferred(discovery, group, kind);
    if (resource === undefined) return [];
    return mapConcurrently(namespaces, cluster.concurrency, (namespace) =>
      tryList(cluster, resource, { namespace, signal }),
    );
  };
  const [podLists, setLists, configLists, rules] = await Promise.all([
    read('', 'Pod'),
    read('apps', 'ReplicaSet'),
    readPlainConfigs(workloads, discovery, { cluster, signal, now }),
    readRules(members, discovery, { cluster, signal, readinessRules }),
  ]);
  const pods = podLists.flatMap(({ items }) => items);
  const replicaSets = setLists.flatMap(({ items }) => items);
  const configs = plainConfigs(configLists.flatMap(({ items }) => items));
  // The pods of a Deployment are known by its ReplicaSets.
  const podsUnknown = new Set(
    [...podLists, ...setLists].flatMap((list) => list.unlisted.map(({ namespace }) => namespace)),
  );
  const seen = { pods, replicaSets };
  const ofSet = plainConfigs(members.flatMap(({ live }) => (live === undefined ? [] : [live])));
  const objects = members.map(({ id, live, drift, isUnread }): WorkloadState => {
    const nothing = { id, problems: [], configs: [], stalePods: [], drift: [] };
    if (isUnread) return { ...nothing, status: 'Unknown', message: 'may not be read' };
    if (live === undefined) return { ...nothing, status: 'NotFound', message: 'does not exist' };
    const { warning: _warning, lasts: _lasts, ...state } = stateOf(id, live, seen, { since: 0, ruleOf: rules.ruleOf });
    const status = unlessMarked(state, live);
    const own = allPodsOf(live, pods, replicaSets);
    const { uid } = live.metadata;
    if (id.group === 'batch' && id.kind === 'Job' && uid !== undefined)
      for (const pod of own) jobLogs?.see(pod, { id, uid }, discovery);
    const running = podsUnknown.has(id.namespace) ? undefined : own;
    return { ...status, configs: configUses(live, running), stalePods: stalePodsOf(own, configs, ofSet), drift };
  });
  const isHealthy = ({ status, stalePods }: WorkloadState): boolean =>
    status === 'Current' && !stalePods.some(({ certain }) => certain);
  const unlisted = [...podLists, ...setLists, ...configLists].flatMap((list) => list.unlisted);
  const warnings = [...rest.warnings, ...rules.warnings];
  return { objects, ...rest, warnings, unlisted: [...rest.unlisted, ...unlisted], healthy: objects.every(isHealthy) };
}

/** What a deploy does not wait for is no trouble; how it is, is told. */
function unlessMarked<State extends ObjectStatus>(state: State, live: KubeObject): State {
  const mark = waitMarkOf(live);
  if (mark === undefined || state.status === 'Current') return state;
  return { ...state, status: 'Current', message: `not waited for (${mark}): ${state.message}`, problems: [] };
}

/** The rules in CEL that the members go by, as a deploy reads them. */
async function readRules(
  members: readonly Inspected[],
  discovery: Discovery,
  { cluster, signal, readinessRules }: Pick<PlanContext, 'cluster' | 'signal'> & Pick<PlanOptions, 'readinessRules'>,
): Promise<{ readonly ruleOf: FindRule; readonly warnings: readonly string[] }> {
  const objects = members.flatMap(({ live }) => (live === undefined ? [] : [live]));
  const resources = members.flatMap(({ id }) => findPreferred(discovery, id.group, id.kind) ?? []);
  const definitions = await readDefinitions(resources, { cluster, discovery, signal });
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  return { ruleOf: await loadReadinessRules({ objects, definitions, own: readinessRules, warn }), warnings };
}

/** The metadata of the plain-named configs that the workloads read. */
async function readPlainConfigs(
  workloads: readonly Inspected[],
  discovery: Discovery,
  { cluster, signal }: PlanContext,
): Promise<Listed[]> {
  const places = new Set(
    workloads.flatMap(({ id, live }) =>
      live === undefined
        ? []
        : configsOf(live).flatMap(({ kind, name }) =>
            familyOf(name) === undefined ? [`${kind}/${id.namespace}`] : [],
          ),
    ),
  );
  return mapConcurrently([...places], cluster.concurrency, async (place): Promise<Listed> => {
    const [kind = '', namespace = ''] = place.split('/');
    const resource = findPreferred(discovery, '', kind);
    if (resource === undefined) return { items: [], unlisted: [] };
    return tryList(cluster, resource, { namespace, signal, metadataOnly: true });
  });
}

/** All pods of a workload, of every revision. */
function allPodsOf(
  workload: KubeObject,
  pods: readonly KubeObject[],
  replicaSets: readonly KubeObject[],
): KubeObject[] {
  const { uid } = workload.metadata;
  if (workload.kind === 'Pod') return [workload];
  const owners = new Set([
    uid,
    ...replicaSets.filter((set) => controllerOf(set)?.uid === uid).map((set) => set.metadata.uid),
  ]);
  return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && owners.has(controllerOf(pod)?.uid));
}

/** @param pods undefined where they could not be listed */
function configUses(workload: KubeObject, pods: readonly KubeObject[] | undefined): ConfigUse[] {
  return configsOf(workload).map(({ kind, name: wanted }) => {
    const name = familyOf(wanted) ?? wanted;
    if (pods === undefined) return { kind, name, wanted, running: null };
    const counts = new Map<string, number>();
    for (const pod of pods) {
      for (const read of configsOf(pod)) {
        if (read.kind === kind && (familyOf(read.name) ?? read.name) === name)
          counts.set(read.name, (counts.get(read.name) ?? 0) + 1);
      }
    }
    return { kind, name, wanted, running: [...counts].map(([running, count]) => ({ name: running, pods: count })) };
  });
}
