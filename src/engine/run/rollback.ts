/** A rollback: a deploy of what an earlier one left, from its record, by the same road and under the same name. */
import { changedCluster } from '../../cluster/changedCluster.js';
import { findResource } from '../../cluster/cluster.js';
import { inputError } from '../../errors.js';
import { isJobId } from '../../objects/kinds.js';
import { formatId, keyOf } from '../../objects/object.js';
import { planPrepared, type MadePlan } from '../plan/makePlan.js';
import type { Judgement } from '../plan/plan.js';
import type { PreparedSet } from '../plan/prepare/prepareSet.js';
import { PlanRefusedError, type Refusal } from '../plan/refusals/refusal.js';
import { comeBack, type ComingBack } from '../records/comeBack.js';
import { unpackContent } from '../records/content.js';
import { goBackTo } from '../records/goBackTo.js';
import { listRecords, recordResource } from '../records/listRecords.js';
import { readDeploys, type RecordedDeploys } from '../records/readDeploys.js';
import { positionOf, type DeployRecord } from '../records/record.js';
import { podSpecPath } from '../uses/references.js';
import { DEPLOY_DEFAULTS } from './defaults.js';
import { deployWith } from './deploy.js';
import { mapConcurrently } from './mapConcurrently.js';
import type { DeployOptions, RecordOptions, RunContext } from './options.js';
import type { Report } from './report.js';

export interface RollbackOptions extends Pick<
  DeployOptions,
  | 'timeoutMs'
  | 'failFast'
  | 'logs'
  | 'lock'
  | 'lockTimeoutMs'
  | 'supersede'
  | 'forceConflicts'
  | 'dryRun'
  | 'ignoreUnlisted'
> {
  readonly set: string;
  /** The number of the deploy; undefined: the last one that went well before what is there now. */
  readonly to: number | undefined;
  /** The number of the newest record, where one is expected: another run may have been there since. */
  readonly newest?: number;
  /** Workloads that cannot come back stay as they are. */
  readonly allowPartial: boolean;
  readonly record: Omit<RecordOptions, 'back'>;
}

/**
 * Failures of objects are in the report, as is what ended the run once it has begun.
 * @throws KapplyError (exit 2) where there is nothing to go back to, or what is needed for it is gone: nothing was sent
 */
export async function rollback(options: RollbackOptions, context: RunContext): Promise<Report> {
  const { cluster, signal } = context;
  const { set, record, allowPartial, to, newest: _, ...run } = options;
  const deploys = await readDeploys(set, cluster.namespace, { cluster, signal });
  refuseMovedOn(set, options.newest, deploys.records);
  const target = goBackTo(deploys, to);
  const discovery = await cluster.discover({ signal });
  const content = await readContent(target, context);
  const from = `deploy ${target.number} of set ${set}`;
  const back = await comeBack(content, { cluster, discovery, signal, from, allowPartial });
  // What is pruned and kept is said by the last deploy, whatever the one that is gone back to was told.
  const { pruneLabel, pruneKinds, pruneNamespaces, keep, keepRollback } = deploys.records[0]?.options ?? target.options;
  const { fieldManager, restartOnChange, own } = target.options;
  const deploy: DeployOptions = {
    ...DEPLOY_DEFAULTS,
    ...run,
    ...{ pruneLabel, pruneKinds, pruneNamespaces, keep, keepRollback, fieldManager, restartOnChange, own },
    set,
    readinessRules: content.readinessRules,
    record: {
      ...record,
      commit: target.commit,
      back: { number: positionOf(target), home: deploys.namespace, rendered: back.whole },
    },
  };
  const there = { ...context, cluster: changedCluster(cluster, { namespace: content.namespace }) };
  return deployWith(back.rendered, deploy, there, (prepared, planned, running) =>
    planBack(prepared, planned, running, { deploys, target, back, endsRun: to !== undefined && run.supersede }),
  );
}

async function readContent({ namespace, name }: DeployRecord, { cluster, signal }: RunContext) {
  const resource = recordResource(await cluster.discover({ signal }));
  const record = resource === undefined ? undefined : await cluster.get({ resource, namespace, name }, { signal });
  if (record === undefined) throw inputError('UnreadableRecord', `ConfigMap/${name} is gone: nothing was sent`);
  return unpackContent(record);
}

interface Back {
  readonly deploys: RecordedDeploys;
  readonly target: DeployRecord;
  readonly back: ComingBack;
  /** The run that is under way is to end, and leaves a record: of its own accord the deploy that --to names is gone back to. */
  readonly endsRun: boolean;
}

async function planBack(
  prepared: PreparedSet,
  options: DeployOptions,
  context: RunContext,
  { deploys, target, back, endsRun }: Back,
): Promise<MadePlan> {
  const { set, namespace, records } = deploys;
  // The plan is made anew where another run was there meanwhile: what it left is not to be gone back from unseen.
  const now = await listRecords(set, namespace, { ...context, discovery: prepared.discovery });
  if (!endsRun) refuseMovedOn(set, records[0]?.number, now);
  const { made, refused } = await planWhatStays(prepared, options, context, back);
  const notes = [
    ...back.notes,
    ...refused.map(({ id, failure }) => `${formatId(id)} stays as it is now: ${failure.message}`),
  ];
  const { plan } = made;
  return {
    ...made,
    plan: {
      ...plan,
      confirmations: [headline(set, target), ...notes, ...plan.confirmations],
      warnings: [...notes, ...plan.warnings],
    },
  };
}

interface PlannedBack {
  readonly made: MadePlan;
  readonly refused: readonly Refusal[];
}

/**
 * What cannot come back is no leftover, nor is a Job: where the plan would delete some of it, it is made again with that in
 * its place, so that what it uses stays as well.
 */
async function planWhatStays(
  prepared: PreparedSet,
  options: DeployOptions,
  context: RunContext,
  { staying }: ComingBack,
): Promise<PlannedBack> {
  const { cluster, signal } = context;
  const planned = await planWhatCan(prepared, options, context);
  const left = new Set([...staying, ...planned.refused.map(({ id }) => keyOf(id))]);
  const stays = ({ verdict, id }: Judgement): boolean => verdict === 'delete' && (left.has(keyOf(id)) || isJobId(id));
  const spared = planned.made.plan.prune.filter(stays);
  if (spared.length === 0) return planned;
  const live = await mapConcurrently(spared, cluster.concurrency, ({ id, version }) => {
    const resource = findResource(prepared.discovery, id.group, version, id.kind);
    return resource === undefined
      ? Promise.resolve(undefined)
      : cluster.get({ resource, namespace: id.namespace, name: id.name }, { signal });
  });
  const again = { ...prepared, staying: live.flatMap((object) => object ?? []) };
  const { made, refused } = await planWhatCan(again, options, context);
  const prune = made.plan.prune.filter((judgement) => !stays(judgement));
  return { made: { ...made, plan: { ...made.plan, prune } }, refused };
}

function headline(set: string, { number, at, commit }: DeployRecord): string {
  const from = commit === undefined ? '' : `, commit ${commit.slice(0, 9)}`;
  return `set ${set} goes back to deploy ${number} of ${at}${from}`;
}

/** What cannot be changed back, such as the size of a volume, stays as it is; a workload that cannot ends the rollback. */
async function planWhatCan(prepared: PreparedSet, options: DeployOptions, context: RunContext): Promise<PlannedBack> {
  try {
    return { made: await planPrepared(prepared, options, context), refused: [] };
  } catch (error) {
    if (!(error instanceof PlanRefusedError) || !error.refusals.every(canStay)) throw error;
    const { refusals } = error;
    const left = new Set(refusals.map(({ id }) => keyOf(id)));
    const members = prepared.members.filter(({ id }) => !left.has(keyOf(id)));
    const stages = prepared.stages.map((stage) => ({
      ...stage,
      members: stage.members.filter(({ id }) => !left.has(keyOf(id))),
    }));
    return { made: await planPrepared({ ...prepared, members, stages }, options, context), refused: refusals };
  }
}

function canStay({ id, failure }: Refusal): boolean {
  const isWorkload = podSpecPath(id.group, id.kind) !== undefined;
  return !isWorkload && (failure.code === 'ImmutableField' || id.kind === 'PersistentVolumeClaim');
}

/** @throws KapplyError `MovedOn` (exit 2) where another deploy of the set has ended since */
function refuseMovedOn(set: string, expected: number | undefined, records: readonly DeployRecord[]): void {
  const newest = records[0]?.number;
  if (expected === undefined || newest === expected) return;
  throw inputError('MovedOn', `deploy ${newest ?? 0} of set ${set} was recorded meanwhile: nothing was sent`, {
    suggestions: [`kapply history --set ${set} shows what is there now.`],
  });
}
