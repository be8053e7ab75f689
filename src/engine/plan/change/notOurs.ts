/** A rendered object that somebody else's run applied: refused, or shared where it is a generated config. */
import type { ErrorInfo } from '../../../errors.js';
import { formatId, type KubeObject, type ObjectId } from '../../../objects/object.js';
import { isRevision } from '../../configs/revisions.js';
import { isAppliedWithoutSet, ownersOf, setOf } from '../../sets/ownership.js';
import { isSameContent, sharePatch, withShare } from '../../sets/share.js';
import type { Change, Member } from '../member.js';

export interface NotOursOptions {
  readonly set: string | undefined;
  readonly formerSet: string | undefined;
  readonly takeOver: boolean;
  readonly fieldManager: string;
}

/** `unchanged` or `configure`, with what is to be written instead of an apply. */
export type SharedChange = Pick<Change, 'action' | 'after' | 'changed' | 'notes'> & {
  readonly share?: NonNullable<Change['share']>;
};

/** Undefined where the object is this run's to apply: its own, nobody's, or taken over. */
export function notOurs(
  { id, object: desired }: Member,
  live: KubeObject | undefined,
  options: NotOursOptions,
): { readonly failure: ErrorInfo } | { readonly shared: SharedChange } | undefined {
  if (live === undefined || options.takeOver) return undefined;
  const { set, formerSet, fieldManager } = options;
  const maker = setOf(live);
  const isOurs = maker !== undefined && (maker === set || maker === formerSet);
  const owners = ownersOf(live);
  // A deploy without a name owns nothing: what no set owns is as much for one as for the next.
  const isNobodys = owners.length === 0 && !(set !== undefined && isAppliedWithoutSet(live, [fieldManager, 'kapply']));
  if (isOurs || isNobodys) return undefined;
  // What the other set is just deleting is not shared: it is made anew.
  const isShared = isRevision(id);
  if (isShared && live.metadata.deletionTimestamp !== undefined) return undefined;
  if (!isShared) return { failure: owners.length === 0 ? noSetRefusal(id) : otherSetRefusal(id, owners) };
  if (!isSameContent(live, desired)) return { failure: otherContentRefusal(id, owners) };
  return { shared: sharedChange(live, desired, owners, options) };
}

function sharedChange(
  live: KubeObject,
  desired: KubeObject,
  owners: readonly string[],
  { set, formerSet }: NotOursOptions,
): SharedChange {
  const others = owners.filter((owner) => owner !== set && owner !== formerSet);
  const notes = [`${ownerWords(others)} and has the same content: used as it is`];
  const share = set === undefined ? undefined : sharePatch(live, desired, { set, formerSet });
  if (share === undefined) return { action: 'unchanged', after: live, changed: [], notes };
  const { annotations = {}, labels = {} } = share.metadata as Record<string, object>;
  const changed = [
    ...Object.keys(annotations).map((key) => `annotations.${key}`),
    ...Object.keys(labels).map((key) => `labels.${key}`),
  ];
  return { action: 'configure', after: withShare(live, share), changed, notes, share };
}

function ownerWords(owners: readonly string[]): string {
  return owners.length === 0 ? 'was applied by kapply without a set' : `belongs to set ${owners.join(' and ')}`;
}

function otherSetRefusal(id: ObjectId, owners: readonly string[]): ErrorInfo {
  return {
    code: 'OwnedByOtherSet',
    message: `${formatId(id)} ${ownerWords(owners)}`,
    suggestions: [
      'Remove it from one of the two sets, or add --take-over to make it part of this one.',
      `Where this set had the name ${owners[0] ?? ''} before, --renamed-from ${owners[0] ?? ''} moves everything that it owns.`,
    ],
  };
}

function noSetRefusal(id: ObjectId): ErrorInfo {
  return {
    code: 'OwnedByNoSet',
    message: `${formatId(id)} was applied by kapply and is in no set: a deploy without a name applied it, or its kapply.dev/set annotation was taken off`,
    suggestions: ['Add --take-over once, if it is part of this set.'],
  };
}

function otherContentRefusal(id: ObjectId, owners: readonly string[]): ErrorInfo {
  return {
    code: 'SharedConfigDiffers',
    message: `${formatId(id)} ${ownerWords(owners)}, and its content is not what its name says: somebody edited it`,
    suggestions: [
      'Put the content back, or delete it and deploy the set that it belongs to again.',
      '--take-over applies it with the content that was rendered, and makes it part of this set.',
    ],
  };
}
