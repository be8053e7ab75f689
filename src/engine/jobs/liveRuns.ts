/** The runs of the set's Jobs that are in the cluster. Only lists and gets are sent. */
import type { Cluster } from '../../cluster/cluster.js';
import { RUN_OF_LABEL } from '../../objects/annotations.js';
import { isJob } from '../../objects/kinds.js';
import { controllerOf, type KubeObject } from '../../objects/object.js';
import { newestFirst } from '../configs/revisions.js';
import { addressOf, type Member } from '../plan/member.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { isAppliedBy, ownersOf } from '../sets/ownership.js';
import { setsOf } from '../sets/setName.js';
import { runPolicyOf } from './runPolicy.js';
import { runFamily, runFamilyOf } from './runName.js';

export interface LiveRunsOptions {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly set: string | undefined;
  readonly formerSet: string | undefined;
  readonly fieldManager: string;
}

/** True for a member that is run by a policy: `kapply.dev/run`. */
export function isRunMember({ object }: Pick<Member, 'object'>): boolean {
  const policy = runPolicyOf(object);
  return isJob(object) && policy !== undefined && policy !== 'never';
}

/**
 * By each member, which has the name of the manifests, its runs of this set, newest first; also a Job of that name itself,
 * from before it had a policy. What a CronJob starts is none.
 */
export async function readLiveRuns(
  members: readonly Member[],
  options: LiveRunsOptions,
): Promise<ReadonlyMap<Member, readonly KubeObject[]>> {
  const { cluster, signal } = options;
  const wanted = members.filter(isRunMember);
  const places = new Map(wanted.map((member) => [member.id.namespace, member.resource]));
  const [listed, plain] = await Promise.all([
    mapConcurrently([...places], cluster.concurrency, ([namespace, resource]) =>
      cluster.list(resource, { namespace, labelSelector: RUN_OF_LABEL, signal }),
    ),
    mapConcurrently(wanted, cluster.concurrency, (member) => cluster.get(addressOf(member), { signal })),
  ]);
  const ours = listed.flatMap(({ items }) => items).filter((run) => isOfSet(run, options));
  return new Map(
    wanted.map((member, index) => {
      const { name, namespace } = member.id;
      const family = ours.filter(
        (run) =>
          run.metadata.namespace === namespace && runFamilyOf(run) === runFamily(name) && run.metadata.name !== name,
      );
      const itself = plain[index];
      const all = itself !== undefined && isOfSet(itself, options) ? [...family, itself] : family;
      return [member, all.sort(newestFirst)] as const;
    }),
  );
}

function isOfSet(run: KubeObject, options: LiveRunsOptions): boolean {
  if (controllerOf(run) !== undefined) return false;
  const owners = ownersOf(run);
  if (owners.length > 0) return owners.some((owner) => setsOf(options).includes(owner));
  return options.set === undefined && isAppliedBy(run, [options.fieldManager, 'kapply']);
}
