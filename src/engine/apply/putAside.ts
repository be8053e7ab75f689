/**
 * Objects for which the server could not say anything: a webhook that is down, and that this very deploy may bring up.
 * They are put aside, the rest is applied and awaited, and they are tried again until the deadline.
 */
import { formatId, groupOf, idOf, keyOf, type KubeObject } from '../../objects/object.js';
import type { PlannedMember } from '../plan/makePlan.js';
import { pause } from '../run/pause.js';
import type { AppliedObject } from './applyStage.js';
import { dependenciesOf } from './waves.js';

const RETRY_MS = 3000;

/** The members that must wait for others: what they name in depends-on, their namespace, or their kind is put aside. */
export function blockedBy(
  members: readonly PlannedMember[],
  aside: readonly PlannedMember[],
  all: ReadonlyMap<string, unknown>,
): PlannedMember[] {
  const keys = new Set(aside.map(({ object }) => keyOf(idOf(object))));
  const namespaces = new Set(
    aside.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name),
  );
  const kinds = new Set(aside.flatMap(({ object }) => definedKind(object) ?? []));
  return members.filter(
    ({ object }) =>
      dependenciesOf(object, all).some((key) => keys.has(key)) ||
      namespaces.has(object.metadata.namespace ?? '') ||
      kinds.has(`${groupOf(object.apiVersion)}/${object.kind}`),
  );
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
  /** Keys of everything in the set. */
  readonly all: ReadonlyMap<string, unknown>;
  /** Applies members of one stage; what is put aside again has no object. */
  readonly apply: (members: readonly PlannedMember[]) => Promise<readonly AppliedObject[]>;
}

/**
 * Tries again what was put aside, in its order, until all is applied or refused, or the time is over.
 * @returns every object that was tried to its end; those still without an answer have `aside`
 */
export async function retryAside(first: readonly AppliedObject[], options: RetryOptions): Promise<AppliedObject[]> {
  const began = options.now();
  let aside = first;
  const done: AppliedObject[] = [];
  for (;;) {
    const waiting: AppliedObject[] = [];
    for (const result of aside) {
      const [blocked] = blockedBy(
        [result.member],
        waiting.map(({ member }) => member),
        options.all,
      );
      const [again] = blocked === undefined ? await options.apply([result.member]) : [result];
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
export function asideWords({ member, aside }: AppliedObject): string {
  return `${formatId(member.change.id)} is put aside, and tried again until it is accepted: ${aside?.message ?? ''}`;
}
