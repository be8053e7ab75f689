/** Applies a plan stage by stage; a stage that others stand on is awaited before they are sent. */
import { findResource, type ApiResource, type Discovery } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import { formatId, idOf, keyOf, versionOf } from '../../objects/object.js';
import { applyStage, type AppliedObject } from './applyStage.js';
import type { MadePlan, PlannedMember } from '../plan/makePlan.js';
import { pause } from '../run/pause.js';
import { awaitCurrent, type AwaitCurrentOptions } from '../rollout/awaitCurrent.js';

/** How long the server may take to serve a kind whose definition is Established. */
const SERVED_TIMEOUT_MS = 30_000;
const SERVED_POLL_MS = 500;
/** What everything later may live in or be of: awaited even with --no-wait. */
const FOUNDATIONS = ['CustomResourceDefinition', 'Namespace'];
export interface ApplyStagesOptions extends Omit<AwaitCurrentOptions, 'discovery'> {
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
  readonly takeOverManagers: readonly string[];
  readonly concurrency: number;
}

export interface AppliedSet {
  readonly applied: readonly AppliedObject[];
  /** As it is after the last stage: the set may have defined kinds. */
  readonly discovery: Discovery;
}

/** @throws KapplyError `ApplyRefused` (exit 5) after the stage in which the server refused an object */
export async function applyStages(made: MadePlan, options: ApplyStagesOptions): Promise<AppliedSet> {
  const applied: AppliedObject[] = [];
  let discovery = made.discovery;
  for (const stage of made.stages) {
    const awaited = applied.filter(({ member }) => stage.awaits.includes(keyOf(member.change.id)));
    await awaitCurrent(awaited, { ...options, discovery });
    discovery = await awaitServed(stage.members, discovery, options);
    const served = discovery;
    const results = await applyStage(stage.members, {
      ...options,
      resourceOf: (member) => servedResource(member, served) ?? member.change.resource,
    });
    applied.push(...results);
    const refused = results.filter(({ object }) => object === undefined);
    if (refused.length > 0) throw refusedError(refused, applied.length, made.plan.changes.length);
    await awaitCurrent(
      results.filter(({ member }) => FOUNDATIONS.includes(member.change.id.kind)),
      { ...options, discovery },
    );
  }
  return { applied, discovery };
}

function refusedError(refused: readonly AppliedObject[], reached: number, total: number): KapplyError {
  const [first] = refused;
  const name = first === undefined ? '' : formatId(first.member.change.id);
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

function servedResource({ object }: PlannedMember, discovery: Discovery): ApiResource | undefined {
  const { group } = idOf(object);
  return findResource(discovery, group, versionOf(object.apiVersion), object.kind);
}

/** A kind whose definition this run applied is served a moment after the definition is Established. */
async function awaitServed(
  members: readonly PlannedMember[],
  known: Discovery,
  { cluster, signal, now }: ApplyStagesOptions,
): Promise<Discovery> {
  const missing = (discovery: Discovery) =>
    members.find((member) => member.prepared.pendingKind && servedResource(member, discovery) === undefined);
  let discovery = known;
  for (const began = now(); missing(discovery) !== undefined;) {
    discovery = await cluster.discover({ refresh: true, signal });
    const waiting = missing(discovery);
    if (waiting === undefined) break;
    if (now() - began >= SERVED_TIMEOUT_MS) {
      throw new KapplyError(
        'KindNotServed',
        `${formatId(waiting.change.id)}: the server does not serve ${waiting.object.apiVersion} ${waiting.object.kind} although it is defined`,
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
