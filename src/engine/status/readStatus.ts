/** What runs of a set, where it is not as the manifests say, and what is stale. Only gets and lists are sent. */
import type { ApiError } from '../../cluster/apiError.js';
import { keyOf, type KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { shapeOfKind } from '../../patch/apply/kindVersions.js';
import { kubernetesSchema } from '../../patch/schema/builtinTables.js';
import type { SchemaTable } from '../../patch/schema/schemaTable.js';
import { keepUsedAt } from '../configs/usedAt.js';
import { formerNamespaces } from '../lock/recordedNamespaces.js';
import { hookOf, isLeftAsItIs } from '../jobs/hooks.js';
import { runPolicyOf } from '../jobs/runPolicy.js';
import { withLiveRuns } from '../jobs/settleRuns.js';
import { guess } from '../plan/change/guess.js';
import { planPrune } from '../plan/planPrune.js';
import { prepareDeploy } from '../plan/prepare/prepareSet.js';
import { unseenNamespaces } from '../plan/makePlan.js';
import { notOurs } from '../plan/change/notOurs.js';
import type { Change, Member } from '../plan/member.js';
import type { Judgement } from '../plan/plan.js';
import { readLive } from '../plan/live/readLive.js';
import { settleReplicas } from '../plan/change/replicas.js';
import type { Unlisted } from '../prune/candidate.js';
import type { Judgements } from '../prune/judgeNow.js';
import { refuseBlind } from '../prune/refuseUnlisted.js';
import { refuseMissingNamespaces } from '../run/missingNamespaces.js';
import type { PlanOptions } from '../run/options.js';
import { keepSharedMarks } from '../sets/share.js';
import { useKey, usersWords } from '../uses/uses.js';
import { describeMembers, type SetStatus, type StatusContext } from './describeMembers.js';
import { differencesFrom, type Difference } from './differences.js';

/**
 * The status of everything that was rendered, where it differs from the manifests, and with a prune label what is stale.
 * @throws KapplyError `NothingListed` (exit 5)
 */
export async function readStatus(
  rendered: readonly RenderedObject[],
  options: PlanOptions,
  context: StatusContext,
): Promise<SetStatus> {
  const { cluster, signal } = context;
  const prepared = await prepareDeploy(rendered, options, context);
  const {
    discovery,
    members: asked,
    warnings,
  } = await withLiveRuns(prepared, { ...options, ...context, which: 'newest' });
  const unread: Unlisted[] = [];
  const forbidden = (member: Member, error: ApiError): void => void unread.push(unreadObject(member, error));
  const live = await readLive(cluster, asked, { signal, forbidden });
  // A hook that is not there had no moment yet, or has had it.
  const members = asked.filter(({ id, object }) => live.has(keyOf(id)) || hookOf(object) === undefined);
  refuseBlind({ unlisted: unread, answered: unread.length < asked.length }, cluster);
  const namespaces = unseenNamespaces(members, live);
  const unasked = unread.length > 0 ? [] : await refuseMissingNamespaces(cluster, namespaces, { discovery, signal });
  const schema = await kubernetesSchema();
  const wanted = members.map((member) => compare(member, live.get(keyOf(member.id)), schema, options));
  const former = await formerNamespaces(members, options, { cluster, discovery, signal });
  const judged = await planPrune(wanted, { discovery, former }, options, context);
  const stale = judged.judgements
    .filter((judgement) => judgement.verdict === 'delete' || judgement.why !== 'otherSet')
    .map((judgement) => ({ ...judgement, inUseNow: inUseNow(judgement, judged) }));
  const hidden = new Set(unread.map(({ resource, namespace, name }) => unreadKey(resource, namespace, name)));
  return describeMembers(
    wanted.map(({ member: { id, resource }, live: found, drift }) => {
      const isUnread = hidden.has(unreadKey(resource, id.namespace, id.name));
      return { id, live: found, drift, isUnread };
    }),
    {
      stale,
      warnings: [...warnings, ...unasked, ...wanted.flatMap(({ notes }) => notes), ...judged.warnings],
      unlisted: [...unread, ...judged.unlisted, ...judged.unsearched],
    },
    discovery,
    { ...context, readinessRules: options.readinessRules },
  );
}

function unreadKey({ group, plural }: Unlisted['resource'], namespace: string, name = ''): string {
  return [group, plural, namespace, name].join('/');
}

function unreadObject({ id: { namespace, name }, resource }: Member, error: ApiError): Unlisted {
  const why = `${resource.kind}/${name} could not be read: ${error.message}`;
  return { resource, namespace, name, why, rights: error.rights };
}

/** Who uses it now, as far as the rollout that ends this is not done. */
function inUseNow({ id }: Judgement, { uses }: Judgements): string | null {
  return usersWords((uses.get(useKey(id)) ?? []).filter((use) => use.active)) ?? null;
}

interface Compared extends Pick<Change, 'member' | 'after' | 'live'> {
  readonly drift: readonly Difference[];
  readonly notes: readonly string[];
}

/** An object of the set as it is and as the next deploy would leave it, as far as that can be told without asking. */
function compare(member: Member, live: KubeObject | undefined, schema: SchemaTable, options: PlanOptions): Compared {
  const { resource, object } = member;
  const base = { member, live };
  if (live === undefined) return { ...base, after: object, drift: [], notes: [] };
  const foreign = notOurs(member, live, options);
  if (foreign !== undefined) {
    const notes = 'failure' in foreign ? [foreign.failure.message] : [];
    return { ...base, after: live, drift: [], notes };
  }
  if (isLeftAsItIs(object) || runPolicyOf(object) === 'on-failure')
    return { ...base, after: live, drift: [], notes: [] };
  const { fieldManager: manager } = options;
  const owners = live.metadata.managedFields ?? [];
  const scalable = resource.subresources.includes('scale');
  const settled = settleReplicas(object, live, { owners, manager, autoscaled: false, scalable });
  const desired = keepSharedMarks(keepUsedAt(settled.object, live), live);
  const shape = shapeOfKind(schema, object.apiVersion, object.kind);
  return {
    ...base,
    after: guess(live, desired).after,
    drift: differencesFrom(live, desired, { manager, shape }),
    notes: [],
  };
}
