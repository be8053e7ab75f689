/** What a deploy will do to one object, found out without writing. */
import { ApiError } from '../../../cluster/apiError.js';
import type { ErrorInfo } from '../../../errors.js';
import { DRY_RUN_ANNOTATION } from '../../../objects/annotations.js';
import { isLeftAsItIs } from '../../jobs/hooks.js';
import { decideRun } from '../../jobs/decideRun.js';
import { keyOf, type KubeObject } from '../../../objects/object.js';
import { isProvenNoOp } from '../../../patch/apply/noOp.js';
import { acceptedChange, neededAnyway, recreation, type Accepted } from './acceptedChange.js';
import { askServer, checkDefinition, type AskServerOptions, type ServerAnswer } from './askServer.js';
import { admissionNote, changedByAdmission } from './byAdmission.js';
import { foreignEntries, foreignFields, foreignNote } from './foreignFields.js';
import { guessedChange, intentOf, untriedChange, type Intent, type IntentOptions } from './intent.js';
import { addressOf, type Change, type Member } from '../member.js';
import { notOurs, type NotOursOptions } from './notOurs.js';
import { withOwners } from './untracked.js';
import { isNoVerdict } from '../live/noVerdict.js';
import { refusalOf, terminatingRefusal, type Refusal } from '../refusals/refusal.js';
import { applyAnew } from './settleInvalid.js';
import { droppedNote, type Lenient } from './validate.js';

export interface PlanChangeOptions extends AskServerOptions, NotOursOptions, IntentOptions {
  /** False for `--dry-run=client`: nothing but reads is sent. */
  readonly askServer: boolean;
  /** Keys of the configs that are there already and come back into use (configs/comebacks). */
  readonly comebacks: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Why an object could not be read, by its key: a conversion webhook does not answer. */
  readonly unread: ReadonlyMap<string, string>;
  /** Namespaces that this run creates. */
  readonly createdNamespaces: ReadonlySet<string>;
}

/** A planned change, or the reason why there can be none. */
export type PlannedOrRefused = { readonly change: Change } | { readonly refusal: Refusal };

/** The object has changed since it was read: this is what it is now. */
interface Moved {
  readonly now: KubeObject | undefined;
}

/** What one try at a member comes to. */
type Tried = Change | { readonly failure: ErrorInfo } | Lenient | Moved;

/** So often is an object that changes all the time read anew; then its changes look like ours. */
const TRIES = 3;

/** Finds out what the server would make of one member: reads and dry runs only. A refusal is a result, not an error. */
export async function planChange(
  member: Member,
  live: KubeObject | undefined,
  options: PlanChangeOptions,
): Promise<PlannedOrRefused> {
  let now = live;
  let tried = await tryOnce(member, now, options);
  for (let tries = 1; 'now' in tried; tries++) {
    ({ now } = tried);
    tried = await tryOnce(member, now, { ...options, takesOutdated: tries + 1 >= TRIES });
  }
  if ('dropped' in tried) return planWithout(tried, member, now, options);
  return 'failure' in tried ? refused(member, tried.failure) : { change: tried };
}

/** Where the failure says nothing more exact, its place is that of the manifest. */
function refused({ id, resource, rendered }: Member, failure: ErrorInfo): PlannedOrRefused {
  const position = failure.position ?? rendered.origin;
  return { refusal: { id, version: resource.version, failure: { ...failure, position } } };
}

/** Plans the manifest without the fields that the server does not know, and says which. */
async function planWithout(
  { object, dropped }: Lenient,
  member: Member,
  live: KubeObject | undefined,
  options: PlanChangeOptions,
): Promise<PlannedOrRefused> {
  const planned = await planChange({ ...member, object }, live, options);
  if ('refusal' in planned || options.validate === 'ignore') return planned;
  return { change: { ...planned.change, notes: [droppedNote(dropped), ...planned.change.notes] } };
}

async function tryOnce(
  member: Member,
  live: KubeObject | undefined,
  options: PlanChangeOptions & { readonly takesOutdated?: boolean },
): Promise<Tried> {
  const known = withoutIntent(member, live, options);
  if (known !== undefined) return known;
  const intent = intentOf(member, options.askServer ? await withOwners(member, live, options) : live, options);
  const { desired } = intent.draft;
  const run = await decidedRun(intent, options);
  if (run !== undefined) return run;
  if (!options.askServer) return guessedChange(intent);
  if (member.pendingKind || options.createdNamespaces.has(member.id.namespace)) {
    const answer = await checkDefinition(member, desired, options);
    if (answer !== undefined && ('failure' in answer || answer.outcome === 'lenient')) return answer;
    return guessedChange(intent);
  }
  if (desired.metadata.annotations?.[DRY_RUN_ANNOTATION] === 'disabled')
    return untriedChange(intent, `${DRY_RUN_ANNOTATION}: disabled`);
  const unread = options.unread.get(keyOf(member.id));
  if (unread !== undefined) return { ...untriedChange(intent, `it cannot be read: ${unread}`), action: 'configure' };
  const answer = await answerTo(intent, options);
  if ('failure' in answer)
    return (options.takesOutdated ? undefined : await movedMeanwhile(member, live, options)) ?? answer;
  switch (answer.outcome) {
    case 'lenient':
      return answer;
    case 'unanswered':
      return untriedChange(intent, answer.why);
    case 'later':
      return { ...intent.draft, action: 'create', validated: false, after: desired, changed: [] };
    case 'recreate':
      return recreation(intent);
    case 'accepted':
      // A controller wrote between the read and the dry run: its change would look like ours.
      if (live !== undefined && answer.after.metadata.resourceVersion !== live.metadata.resourceVersion)
        if (!options.takesOutdated) return { now: await readAnew(member, options) };
      return accepted(intent, answer, options);
  }
}

/** The change that an answer makes, but for what admission would change by itself. */
async function accepted(intent: Intent, answer: Accepted, options: PlanChangeOptions): Promise<Change> {
  const { live, desired } = intent.draft;
  const { after, forced = [] } = answer;
  const isOurs = live === undefined || live === after || intent.takeOver !== undefined || forced.length > 0;
  const by = isOurs ? undefined : changedByAdmission({ live, after, desired, manager: options.fieldManager });
  const settled = by === 'nothing' && live !== undefined ? { ...answer, after: live } : answer;
  const needed = neededAnyway(intent, settled, options);
  if (needed !== undefined) return needed;
  const change = await withForeignNotes(acceptedChange(intent, settled), intent, options);
  if (by !== 'rewritten' || live === undefined) return change;
  return { ...change, notes: [...change.notes, admissionNote({ live, after })] };
}

/**
 * What was asked about, where it is no longer there or no longer the same: another run recreates a Job, a controller writes. Then the
 * refusal was about something else. It is asked for only where there is a refusal, which stands where nobody answers.
 */
async function movedMeanwhile(
  member: Member,
  live: KubeObject | undefined,
  options: PlanChangeOptions,
): Promise<Moved | undefined> {
  if (live === undefined) return undefined;
  try {
    const now = await readAnew(member, options);
    return now?.metadata.resourceVersion === live.metadata.resourceVersion ? undefined : { now };
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function readAnew(member: Member, { cluster, signal }: PlanChangeOptions): Promise<KubeObject | undefined> {
  return cluster.get(addressOf(member), { signal });
}

/** What is decided by the runs of a Job; undefined where its run is created or applied like any other object. */
async function decidedRun({ draft }: Intent, options: PlanChangeOptions): Promise<Tried | undefined> {
  const { member, live, desired } = draft;
  const decision = decideRun(member, live);
  if (live !== undefined && (decision?.does === 'keep' || isLeftAsItIs(member.object)))
    return { ...draft, action: 'unchanged', validated: true, desired: live, after: live, changed: [] };
  if (decision?.does !== 'again') return undefined;
  const again = { ...draft, action: 'recreate', validated: false, after: desired, changed: [] } as const;
  if (!options.askServer) return again;
  const anew = await applyAnew(addressOf(member), desired, options);
  if (!(anew instanceof ApiError)) return { ...again, validated: true };
  return isNoVerdict(anew) ? again : { failure: refusalOf(anew, member.id) };
}

/** What is decided by the live object alone: it is another set's, or on its way out. */
function withoutIntent(
  member: Member,
  live: KubeObject | undefined,
  options: NotOursOptions,
): Change | { readonly failure: ErrorInfo } | undefined {
  const base = { member, replaces: undefined, live, desired: member.object, takesOver: [] };
  const foreign = notOurs(member, live, options);
  if (foreign !== undefined) return 'failure' in foreign ? foreign : { ...base, ...foreign.shared, validated: true };
  if (live?.metadata.deletionTimestamp === undefined) return undefined;
  // An earlier run was killed between delete and create, or somebody deletes it: what nothing holds back is soon gone.
  if ((live.metadata.finalizers ?? []).length > 0) return { failure: terminatingRefusal(member.id, live) };
  const notes = ['is being deleted: created anew when it is gone'];
  return { ...base, action: 'recreate', validated: false, after: member.object, changed: [], notes };
}

/** The server's answer, or the proof that it needs not be asked. */
async function answerTo(
  { draft: { member, live, desired }, takeOver }: Intent,
  options: PlanChangeOptions,
): Promise<ServerAnswer> {
  const isNoOp =
    live !== undefined &&
    takeOver === undefined &&
    isProvenNoOp({ live, desired, manager: options.fieldManager, shape: options.shapeOf(desired) });
  return isNoOp ? { outcome: 'accepted', after: live } : askServer(member, live, desired, takeOver, options);
}

/** With what people and other tools put on the object: it is held against the same manifest as a new object. */
async function withForeignNotes(change: Change, { takeOver }: Intent, options: PlanChangeOptions): Promise<Change> {
  const { live, after, desired, member } = change;
  if (live === undefined) return change;
  const managedFields = (after.metadata.managedFields ?? []).filter(
    ({ manager = '' }) => takeOver?.managers.includes(manager) !== true,
  );
  const left = { ...after, metadata: { ...after.metadata, managedFields } };
  if (foreignEntries(left, options.fieldManager).length === 0) return change;
  const fresh = await applyAnew(addressOf(member), desired, options);
  // Not every object can be there twice: then nothing tells a default from what somebody set.
  if (fresh instanceof ApiError) return change;
  const notes = foreignFields(left, fresh, options.fieldManager).map(foreignNote);
  return { ...change, notes: [...change.notes, ...notes] };
}
