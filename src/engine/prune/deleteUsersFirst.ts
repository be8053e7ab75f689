/**
 * Deletes what nobody uses, then what that has set free: a user whose deletion fails keeps what it uses. What names one
 * another in a ring goes at once.
 */
import { keyOf } from '../../objects/object.js';
import { pause } from '../run/pause.js';
import type { Judgement } from '../plan/plan.js';
import type { Deletion, Settled } from './deleteGuarded.js';

/** The garbage collector marks the pods of a deleted workload within seconds: who uses something for longer goes on. */
const RELEASE_TIMEOUT_MS = 60_000;
const RELEASE_POLL_MS = 1000;

export interface DeleteUsersFirstOptions {
  /** Judges anew, as if the objects of these UIDs used nothing. */
  readonly judge: (leaving?: ReadonlySet<string>) => Promise<readonly Judgement[]>;
  /** True for what this run may delete at all. */
  readonly isOpen: (judgement: Judgement) => boolean;
  /** True for what is deleted here: configs come later. */
  readonly isDeletable: (judgement: Judgement) => boolean;
  readonly remove: (deletions: readonly Deletion[], before: readonly Settled[]) => Promise<readonly Settled[]>;
  readonly now: () => number;
  /** Until when to wait for the users of something to be gone, ms since the epoch. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

type InUse = Extract<Judgement, { readonly why: 'inUse' }>;

export interface DeletedUsersFirst {
  readonly first: readonly Judgement[];
  /** The last judgement: nothing more can go, or everything has let go. */
  readonly last: readonly Judgement[];
  readonly settled: readonly Settled[];
  /** UIDs of what was deleted, or could not be. */
  readonly done: ReadonlySet<string>;
}

/** Deletes what may go, waits for it to be gone, and judges what it used anew, until nothing more may go or the time is up. */
export async function deleteUsersFirst(options: DeleteUsersFirstOptions): Promise<DeletedUsersFirst> {
  const { judge, isOpen, isDeletable, remove, now, deadline, signal } = options;
  const settled: Settled[] = [];
  const done = new Set<string>();
  const ready = (judgements: readonly Judgement[]): Deletion[] =>
    judgements.filter(
      (one): one is Deletion => one.verdict === 'delete' && isOpen(one) && isDeletable(one) && !done.has(one.uid),
    );
  const removeAll = async (deletions: readonly Deletion[]): Promise<void> => {
    for (const { uid } of deletions) done.add(uid);
    settled.push(...(await remove(deletions, [...settled])));
  };
  let first: readonly Judgement[] | undefined;
  for (let began = now(); ;) {
    const last = await judge();
    first ??= last;
    const free = ready(last);
    if (free.length > 0) {
      await removeAll(free);
      began = now();
      continue;
    }
    const held = last.filter(
      (one): one is InUse => one.verdict === 'keep' && one.why === 'inUse' && isOpen(one) && !done.has(one.uid),
    );
    const others = held.filter(isDeletable);
    const ring = others.length === 0 ? [] : ready(await judge(new Set(others.map(({ uid }) => uid))));
    if (ring.length > 0) {
      await removeAll(ring);
      began = now();
      continue;
    }
    // What a user holds that this run could not delete, and what this run deleted no user of, is not waited for.
    const failed = new Set(
      settled.flatMap(({ deletion, outcome }) => (outcome === 'failed' ? keyOf(deletion.id) : [])),
    );
    const isWaiting =
      settled.some(({ outcome }) => outcome !== 'failed' && outcome !== 'kept') &&
      held.some(({ facts }) => !facts.roots.some((root) => failed.has(root)));
    if (held.length === 0 || !isWaiting || now() - began >= RELEASE_TIMEOUT_MS || now() >= deadline)
      return { first, last, settled, done };
    await pause(RELEASE_POLL_MS, signal);
  }
}
