/** The plan of a file, made anew: what is the same is carried out, and what has moved ends the run before anything is sent. */
import { keyOf } from '../../objects/object.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import type { PlanContext, PlanOptions } from '../run/options.js';
import { planPrepared, type MadePlan } from '../plan/makePlan.js';
import { addressOf, type Change, type Member } from '../plan/member.js';
import { changesOf, type Judgement, type Plan } from '../plan/plan.js';
import type { PreparedSet } from '../plan/prepare/prepareSet.js';
import { PlanRefusedError } from '../plan/refusals/refusal.js';
import { comparedBy } from './essence.js';
import { movedFields, presenceWords, standingOf, type Moved } from './moved.js';
import type { PlanFile, PlannedChange } from './planFile.js';
import { PlanMovedError } from './planMovedError.js';
import type { Sealer } from './seal.js';
import { idOfPlanned } from './shownPlan.js';

export interface ApprovedPlanOptions extends PlanOptions {
  readonly file: PlanFile;
  readonly sealer: Sealer;
}

/**
 * Makes the plan of a file anew. It names no write and no deletion that the file does not name.
 * @throws PlanMovedError where something has moved since, KapplyError as planPrepared
 */
export async function approvedPlan(
  prepared: PreparedSet,
  { file, sealer, ...options }: ApprovedPlanOptions,
  context: PlanContext,
): Promise<MadePlan> {
  const made = await planPrepared(prepared, options, context).catch(async (error: unknown) => {
    if (!(error instanceof PlanRefusedError)) throw error;
    // Somebody's edit is the usual reason for a conflict that was none when the plan was made.
    const moved = await movedBehind(error, prepared, { file, sealer }, context);
    throw moved.length > 0 ? new PlanMovedError(moved, file) : error;
  });
  // The runs of Jobs have names that the plan gave them.
  const members = changesOf(made.plan).map(({ member }) => member);
  return { ...made, plan: settleApproved(made.plan, members, { file, sealer }) };
}

type Against = Pick<ApprovedPlanOptions, 'file' | 'sealer'>;

/**
 * What may be carried out of a plan that was made anew.
 * @throws PlanMovedError
 */
export function settleApproved(plan: Plan, members: readonly Member[], against: Against): Plan {
  const { file } = against;
  const changes = changesOf(plan);
  const standings = changes.map((change) => ({ change, standing: standingTo(change, against) }));
  const moved = [
    ...standings.flatMap(({ change: { member }, standing }) =>
      typeof standing === 'string' ? [] : [{ id: member.id, version: member.resource.version, reasons: standing }],
    ),
    ...unplanned(members, file),
  ];
  if (moved.length > 0) throw new PlanMovedError(moved, file);
  const prune = plan.prune.map((judgement) => withoutUnplanned(judgement, file));
  const done = standings.filter(({ standing }) => standing === 'done').length;
  return {
    ...plan,
    prune,
    // Whoever approved the plan has answered them.
    confirmations: [],
    warnings: [...plan.warnings, ...progressWords(done, prune, file)],
  };
}

function standingTo(change: Change, { file, sealer }: Against) {
  const key = keyOf(change.member.id);
  const planned = file.changes.find((one) => keyOf(idOfPlanned(one)) === key);
  if (planned === undefined) return ['is not in the plan'];
  return standingOf(planned, change, change.member.rendered.object, sealer);
}

/** What the file has and the set has not, though it was rendered the same: a kind that became one of the cluster. */
function unplanned(members: readonly Member[], file: PlanFile): Moved[] {
  const there = new Set(members.map(({ id }) => keyOf(id)));
  return file.changes
    .filter((planned) => !there.has(keyOf(idOfPlanned(planned))))
    .map((planned) => ({
      id: idOfPlanned(planned),
      version: planned.version,
      reasons: ['is in the plan, and would not be applied any more'],
    }));
}

/** What became stale since the plan was made stays: nobody has agreed to its deletion. */
function withoutUnplanned(judgement: Judgement, { prune }: PlanFile): Judgement {
  const isPlanned = prune.some(({ verdict, uid }) => verdict === 'delete' && uid === judgement.uid);
  if (judgement.verdict === 'keep' || isPlanned) return judgement;
  const { id, version, uid, resourceVersion, created, finalizers } = judgement;
  return {
    id,
    version,
    uid,
    resourceVersion,
    ...(created !== undefined && { created }),
    ...(finalizers !== undefined && { finalizers }),
    verdict: 'keep',
    why: 'notInPlan',
    facts: {},
    reason: 'not in the plan, which was made before it became stale: the next deploy deletes it',
  };
}

function progressWords(done: number, prune: readonly Judgement[], file: PlanFile): string[] {
  const toDo = file.changes.filter(({ action }) => action !== 'unchanged').length;
  if (done === 0 || toDo === 0) return [];
  if (done < toDo)
    return [`${done} of the ${toDo} changes of this plan were carried out already: the rest is done now`];
  const left = prune.filter(({ verdict }) => verdict === 'delete').length;
  return [
    left === 0
      ? 'this plan was carried out already: there is nothing to do'
      : `the changes of this plan were carried out already: what is left is to delete ${left}`,
  ];
}

/** Of what the server refuses now: what has moved since the plan was made. */
async function movedBehind(
  { refusals, planned }: PlanRefusedError,
  { members }: PreparedSet,
  against: Against,
  { cluster, signal }: PlanContext,
): Promise<Moved[]> {
  const refused = await mapConcurrently(refusals, cluster.concurrency, async ({ id, version, failure }) => {
    const entry = against.file.changes.find((one) => keyOf(idOfPlanned(one)) === keyOf(id));
    const member = members.find((one) => keyOf(one.id) === keyOf(id));
    if (entry === undefined || member === undefined) return [];
    const live = await cluster.get(addressOf(member), { signal });
    const fields = movedBefore(entry, member, live, against.sealer);
    return fields.length === 0 ? [] : [{ id, version, reasons: [...fields, failure.message] }];
  });
  const others = planned.flatMap((change) => {
    const standing = standingTo(change, against);
    const { id, resource } = change.member;
    return typeof standing === 'string' ? [] : [{ id, version: resource.version, reasons: standing }];
  });
  return [...refused.flat(), ...others];
}

function movedBefore(
  planned: PlannedChange,
  { rendered }: Member,
  live: Change['live'],
  sealer: Sealer,
): readonly string[] {
  const there = presenceWords(planned, live);
  if (there !== undefined) return [there];
  const by = comparedBy(rendered.object, planned.live?.object, planned.after ?? undefined, planned.keepsReplicas);
  return movedFields(planned.live?.object, live, by, sealer);
}
