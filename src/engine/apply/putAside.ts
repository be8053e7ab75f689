/**
 * Objects for which the server could not say anything: a webhook that is down, and that this very deploy may bring up.
 * They are put aside, the rest is applied and awaited, and they are tried again until the deadline.
 */
import { formatId, keyOf, type KubeObject } from '../../objects/object.js';
import type { Applied, Change, Member } from '../plan/member.js';
import { pause } from '../run/pause.js';
import type { Stage } from './waves.js';

const RETRY_MS = 3000;

/** True for changes that must wait for one that is put aside: what they await, their namespace, or their kind. */
export function blockedBy(aside: readonly Applied[], awaits: Stage<Change>['awaits']): (change: Change) => boolean {
  const members = aside.map(({ change }): Member => change.member);
  const keys = new Set(members.map(({ id }) => keyOf(id)));
  const namespaces = new Set(members.flatMap(({ id }) => (id.kind === 'Namespace' ? [id.name] : [])));
  const kinds = new Set(members.flatMap(({ object }) => definedKind(object) ?? []));
  return ({ member: { id } }) =>
    (awaits[keyOf(id)] ?? []).some((key) => keys.has(key)) ||
    namespaces.has(id.namespace) ||
    kinds.has(`${id.group}/${id.kind}`);
}

function definedKind({ kind, spec }: KubeObject): string | undefined {
  if (kind !== 'CustomResourceDefinition') return undefined;
  const { group = '', names } = (spec ?? {}) as { group?: string; names?: { kind?: string } };
  return `${group}/${names?.kind ?? ''}`;
}

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** For all of them, ms. */
  readonly timeoutMs: number;
  /** Of all stages (`Stage.awaits`). */
  readonly awaits: Stage<Change>['awaits'];
  /** Applies changes of one stage; what is put aside again has no object. */
  readonly apply: (changes: readonly Change[]) => Promise<readonly Applied[]>;
}

/**
 * Tries again what was put aside, in its order, until all is applied or refused, or the time is over.
 * @returns every object that was tried to its end; those still without an answer have `aside`
 */
export async function retryAside(first: readonly Applied[], options: RetryOptions): Promise<Applied[]> {
  const began = options.now();
  let aside = first;
  const done: Applied[] = [];
  for (;;) {
    const waiting: Applied[] = [];
    for (const result of aside) {
      const isBlocked = blockedBy(waiting, options.awaits)(result.change);
      const [again] = isBlocked ? [result] : await options.apply([result.change]);
      if (again?.aside !== undefined) waiting.push(again);
      else if (again !== undefined) done.push(again);
    }
    const isRefused = done.some(({ object }) => object === undefined);
    if (waiting.length === 0 || isRefused || options.now() - began >= options.timeoutMs) return [...done, ...waiting];
    aside = waiting;
    await pause(RETRY_MS, options.signal);
  }
}

/** What is said when an object is put aside. */
export function asideWords({ change, aside }: Applied): string {
  return `${formatId(change.member.id)} is put aside, and tried again until it is accepted: ${aside?.message ?? ''}`;
}
