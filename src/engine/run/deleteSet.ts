/** A deploy of nothing: removes a set in reverse order, and its configs once nothing uses them any more. */
import { findResource } from '../../cluster/cluster.js';
import { idOf, keyOf } from '../../objects/object.js';
import { setsOf } from '../sets/setName.js';
import { settleOwnership } from '../sets/settleOwnership.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { isConfigKind } from '../configs/revisions.js';
import { confirmPlan } from './confirmPlan.js';
import { forgetLease } from '../lock/lease.js';
import { lockNamespace, renderedNamespaces } from '../lock/lockNamespace.js';
import { withLock } from '../lock/withLock.js';
import { prepareDeploy, type Prepared } from '../plan/makePlan.js';
import type { DeployOptions, RunContext } from './options.js';
import { pause } from './pause.js';
import { runPhase } from './phase.js';
import type { Judgement, Plan } from '../plan/plan.js';
import { readLive } from '../plan/readLive.js';
import { deleteInReverse, type DeleteOptions, type Deletion } from '../prune/deleteGuarded.js';
import type { Candidate } from '../prune/candidates.js';
import { judgeCandidates } from '../prune/judge.js';
import { judgeLeaving } from '../prune/judgeLeaving.js';
import type { JudgeOptions } from '../prune/judgeOptions.js';
import { judgeNow } from '../prune/judgeNow.js';
import { refuseIncomplete } from '../prune/refuseIncomplete.js';
import { usesWithout } from '../uses/projection.js';
import { scanUses, unknownUses } from '../uses/scanUses.js';
import { useKey } from '../uses/uses.js';
import type { Report } from './report.js';
import { reported, targetOf } from './reported.js';

const RELEASE_TIMEOUT_MS = 60_000;
const RELEASE_POLL_MS = 1000;

/** Failures of objects are in the report; only a bug rejects. */
export async function deleteSet(
  rendered: readonly RenderedObject[],
  options: DeployOptions,
  context: RunContext,
): Promise<Report> {
  return reported(targetOf(options, context), context, (reporting) => run(rendered, options, reporting), 'deleted');
}

async function run(rendered: readonly RenderedObject[], options: DeployOptions, context: RunContext): Promise<void> {
  const { cluster, emit, signal, now } = context;
  const prepared = await prepareDeploy(rendered, options, context);
  const prepare = (): Promise<Plan> =>
    runPhase('plan', rendered.length, context, async () => {
      const plan = await planDelete(prepared, options, context);
      emit({ type: 'planned', plan });
      for (const message of plan.warnings) emit({ type: 'warning', message });
      return plan;
    });
  if (options.dryRun !== undefined) {
    await prepare();
    return;
  }
  const agreed = async (): Promise<Plan> => {
    const plan = await prepare();
    await confirmPlan(plan, context);
    return plan;
  };
  const place = {
    set: options.set,
    discovery: prepared.discovery,
    namespace: lockNamespace(prepared.members),
    namespaces: renderedNamespaces(prepared.members),
    signal,
  };
  await withLock(
    {
      prepare: agreed,
      writes: ({ prune }) => prune.some(({ verdict }) => verdict === 'delete'),
      work: (plan, lock) =>
        runPhase('prune', plan.prune.length, context, () =>
          carryOut(plan, prepared, options, { ...context, signal: lock.signal }),
        ),
    },
    { ...options, ...place, cluster, runner: context.runner, emit, now },
  );
  const { set } = options;
  if (options.lock && set !== undefined) await forgetLease(cluster, { ...place, set });
}

async function planDelete(prepared: Prepared, options: DeployOptions, { cluster, signal }: RunContext): Promise<Plan> {
  const { discovery, members } = prepared;
  const live = [...(await readLive(cluster, members, { signal, concurrency: options.concurrency })).values()];
  const wanted = new Map(members.map(({ object, resource }) => [keyOf(idOf(object)), resource] as const));
  const named = live.flatMap((object): Candidate[] => {
    const resource = wanted.get(keyOf(idOf(object)));
    return resource === undefined ? [] : [{ object, resource, protectedType: false }];
  });
  // What others use stays, and what goes with it uses nothing.
  const going = judgeCandidates(named, judging(options)).flatMap(({ id, verdict }) =>
    verdict === 'delete' ? [id] : [],
  );
  const scan = await scanUses(cluster, {
    candidates: going,
    plainNames: false,
    ignoreUnlisted: options.ignoreUnlisted ?? [],
    discovery,
    signal,
    concurrency: options.concurrency,
  });
  const own = judgeLeaving(named, { ...judging(options), uses: scan.uses, gaps: scan.gaps }, 'all');
  const stale =
    options.pruneLabel === undefined || options.set === undefined
      ? { judgements: [], warnings: [] }
      : await judgeNow(cluster, {
          ...options,
          pruneLabel: options.pruneLabel,
          discovery,
          signal,
          // Nothing is applied: what the set's workloads use goes with them.
          applied: [],
          namespaces: [
            ...new Set([
              ...members.flatMap(({ object: { metadata } }) => metadata.namespace ?? []),
              ...options.pruneNamespaces,
            ]),
          ],
          generatedOnly: false,
          plainNames: false,
          verb: 'deploy',
          formerNamespaces: [],
          includeNewest: true,
          runStart: undefined,
          minimumAgeMs: 0,
          projected: true,
        });
  const uids = new Set(own.map(({ uid }) => uid));
  const prune = [
    ...own,
    ...stale.judgements.filter(
      (judgement) => !uids.has(judgement.uid) && !(judgement.verdict === 'keep' && judgement.why === 'controlled'),
    ),
  ];
  const deletions = prune.filter(({ verdict }) => verdict === 'delete').length;
  return {
    changes: [],
    prune,
    controlled: 0,
    confirmations:
      deletions === 0
        ? []
        : [`${deletions} objects${options.set === undefined ? '' : ` of set ${options.set}`} would be deleted`],
    set: options.set,
    pruneLabel: options.pruneLabel,
    warnings: [...new Set([...scan.warnings, ...stale.warnings])],
  };
}

/** How the objects that are rendered are judged, by their names, before it is known who uses them. */
function judging(options: DeployOptions): JudgeOptions {
  return {
    ...options,
    verb: 'delete',
    requirements: [],
    sets: setsOf(options),
    applied: { keys: new Set(), uids: new Set(), families: new Set() },
    runStart: 0,
    includeNewest: true,
    minimumAgeMs: 0,
    uses: new Map(),
    gaps: [],
  };
}

async function carryOut(
  plan: Plan,
  { discovery }: Prepared,
  options: DeployOptions,
  context: RunContext,
): Promise<void> {
  const { cluster, emit, now, signal } = context;
  const deletions = plan.prune.filter((judgement): judgement is Deletion => judgement.verdict === 'delete');
  const deleting: DeleteOptions = {
    cluster,
    discovery,
    emit,
    now,
    signal,
    concurrency: options.concurrency,
    // Status controllers write while workloads go: a newer version of the same object is still the set's.
    // Its users are looked for once more: a reference to it may be what moved the version.
    rejudge: async ({ id, uid, version }) => {
      const resource = findResource(discovery, id.group, version, id.kind);
      if (resource === undefined) return undefined;
      const live = await cluster.get({ resource, namespace: id.namespace, name: id.name }, { signal });
      if (live === undefined || live.metadata.uid !== uid) return undefined;
      const scan = await scanUses(cluster, {
        candidates: [id],
        plainNames: false,
        ignoreUnlisted: options.ignoreUnlisted ?? [],
        discovery,
        signal,
        concurrency: options.concurrency,
      });
      const uses = usesWithout(scan.uses, new Set(deletions.map((one) => keyOf(one.id))));
      return judgeCandidates([{ object: live, resource, protectedType: false }], {
        ...judging(options),
        uses,
        gaps: scan.gaps,
      })[0];
    },
  };
  await settleOwnership(plan.prune, { ...options, cluster, discovery, signal });
  const isConfig = ({ id }: Judgement): boolean => isConfigKind(id.group, id.kind);
  const first = await deleteInReverse(
    deletions.filter((deletion) => !isConfig(deletion)),
    deleting,
  );
  const { free, kept } = await releasedConfigs(deletions.filter(isConfig), options.ignoreUnlisted ?? [], deleting);
  const second = await deleteInReverse(free, deleting);
  for (const { id, version, reason } of [...kept, ...plan.prune.filter((judgement) => judgement.verdict === 'keep')]) {
    emit({ type: 'pruned', id, version, outcome: 'kept', reason, at: now() });
  }
  refuseIncomplete({
    incomplete: [...first, ...second].some((outcome) => outcome === 'failed' || outcome === 'terminating'),
  });
}

/** The configs that nothing uses any more, once the pods of the deleted workloads are on their way out. */
async function releasedConfigs(
  configs: readonly Deletion[],
  ignoreUnlisted: readonly string[],
  { cluster, discovery, signal, now, concurrency }: DeleteOptions,
) {
  const began = now();
  for (;;) {
    const scan = await scanUses(cluster, {
      candidates: configs.map(({ id }) => id),
      plainNames: false,
      ignoreUnlisted,
      discovery,
      signal,
      concurrency,
    });
    const reasonFor = ({ id }: Deletion): string | undefined => {
      const use = scan.uses.get(useKey(id))?.find(({ active }) => active);
      return use === undefined ? unknownUses(scan, id) : `in use by ${use.words}`;
    };
    const kept = configs.flatMap((config) => {
      const reason = reasonFor(config);
      return reason === undefined ? [] : [{ ...config, reason }];
    });
    if (kept.length === 0 || scan.gaps.length > 0 || now() - began >= RELEASE_TIMEOUT_MS) {
      return { free: configs.filter((config) => reasonFor(config) === undefined), kept };
    }
    await pause(RELEASE_POLL_MS, signal);
  }
}
