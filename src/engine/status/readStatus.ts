/** What runs, on which revision of each config, and what is stale. Only reads and dry runs are sent. */
import type { Unlisted } from '../prune/candidates.js';
import { refuseBlind } from '../prune/refuseUnlisted.js';
import { refuseMissingNamespaces } from '../run/missingNamespaces.js';
import { tryList, type Listed } from './tryList.js';
import type { Discovery } from '../../cluster/cluster.js';
import { controllerOf, idOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { podSpecPath } from '../uses/references.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { familyOf } from '../configs/revisions.js';
import type { ObjectStatus } from '../run/events.js';
import { makePlan } from '../plan/makePlan.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import type { PlanOptions, PlanContext } from '../run/options.js';
import type { Judgement } from '../plan/plan.js';
import { stateOf } from '../rollout/statusOf.js';
import { configsOf } from '../configs/configReads.js';
import { plainConfigs } from '../configs/configHash.js';
import { stalePodsOf, type StalePod } from './stalePods.js';

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
  /** What differs from the manifest although we applied it: empty without -k or -f. */
  readonly drift: readonly string[];
}

export interface SetStatus {
  readonly objects: readonly WorkloadState[];
  /** Candidates that the next deploy would delete, or that are kept. */
  readonly stale: readonly Judgement[];
  /** True where every object is Current and no pod is certain to be stale. */
  readonly healthy: boolean;
  readonly warnings: readonly string[];
  /** What could not be listed: objects, pods or reasons may be missing. */
  readonly unlisted: readonly Unlisted[];
}

/** The status of everything that was rendered, with drift and, where there is a prune label, what is stale. */
export async function readStatus(
  rendered: readonly RenderedObject[],
  options: PlanOptions,
  context: PlanContext,
): Promise<SetStatus> {
  const { plan, discovery } = await makePlan(rendered, options, context);
  const objects = plan.changes.map(({ id, live, action, changed }) => ({
    id,
    live,
    drift: live !== undefined && action === 'configure' ? changed : [],
  }));
  const stale = plan.prune.filter((judgement) => judgement.verdict === 'delete' || judgement.why !== 'otherSet');
  return describe(objects, { stale, warnings: plan.warnings, unlisted: [] }, discovery, context);
}

/**
 * The status of every workload, config and whatever else carries the labels.
 * @throws KapplyError `NothingListed` (exit 5)
 */
export async function readStatusByLabel(
  selector: string,
  namespaces: readonly string[] | 'all',
  context: PlanContext,
): Promise<SetStatus> {
  const { cluster, signal } = context;
  const discovery = await cluster.discover({ signal });
  const resources = discovery.resources.filter(
    ({ group, kind, preferred }) => preferred && podSpecPath(group, kind) !== undefined && kind !== 'PodTemplate',
  );
  const places = namespaces === 'all' ? [''] : namespaces;
  const lists = await mapConcurrently(
    resources.flatMap((resource) => places.map((namespace) => ({ resource, namespace }))),
    cluster.concurrency,
    ({ resource, namespace }) => tryList(cluster, resource, { namespace, signal, labelSelector: selector }),
  );
  const unlisted = lists.flatMap((list) => list.unlisted);
  const found = lists.flatMap((list) => list.items);
  refuseBlind({ unlisted, answered: unlisted.length < lists.length }, cluster);
  const warnings =
    found.length > 0 || namespaces === 'all'
      ? []
      : await refuseMissingNamespaces(cluster, namespaces, { discovery, signal });
  // Children speak through their workloads.
  const objects = found.filter((object) => controllerOf(object) === undefined);
  return describe(
    objects.map((live) => ({ id: idOf(live), live, drift: [] })),
    { stale: [], warnings, unlisted },
    discovery,
    context,
  );
}

interface Member {
  readonly id: ObjectId;
  readonly live: KubeObject | undefined;
  readonly drift: readonly string[];
}

async function describe(
  members: readonly Member[],
  rest: Pick<SetStatus, 'stale' | 'warnings' | 'unlisted'>,
  discovery: Discovery,
  { cluster, signal, now }: PlanContext,
): Promise<SetStatus> {
  const workloads = members.filter(({ id }) => podSpecPath(id.group, id.kind) !== undefined);
  const namespaces = [...new Set(workloads.map(({ id }) => id.namespace))];
  const read = async (group: string, kind: string): Promise<Listed[]> => {
    const resource = discovery.resources.find(
      (candidate) => candidate.group === group && candidate.kind === kind && candidate.preferred,
    );
    if (resource === undefined) return [];
    return mapConcurrently(namespaces, cluster.concurrency, (namespace) =>
      tryList(cluster, resource, { namespace, signal }),
    );
  };
  const [podLists, setLists, configLists] = await Promise.all([
    read('', 'Pod'),
    read('apps', 'ReplicaSet'),
    readPlainConfigs(workloads, discovery, { cluster, signal, now }),
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
  const objects = members.map(({ id, live, drift }): WorkloadState => {
    if (live === undefined)
      return { id, status: 'NotFound', message: 'does not exist', problems: [], configs: [], stalePods: [], drift: [] };
    const { warning: _, ...status } = stateOf(id, live, seen, { since: 0 });
    const own = allPodsOf(live, pods, replicaSets);
    const running = podsUnknown.has(id.namespace) ? undefined : own;
    return { ...status, configs: configUses(live, running), stalePods: stalePodsOf(own, configs, ofSet), drift };
  });
  const isHealthy = ({ status, stalePods }: WorkloadState): boolean =>
    status === 'Current' && !stalePods.some(({ certain }) => certain);
  const unlisted = [...podLists, ...setLists, ...configLists].flatMap((list) => list.unlisted);
  return { objects, ...rest, unlisted: [...rest.unlisted, ...unlisted], healthy: objects.every(isHealthy) };
}

/** The metadata of the plain-named configs that the workloads read. */
async function readPlainConfigs(
  workloads: readonly Member[],
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
    const resource = discovery.resources.find(
      (candidate) => candidate.group === '' && candidate.kind === kind && candidate.preferred,
    );
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
