/** Applies a plan stage by stage; a stage that others stand on is awaited before they are sent. */
import type { Discovery } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import { formatId, keyOf } from '../../objects/object.js';
import { addressOf, type Applied, type Change } from '../plan/member.js';
import { changesOf, type Plan } from '../plan/plan.js';
import { applyStage, servedResource } from './applyStage.js';
import { podSpecPath } from '../uses/references.js';
import { pause } from '../run/pause.js';
import { asideWords, blockedBy, retryAside, type RetryOptions } from './putAside.js';
import { awaitCurrent, type AwaitCurrentOptions } from '../rollout/awaitCurrent.js';

/** How long the server may take to serve a kind whose definition is Established. */
const SERVED_TIMEOUT_MS = 30_000;
const SERVED_POLL_MS = 500;
/** What everything later may live in or be of: awaited even with --no-wait. */
const FOUNDATIONS = ['CustomResourceDefinition', 'Namespace'];
export interface ApplyStagesOptions extends AwaitCurrentOptions {
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
  readonly takeOverManagers: readonly string[];
  /** Told of what has been applied, before anything is waited for. */
  readonly reached?: (applied: readonly Applied[]) => void;
  /** After a stage with workloads that is not the last one: later stages may be waited for. */
  readonly afterWorkloads?: (applied: readonly Applied[]) => Promise<void>;
}

export interface AppliedSet {
  readonly applied: readonly Applied[];
  /** As it is after the last stage: the set may have defined kinds. */
  readonly discovery: Discovery;
}

/** @throws KapplyError `ApplyRefused` (exit 5) after the stage in which the server refused an object */
export async function applyStages(plan: Plan, options: ApplyStagesOptions): Promise<AppliedSet> {
  const applied: Applied[] = [];
  /** What was awaited, and was Current: many may wait for the same. */
  const ready = new Set<Change>();
  let aside: Applied[] = [];
  let { discovery } = options;
  const total = changesOf(plan).length;
  const awaits = Object.fromEntries(plan.stages.flatMap((stage) => Object.entries(stage.awaits)));

  const applyChanges = async (changes: readonly Change[]): Promise<Applied[]> => {
    const awaited = new Set(changes.flatMap(({ member }) => awaits[keyOf(member.id)] ?? []));
    const waiting = applied.filter(({ change }) => awaited.has(keyOf(change.member.id)) && !ready.has(change));
    await awaitCurrent(waiting, { ...options, discovery });
    for (const { change } of waiting) ready.add(change);
    discovery = await awaitServed(changes, discovery, options);
    const results = await applyStage(changes, { ...options, discovery });
    applied.push(...results.filter((result) => result.aside === undefined));
    options.reached?.([...applied]);
    const refused = results.filter(({ object, aside: why }) => object === undefined && why === undefined);
    if (refused.length > 0) throw refusedError(refused, applied.length, total);
    await awaitCurrent(
      results.filter(({ change, object }) => object !== undefined && FOUNDATIONS.includes(change.member.id.kind)),
      { ...options, discovery },
    );
    return results;
  };

  for (const stage of plan.stages) {
    const isBlocked = blockedBy(aside, awaits);
    const results = await applyChanges(stage.members.filter((change) => !isBlocked(change)));
    const unanswered = results.filter((result) => result.aside !== undefined);
    for (const result of unanswered) options.emit({ type: 'warning', message: asideWords(result) });
    aside = [...aside, ...unanswered, ...stage.members.filter(isBlocked).map(waitsForOthers)];
    const isLast = stage === plan.stages.at(-1);
    if (!isLast && stage.members.some(({ member: { id } }) => podSpecPath(id.group, id.kind) !== undefined)) {
      await options.afterWorkloads?.([...applied]);
    }
  }
  if (aside.length > 0)
    await settleAside(aside, applied, { ...options, discovery, awaits, apply: applyChanges, total });
  return { applied, discovery };
}

/** Put aside without being tried: what it stands on is. */
function waitsForOthers(change: Change): Applied {
  const message = `${formatId(change.member.id)} waits for what was put aside`;
  return {
    change,
    address: addressOf(change.member),
    object: undefined,
    aside: { code: 'NotAnswered', message, suggestions: [] },
  };
}

/** The rest is awaited while what was put aside is tried again: one may be what the other waits for. */
async function settleAside(
  aside: readonly Applied[],
  applied: readonly Applied[],
  options: AwaitCurrentOptions & Pick<RetryOptions, 'awaits' | 'apply'> & { readonly total: number },
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const rest = awaitCurrent([...applied], { ...options, signal });
  const retries = retryAside(aside, { ...options, signal });
  try {
    const [results] = await Promise.all([retries, rest]);
    const unanswered = results.filter((result) => result.aside !== undefined);
    for (const { change, aside: failure } of unanswered) {
      const { member, changed } = change;
      const { id, resource } = member;
      const at = options.now();
      options.emit({
        type: 'applied',
        id,
        version: resource.version,
        outcome: 'failed',
        replaces: undefined,
        changed,
        failure,
        at,
      });
    }
    if (unanswered.length > 0) throw refusedError(unanswered, applied.length + unanswered.length, options.total);
  } finally {
    stop.abort();
    await Promise.allSettled([rest, retries]);
  }
}

function refusedError(refused: readonly Applied[], reached: number, total: number): KapplyError {
  const [first] = refused;
  const name = first === undefined ? '' : formatId(first.change.member.id);
  const more = refused.length > 1 ? ` and ${refused.length - 1} more` : '';
  return new KapplyError(
    'ApplyRefused',
    `the server refused ${name}${more}; ${reached - refused.length} of ${total} objects were applied, nothing was pruned`,
    EXIT.refused,
    {
      suggestions: ['Mend it and deploy again: what was applied already is found unchanged.'],
    },
  );
}

/** A kind whose definition this run applied is served a moment after the definition is Established. */
async function awaitServed(
  changes: readonly Change[],
  known: Discovery,
  { cluster, signal, now }: ApplyStagesOptions,
): Promise<Discovery> {
  const missing = (discovery: Discovery) =>
    changes.find(({ member }) => servedResource(member, discovery) === undefined)?.member;
  let discovery = known;
  for (const began = now(); missing(discovery) !== undefined;) {
    discovery = await cluster.discover({ refresh: true, signal });
    const waiting = missing(discovery);
    if (waiting === undefined) break;
    if (now() - began >= SERVED_TIMEOUT_MS) {
      throw new KapplyError(
        'KindNotServed',
        `${formatId(waiting.id)}: the server does not serve ${waiting.object.apiVersion} ${waiting.object.kind} although it is defined`,
        EXIT.timedOut,
        {
          suggestions: ['kubectl describe customresourcedefinition shows what the server thinks of the definition.'],
        },
      );
    }
    await pause(SERVED_POLL_MS, signal);
  }
  return discovery;
}
