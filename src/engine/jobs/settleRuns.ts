/** The Jobs of a plan as the runs that they are: which names they have, and which earlier runs go after them. */
import { formatId, idOf, type KubeObject } from '../../objects/object.js';
import { sortIntoStages } from '../apply/waves.js';
import type { Change, Member } from '../plan/member.js';
import type { Judgement } from '../plan/plan.js';
import type { PreparedSet } from '../plan/prepare/prepareSet.js';
import { keepMarkOf } from '../sets/keepMarks.js';
import { stampSet } from '../sets/ownership.js';
import { isRunMember, readLiveRuns, type LiveRunsOptions } from './liveRuns.js';
import { asRun, namedRun } from './runName.js';
import { runPolicyOf } from './runPolicy.js';

/** The set with each Job that has a policy under the name of its run. Nothing is asked where there is none. */
export async function settleRuns(prepared: PreparedSet, options: LiveRunsOptions): Promise<PreparedSet> {
  if (!prepared.members.some(isRunMember)) return prepared;
  const runs = await readLiveRuns(prepared.members, options);
  const members = prepared.members.map((member) => {
    const live = runs.get(member);
    if (live === undefined) return member;
    const object = stampSet(asRun(member.object, live), options.set);
    const earlierRuns = live.filter(({ metadata }) => metadata.name !== object.metadata.name);
    return { ...member, id: idOf(object), object, earlierRuns };
  });
  return { ...prepared, members, stages: sortIntoStages(members) };
}

/**
 * The earlier runs that go once the new one has gone well: all but the newest `keep`. What somebody marked to be kept stays,
 * and what is going anyway is let go.
 */
export function retiredRuns(changes: readonly Change[], keep: number): Judgement[] {
  return changes.flatMap(({ member }) =>
    (member.earlierRuns ?? [])
      .slice(keep)
      .filter((run) => run.metadata.deletionTimestamp === undefined && keepMarkOf(run) === undefined)
      .map((run) => retired(run, member.id, member.resource.version)),
  );
}

function retired(run: KubeObject, by: Change['member']['id'], version: string): Judgement {
  const { uid = '', resourceVersion = '', creationTimestamp } = run.metadata;
  return {
    id: idOf(run),
    version,
    uid,
    resourceVersion,
    ...(creationTimestamp !== undefined && { created: creationTimestamp }),
    verdict: 'delete',
    ours: true,
    replacedBy: by,
    reason: `an earlier run, until ${formatId(by)} has gone well`,
    consequences: [],
  };
}

/** The judgements without those on earlier runs, which a label may find as well: they are no prune's to judge. */
export function withoutRuns<T extends Judgement>(judgements: readonly T[], changes: readonly Change[]): T[] {
  const runs = new Set(changes.flatMap(({ member }) => member.earlierRuns?.map(({ metadata }) => metadata.uid) ?? []));
  return judgements.filter((judgement) => isRetired(judgement) || !runs.has(judgement.uid));
}

/** True for an earlier run of a Job that goes with its successor's success. */
export function isRetired(judgement: Judgement): boolean {
  return judgement.verdict === 'delete' && judgement.replacedBy !== undefined;
}

/** The Jobs of a set as the runs that are in the cluster: every one, or of each the newest. */
export async function withLiveRuns(
  prepared: PreparedSet,
  options: LiveRunsOptions & { readonly which: 'all' | 'newest' },
): Promise<PreparedSet> {
  if (!prepared.members.some(isRunMember)) return prepared;
  const runs = await readLiveRuns(prepared.members, options);
  const members = prepared.members.flatMap((member): Member[] => {
    const live = runs.get(member);
    if (live === undefined) return [member];
    const shown = options.which === 'all' ? live : live.slice(0, 1);
    // One that runs at every deploy, and is not there, is nothing that is missing.
    if (shown.length === 0 && runPolicyOf(member.object) === 'always') return [];
    const objects =
      shown.length === 0
        ? [asRun(member.object, [])]
        : shown.map(({ metadata }) => namedRun(member.object, metadata.name));
    return objects
      .map((object) => stampSet(object, options.set))
      .map((object) => ({ ...member, id: idOf(object), object }));
  });
  return { ...prepared, members };
}
