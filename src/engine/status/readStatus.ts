/** What runs, on which revision of each config, and what is stale. Only reads and dry runs are sent. */
import { refuseBlind } from '../prune/refuseUnlisted.js';
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { ApiError } from '../../cluster/apiError.js';
import { idOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { controllerOf } from '../sets/ownership.js';
import { podSpecPath } from '../uses/references.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { familyOf } from '../configs/revisions.js';
import type { ObjectStatus } from '../run/events.js';
import { makePlan } from '../plan/makePlan.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import type { DeployOptions, PlanContext } from '../run/options.js';
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
  /** Each name that pods run, with how many. */
  readonly running: readonly { readonly name: string; readonly pods: number }[];
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
}

/** The status of everything that was rendered, with drift and, where there is a prune label, what is stale. */
export async function readStatus(
  rendered: readonly RenderedObject[],
  options: DeployOptions,
  context: PlanContext,
): Promise<SetStatus> {
  const { plan, discovery } = await makePlan(rendered, options, context);
  const objects = plan.changes.map(({ id, live, action, changed }) => ({
    id,
    live,
    drift: live !== undefined && action === 'configure' ? changed : [],
  }));
  const stale = plan.prune.filter((judgement) => judgement.verdict === 'delete' || judgement.why !== 'otherSet');
  return describe(objects, { stale, warnings: plan.warnings }, discovery, context);
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
    async ({ resource, namespace }) => ({
      resource,
      namespace,
      objects: await list(cluster, resource, namespace, signal, selector),
    }),
  );
  const unlisted = lists.flatMap(({ resource, namespace, objects: found }) =>
    found === undefined ? [{ resource, namespace, why: `${resource.kind} could not be listed` }] : [],
  );
  refuseBlind({ unlisted, answered: unlisted.length < lists.length });
  // Children speak through their workloads.
  const objects = lists
    .flatMap(({ objects: found = [] }) => found)
    .filter((object) => controllerOf(object) === undefined);
  return describe(
    objects.map((live) => ({ id: idOf(live), live, drift: [] })),
    { stale: [], warnings: [] },
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
  rest: Pick<SetStatus, 'stale' | 'warnings'>,
  discovery: Discovery,
  { cluster, signal, now }: PlanContext,
): Promise<SetStatus> {
  const workloads = members.filter(({ id }) => podSpecPath(id.group, id.kind) !== undefined);
  const namespaces = [...new Set(workloads.map(({ id }) => id.namespace))];
  const read = async (group: string, kind: string): Promise<KubeObject[]> => {
    const resource = discovery.resources.find(
      (candidate) => candidate.group === group && candidate.kind === kind && candidate.preferred,
    );
    if (resource === undefined) return [];
    return (
      await mapConcurrently(namespaces, cluster.concurrency, (namespace) => list(cluster, resource, namespace, signal))
    ).flatMap((found) => found ?? []);
  };
  const [pods, replicaSets, configs] = await Promise.all([
    read('', 'Pod'),
    read('apps', 'ReplicaSet'),
    readPlainConfigs(workloads, discovery, { cluster, signal, now }),
  ]);
  const seen = { pods, replicaSets };
  const ofSet = plainConfigs(members.flatMap(({ live }) => (live === undefined ? [] : [live])));
  const objects = members.map(({ id, live, drift }): WorkloadState => {
    if (live === undefined)
      return { id, status: 'NotFound', message: 'does not exist', problems: [], configs: [], stalePods: [], drift: [] };
    const { warning: _, ...status } = stateOf(id, live, seen, { since: 0 });
    const own = allPodsOf(live, pods, replicaSets);
    return { ...status, configs: configUses(live, own), stalePods: stalePodsOf(own, configs, ofSet), drift };
  });
  const isHealthy = ({ status, stalePods }: WorkloadState): boolean =>
    status === 'Current' && !stalePods.some(({ certain }) => certain);
  return { objects, ...rest, healthy: objects.every(isHealthy) };
}

/** The metadata of the plain-named configs that the workloads read. */
async function readPlainConfigs(
  workloads: readonly Member[],
  discovery: Discovery,
  { cluster, signal }: PlanContext,
): Promise<Map<string, KubeObject>> {
  const places = new Set(
    workloads.flatMap(({ id, live }) =>
      live === undefined
        ? []
        : configsOf(live).flatMap(({ kind, name }) =>
            familyOf(name) === undefined ? [`${kind}/${id.namespace}`] : [],
          ),
    ),
  );
  const lists = await mapConcurrently([...places], cluster.concurrency, async (place) => {
    const [kind = '', namespace = ''] = place.split('/');
    const resource = discovery.resources.find(
      (candidate) => candidate.group === '' && candidate.kind === kind && candidate.preferred,
    );
    return resource === undefined ? [] : (await cluster.listMetadata(resource, { namespace, signal })).items;
  });
  return plainConfigs(lists.flat());
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

function configUses(workload: KubeObject, pods: readonly KubeObject[]): ConfigUse[] {
  return configsOf(workload).map(({ kind, name: wanted }) => {
    const name = familyOf(wanted) ?? wanted;
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

async function list(
  cluster: Cluster,
  resource: ApiResource,
  namespace: string,
  signal: AbortSignal,
  labelSelector?: string,
): Promise<KubeObject[] | undefined> {
  try {
    const { items } = await cluster.list(resource, {
      namespace,
      signal,
      ...(labelSelector !== undefined && { labelSelector }),
    });
    return [...items];
  } catch (error) {
    // Without permission for pods the status of the workloads themselves is still worth having.
    if (error instanceof ApiError && error.httpStatus === 403) return undefined;
    throw error;
  }
}
