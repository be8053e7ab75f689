/** What a run means to send for one member, before anybody is asked. Pure. */
import { keyOf, type KubeObject, type ManagedFieldsEntry } from '../../../objects/object.js';
import { keepUsedAt } from '../../configs/usedAt.js';
import { keepSharedMarks } from '../../sets/share.js';
import { takenWords } from '../refusals/contested.js';
import { guess } from './guess.js';
import type { Change, Member } from '../member.js';
import { settleReplicas } from './replicas.js';
import type { SchemaOptions } from '../refusals/schemaRefusal.js';
import { takeOverOf, type TakeOver } from './takeOver.js';

/** A change, as far as nobody needs to be asked for it. */
export interface Intent {
  readonly draft: Omit<Change, 'action' | 'validated' | 'after' | 'changed'>;
  readonly takeOver: TakeOver | undefined;
}

export interface IntentOptions extends Pick<SchemaOptions, 'definitions'> {
  readonly fieldManager: string;
  /** Managers that are taken over as kubectl is (--take-over-manager). */
  readonly takeOverManagers: readonly string[];
  /** Keys of workloads that a HorizontalPodAutoscaler targets. */
  readonly autoscaled: ReadonlySet<string>;
}

/** What is to be sent: the member's object, with what is kept of the live one. */
export function intentOf(member: Member, live: KubeObject | undefined, options: IntentOptions): Intent {
  const { id, object, resource } = member;
  const { fieldManager: manager, takeOverManagers: also } = options;
  const takeOver =
    live === undefined
      ? undefined
      : takeOverOf(live, { manager, apiVersion: object.apiVersion, isBare: isBare(object), also });
  const settled = settleReplicas(object, live, {
    owners: takeOver?.managedFields ?? live?.metadata.managedFields ?? [],
    manager,
    autoscaled: options.autoscaled.has(keyOf(id)),
    scalable: resource.subresources.includes('scale'),
  });
  const notes = [
    ...(settled.note === undefined ? [] : [settled.note]),
    ...(takeOver?.undo === true
      ? ['was rolled back with kubectl rollout undo: this deploy rolls it forward again']
      : []),
  ];
  const draft = {
    member,
    replaces: undefined,
    live,
    desired: keepSharedMarks(keepUsedAt(settled.object, live), live),
    notes,
    takesOver: takeOver?.managers ?? [],
    ...(takeOver !== undefined && { taken: takenWords(takenEntries(live, takeOver)) }),
    ...(options.definitions.has(`${id.group}/${id.kind}`) && { byDefinition: true }),
  };
  return { draft, takeOver };
}

function takenEntries(live: KubeObject | undefined, { managers, managedFields }: TakeOver): ManagedFieldsEntry[] {
  return (live?.metadata.managedFields ?? []).filter(
    (entry) => managers.includes(entry.manager ?? '') && !managedFields.includes(entry),
  );
}

/** The change without the server's word. */
export function guessedChange({ draft }: Intent): Change {
  return { ...draft, ...guess(draft.live, draft.desired), validated: false };
}

/** The change of what nobody may be asked about: it is tried when its turn comes. */
export function untriedChange(intent: Intent, why: string): Change {
  const change = guessedChange(intent);
  const note = `was not validated, and is tried when its turn comes: ${why}`;
  return {
    ...change,
    ...(intent.takeOver !== undefined && { action: 'configure' }),
    notes: [...change.notes, note],
  };
}

/** An object of which the manifest says nothing but that it is there. */
export function isBare({ apiVersion: _, kind: __, metadata, ...fields }: KubeObject): boolean {
  const { name: ___, namespace: ____, ...more } = metadata;
  return Object.keys(fields).length === 0 && Object.keys(more).length === 0;
}
