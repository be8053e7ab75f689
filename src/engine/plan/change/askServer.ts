/** What the server says to an object before it is sent: dry runs, and nothing else. */
import type { ErrorInfo } from '../../../errors.js';
import { ApiError } from '../../../cluster/apiError.js';
import type { Cluster } from '../../../cluster/cluster.js';
import { ON_IMMUTABLE_ANNOTATION } from '../../../objects/annotations.js';
import { idOf, type KubeObject } from '../../../objects/object.js';
import { findNames } from '../../uses/mentions.js';
import { isBuiltInGroup } from '../../uses/builtInGroups.js';
import { isContainer } from '../../sets/containers.js';
import type { Accepted } from './acceptedChange.js';
import { lostFields } from '../refusals/contested.js';
import { isNoVerdict, webhookWithoutDryRun } from '../live/noVerdict.js';
import { addressOf, type Member } from '../member.js';
import { conflictRefusal, refusalOf } from '../refusals/refusal.js';
import { schemaRefusal, shapeFor, type SchemaOptions } from '../refusals/schemaRefusal.js';
import { withoutUnknownFields, type Lenient, type Validate } from './validate.js';
import { settleInvalid } from './settleInvalid.js';
import { conflictsOf } from './fieldConflicts.js';
import { replacingPatch, withoutGivenUp } from './afterTakeOver.js';
import type { TakeOver } from './takeOver.js';

export interface AskServerOptions extends SchemaOptions {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  /** What is done with fields that the server does not know (--validate). */
  readonly validate: Validate;
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
  /** Managers that are taken over as kubectl is (--take-over-manager). */
  readonly takeOverManagers: readonly string[];
  /** Names of what this run creates first: an object that mentions one may be refused until it is there. */
  readonly createdNames: ReadonlySet<string>;
}

/** `later`: refused now, since what it names is created by this run. */
export type ServerAnswer =
  | ({ readonly outcome: 'accepted' } & Accepted)
  | { readonly outcome: 'recreate' }
  | { readonly outcome: 'later' }
  /** A webhook did not answer, or takes no dry runs: only the apply itself can tell. */
  | { readonly outcome: 'unanswered'; readonly why: string }
  /** To be asked again with this manifest, which lacks fields that the server does not know. */
  | ({ readonly outcome: 'lenient' } & Lenient)
  | { readonly failure: ErrorInfo };

/** Tries the apply, and where that is invalid, finds out why. */
export async function askServer(
  member: Member,
  live: KubeObject | undefined,
  desired: KubeObject,
  takeOver: TakeOver | undefined,
  options: AskServerOptions,
): Promise<ServerAnswer> {
  const { cluster, signal, fieldManager } = options;
  const { id } = member;
  try {
    const force = options.forceConflicts || takeOver !== undefined;
    const answer = await cluster.apply(addressOf(member), desired, { fieldManager, force, dryRun: true, signal });
    if (live === undefined) return { outcome: 'accepted', after: answer };
    const sides = { live, desired, fieldManager };
    const conflicts = force ? conflictsOf(live, answer, takeOver?.managedFields, fieldManager) : [];
    if (conflicts.length > 0 && !options.forceConflicts) return { failure: conflictRefusal(id, conflicts, sides) };
    const forced = conflicts.flatMap(({ manager, fields }) => lostFields(manager, fields, sides));
    if (takeOver === undefined) return { outcome: 'accepted', after: answer, forced };
    const left = withoutGivenUp(answer, takeOver, fieldManager);
    const patch = replacingPatch(live, left);
    if (patch.length === 0) return { outcome: 'accepted', after: left, forced };
    return {
      outcome: 'accepted',
      forced,
      after: await cluster.patch(addressOf(member), patch, { type: 'json', fieldManager, dryRun: true, signal }),
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isNoVerdict(error)) return { outcome: 'unanswered', why: refusalOf(error, id).message };
    if (error.status.reason === undefined || error.status.reason === 'BadRequest') {
      const settled = await settleSchema(member, desired, options);
      if (settled !== undefined) return settled;
    }
    if (error.status.reason === 'BadRequest') {
      const webhook = await webhookWithoutDryRun(desired, member.resource.plural, options);
      if (webhook !== undefined) return { outcome: 'unanswered', why: `webhook ${webhook} takes no dry runs` };
    }
    if (live === undefined)
      return waitsForThisRun(error, desired, options) ? { outcome: 'later' } : { failure: refusalOf(error, id) };
    if (error.status.reason !== 'Invalid') return { failure: refusalOf(error, id, { live, desired, fieldManager }) };
    const settled = await settleInvalid(error, addressOf(member), live, desired, takeOver, options);
    if (!('outcome' in settled) || settled.outcome === 'accepted') return settled;
    const isMarked = desired.metadata.annotations?.[ON_IMMUTABLE_ANNOTATION] === 'recreate';
    // `commonAnnotations` spread the mark to everything: data is never thrown away by it.
    const mayRecreate = isMarked && !isContainer(id);
    return mayRecreate ? { outcome: 'recreate' } : { failure: settled.failure };
  }
}

/**
 * What the server's schema is against; undefined where nothing is known to be wrong. A custom resource that fits the
 * definition in this very set is not refused: the cluster still has the definition of before.
 */
async function settleSchema(
  member: Member,
  desired: KubeObject,
  options: AskServerOptions,
): Promise<ServerAnswer | undefined> {
  const shape = await shapeFor(desired, member.resource, options);
  const lenient = options.validate === 'strict' ? undefined : withoutUnknownFields(member.object, shape);
  if (lenient !== undefined) return { outcome: 'lenient', ...lenient };
  const failure = schemaRefusal(desired, shape, member.rendered.origin);
  if (failure !== undefined) return { failure };
  const { group, kind } = member.id;
  return options.definitions.has(`${group}/${kind}`)
    ? { outcome: 'unanswered', why: 'the definition of its kind changes with this deploy' }
    : undefined;
}

/** As `askServer`, for a custom resource that the server cannot be asked about yet: by its definition. */
export async function checkDefinition(
  member: Member,
  desired: KubeObject,
  options: AskServerOptions,
): Promise<ServerAnswer | undefined> {
  if (isBuiltInGroup(member.id.group)) return undefined;
  const answer = await settleSchema(member, desired, options);
  return answer !== undefined && 'outcome' in answer && answer.outcome === 'unanswered' ? undefined : answer;
}

/** Built-in kinds that the server accepts only once what they name is there: its admission looks it up. */
const LOOKED_UP: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec.serviceAccountName', 'spec.priorityClassName', 'spec.runtimeClassName'],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef.name'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef.name'],
};

/**
 * A pod whose ServiceAccount, a binding whose role this run creates first: refused now, accepted then; as may be a custom
 * resource, whose webhook can look up anything. Every other refusal is one: a missing permission must not show only
 * when half of the set is applied.
 */
function waitsForThisRun(error: ApiError, desired: KubeObject, { createdNames }: AskServerOptions): boolean {
  if (error.httpStatus !== 404 && error.httpStatus !== 403) return false;
  const { group, kind } = idOf(desired);
  const named = findNames(desired, createdNames);
  if (!isBuiltInGroup(group)) return named.some(({ path }) => !path.startsWith('metadata.'));
  return named.some(({ path }) => LOOKED_UP[`${group}/${kind}`]?.includes(path) === true);
}
