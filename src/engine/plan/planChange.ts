/** What a deploy will do to one object, found out without writing. */
import type { ErrorInfo } from '../../errors.js';
import { ApiError } from '../../cluster/apiError.js';
import type { ObjectAddress } from '../../cluster/cluster.js';
import { DRY_RUN_ANNOTATION, ON_IMMUTABLE_ANNOTATION, USED_AT_ANNOTATION } from '../../objects/annotations.js';
import { groupOf, keyOf, type Json, type KubeObject, type ManagedFieldsEntry } from '../../objects/object.js';
import { keepSharedMarks } from '../sets/share.js';
import { NO_FIELDS } from '../../patch/apply/fieldSet.js';
import { serializeFieldsV1 } from '../../patch/apply/fieldsV1.js';
import { isProvenNoOp } from '../../patch/apply/noOp.js';
import { jsonEqual } from '../../patch/jsonEqual.js';
import { conditionOf, type Observed } from '../readiness/terms.js';
import { askServer, checkDefinition, type AskServerOptions, type ServerAnswer } from './askServer.js';
import { changedWords } from './changedPaths.js';
import { foreignEntries, foreignFields, foreignNote } from './foreignFields.js';
import { guess } from './guess.js';
import { notOurs, type NotOursOptions } from './notOurs.js';
import { addressOf, type Change, type ChangeAction, type Member } from './member.js';
import { terminatingRefusal, type Refusal } from './refusal.js';
import { settleReplicas } from './replicas.js';
import { applyAnew } from './settleInvalid.js';
import { droppedNote, type Lenient } from './validate.js';
import { takeOverOf, UNTRACKED, type TakeOver } from './takeOver.js';
import { keepUsedAt, markUsed } from '../configs/usedAt.js';

export interface PlanChangeOptions extends AskServerOptions, NotOursOptions {
  /** False for `--dry-run=client`: nothing but reads is sent. */
  readonly askServer: boolean;
  /** Keys of workloads that a HorizontalPodAutoscaler targets. */
  readonly autoscaled: ReadonlySet<string>;
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

/** Finds out what the server would make of one member: reads and dry runs only. A refusal is a result, not an error. */
export async function planChange(
  member: Member,
  live: KubeObject | undefined,
  options: PlanChangeOptions,
  tries = 3,
): Promise<PlannedOrRefused> {
  const { id, resource } = member;
  const base = { member, replaces: undefined, live };
  const refuse = (failure: ErrorInfo): PlannedOrRefused => ({
    // Where it says nothing more exact, the place is that of the manifest.
    refusal: {
      id,
      version: resource.version,
      failure: { ...failure, position: failure.position ?? member.rendered.origin },
    },
  });

  const foreign = notOurs(member, live, options);
  if (foreign !== undefined && 'failure' in foreign) return refuse(foreign.failure);
  if (foreign !== undefined) {
    return { change: { ...base, ...foreign.shared, validated: true, desired: member.object, takesOver: [] } };
  }
  const isGoing = live?.metadata.deletionTimestamp !== undefined;
  if (live !== undefined && isGoing) {
    // An earlier run was killed between delete and create, or somebody deletes it: what nothing holds back is soon gone.
    if ((live.metadata.finalizers ?? []).length > 0) return refuse(terminatingRefusal(id, live));
    const notes = ['is being deleted: created anew when it is gone'];
    return {
      change: {
        ...base,
        action: 'recreate',
        validated: false,
        desired: member.object,
        after: member.object,
        changed: [],
        takesOver: [],
        notes,
      },
    };
  }

  const takeOver =
    live === undefined
      ? undefined
      : takeOverOf(live, {
          manager: options.fieldManager,
          apiVersion: member.object.apiVersion,
          isBare: isBare(member.object),
          also: options.takeOverManagers,
        });
  const settled = settleReplicas(member.object, live, {
    owners: takeOver?.managedFields ?? live?.metadata.managedFields ?? [],
    manager: options.fieldManager,
    autoscaled: options.autoscaled.has(keyOf(id)),
    scalable: resource.subresources.includes('scale'),
  });
  const desired = keepSharedMarks(keepUsedAt(settled.object, live), live);
  const notes = [
    ...(settled.note === undefined ? [] : [settled.note]),
    ...(takeOver?.undo === true
      ? ['was rolled back with kubectl rollout undo: this deploy rolls it forward again']
      : []),
  ];
  const planned = {
    ...base,
    desired,
    notes,
    takesOver: takeOver?.managers ?? [],
    ...(options.definitions.has(`${id.group}/${id.kind}`) && { byDefinition: true }),
  };
  if (!options.askServer || member.pendingKind || options.createdNamespaces.has(id.namespace)) {
    const answer = options.askServer ? await checkDefinition(member, desired, options) : undefined;
    if (answer !== undefined && 'failure' in answer) return refuse(answer.failure);
    if (answer?.outcome === 'lenient') return planWithout(answer, member, live, options, tries);
    return { change: { ...planned, ...guess(live, desired), validated: false } };
  }
  const untried = (why: string): PlannedOrRefused => {
    const note = `was not validated, and is tried when its turn comes: ${why}`;
    const change = { ...planned, ...guess(live, desired), notes: [...notes, note], validated: false };
    return { change: takeOver === undefined ? change : { ...change, action: 'configure' } };
  };
  if (desired.metadata.annotations?.[DRY_RUN_ANNOTATION] === 'disabled')
    return untried(`${DRY_RUN_ANNOTATION}: disabled`);
  const unread = options.unread.get(keyOf(id));
  if (unread !== undefined) {
    const { change } = untried(`it cannot be read: ${unread}`) as { change: Change };
    return { change: { ...change, action: 'configure' } };
  }

  const isNoOp =
    live !== undefined &&
    takeOver === undefined &&
    isProvenNoOp({ live, desired, manager: options.fieldManager, shape: options.shapeOf(desired) });
  const answer: ServerAnswer = isNoOp
    ? { outcome: 'accepted', after: live }
    : await askServer(member, live, desired, takeOver, options);
  if ('failure' in answer) return refuse(answer.failure);
  if (answer.outcome === 'lenient') return planWithout(answer, member, live, options, tries);
  if (answer.outcome === 'unanswered') return untried(answer.why);
  if (answer.outcome === 'later')
    return { change: { ...planned, action: 'create', validated: false, after: desired, changed: [] } };
  if (answer.outcome === 'recreate') {
    return {
      change: {
        ...planned,
        action: 'recreate',
        validated: true,
        after: desired,
        changed: guess(live, desired).changed,
      },
    };
  }
  const { after, claims = NO_FIELDS } = answer;
  // A controller wrote between the read and the dry run: its change would look like ours.
  const isOutdated = live !== undefined && after.metadata.resourceVersion !== live.metadata.resourceVersion;
  if (isOutdated && tries > 1) {
    const now = await options.cluster.get(addressOf(member), { signal: options.signal });
    return planChange(member, now, options, tries - 1);
  }
  if (live !== undefined && isSame(live, after) && runsAgain(live, desired)) {
    const again = [...notes, 'failed in an earlier run: it is deleted and run again'];
    return { change: { ...planned, notes: again, action: 'recreate', validated: true, after: desired, changed: [] } };
  }
  if (live !== undefined && isSame(live, after) && options.comebacks.has(keyOf(id))) {
    return { change: comesBack({ ...planned, validated: true, after }, options.now) };
  }
  if (live !== undefined) {
    const left = { ...after, metadata: { ...after.metadata, managedFields: withoutTaken(after, takeOver) } };
    notes.push(...(await foreignNotes(addressOf(member), left, desired, options)));
  }
  const action: ChangeAction =
    live === undefined ? 'create' : takeOver === undefined && isSame(live, after) ? 'unchanged' : 'configure';
  return {
    change: {
      ...planned,
      ...(claims.size > 0 && { claims: serializeFieldsV1(claims) }),
      action,
      validated: true,
      after,
      changed: live === undefined ? [] : changedWords(live, after),
    },
  };
}

/** Plans the manifest without the fields that the server does not know, and says which. */
async function planWithout(
  { object, dropped }: Lenient,
  member: Member,
  live: KubeObject | undefined,
  options: PlanChangeOptions,
  tries: number,
): Promise<PlannedOrRefused> {
  const planned = await planChange({ ...member, object }, live, options, tries);
  if ('refusal' in planned || options.validate === 'ignore') return planned;
  return { change: { ...planned.change, notes: [droppedNote(dropped), ...planned.change.notes] } };
}

function withoutTaken({ metadata }: KubeObject, takeOver: TakeOver | undefined): readonly ManagedFieldsEntry[] {
  return (metadata.managedFields ?? []).filter(({ manager = '' }) => takeOver?.managers.includes(manager) !== true);
}

/** What people and other tools put on the object: held against the same manifest as a new object. */
async function foreignNotes(
  address: ObjectAddress,
  after: KubeObject,
  desired: KubeObject,
  options: PlanChangeOptions,
): Promise<string[]> {
  if (foreignEntries(after, options.fieldManager).length === 0) return [];
  const fresh = await applyAnew(address, desired, options);
  // Not every object can be there twice: then nothing tells a default from what somebody set.
  if (fresh instanceof ApiError) return [];
  return foreignFields(after, fresh, options.fieldManager).map(foreignNote);
}

/** A Job is done with once it has failed: an apply that changes nothing would wait for nothing. */
function runsAgain(live: KubeObject, desired: KubeObject): boolean {
  if (`${groupOf(live.apiVersion)}/${live.kind}` !== 'batch/Job') return false;
  const hasFailed = conditionOf(live.status as Observed['status'], 'Failed')?.status === 'True';
  return hasFailed && desired.metadata.annotations?.[ON_IMMUTABLE_ANNOTATION] === 'recreate';
}

/** A config with a content hash that exists and that something of the set begins to use: `usedAt` says why it is changed. */
function comesBack(change: Omit<Change, 'action' | 'changed'>, now: number): Change {
  return {
    ...change,
    action: 'configure',
    desired: markUsed(change.desired, now),
    after: markUsed(change.after, now),
    changed: [`annotations.${USED_AT_ANNOTATION}`],
  };
}

/** An object of which the manifest says nothing but that it is there. */
function isBare({ apiVersion: _, kind: __, metadata, ...fields }: KubeObject): boolean {
  const { name: ___, namespace: ____, ...more } = metadata;
  return Object.keys(fields).length === 0 && Object.keys(more).length === 0;
}

/** True where the apply would write nothing: not even who owns what moves. */
function isSame(live: KubeObject, after: KubeObject): boolean {
  return live === after || jsonEqual(withoutTimes(live), withoutTimes(after));
}

function withoutTimes(object: KubeObject): Json {
  const { resourceVersion: _, managedFields = [], ...metadata } = object.metadata;
  // That nobody tracked what is there is no owner of it.
  const entries = managedFields.filter(({ manager }) => manager !== UNTRACKED).map(({ time: __, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, managedFields: entries } } as unknown as Json;
}
