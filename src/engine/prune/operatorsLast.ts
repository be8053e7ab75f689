/**
 * A custom resource with a finalizer is gone only when an operator has done its work: freed a volume, an address, an
 * account. Whichever operator that is, it must still run by then, with its accounts, roles and namespace. So such
 * custom resources go before everything else, and where one stays, whatever could be its operator stays as well:
 * docs/decisions/0100.
 */
import { findResource } from '../../cluster/cluster.js';
import { formatId } from '../../objects/object.js';
import type { Judgement } from '../plan/plan.js';
import { awaitGone } from '../run/awaitGone.js';
import type { WriteContext } from '../run/options.js';
import type { Deletion, DeleteOptions, Settled } from './deleteGuarded.js';

export interface AwaitOperatorsOptions extends Pick<DeleteOptions, 'discovery' | 'deadline'> {
  readonly judgements: readonly Judgement[];
  /** True for what this run may delete. */
  readonly isOpen: (judgement: Judgement) => boolean;
  /** Deletes them side by side, and waits. */
  readonly remove: (deletions: readonly Deletion[]) => Promise<readonly Settled[]>;
}

export interface AwaitedOperators {
  readonly settled: readonly Settled[];
  /** The custom resources that are still there. */
  readonly left: readonly Judgement[];
}

/** Deletes the custom resources with finalizers, and waits for those that are being deleted already. */
export async function awaitOperators(
  { judgements, isOpen, remove, ...options }: AwaitOperatorsOptions,
  context: WriteContext,
): Promise<AwaitedOperators> {
  const awaited = judgements.filter(({ finalizers }) => finalizers !== undefined);
  const going = awaited.filter((one): one is Deletion => one.verdict === 'delete' && isOpen(one));
  const begun = awaited.filter((one) => one.verdict === 'keep' && one.why === 'terminating');
  const settled = going.length === 0 ? [] : await remove(going);
  const left: Judgement[] = [];
  for (const one of [...going, ...begun]) if (await isThere(one, options, context)) left.push(one);
  return { settled, left };
}

async function isThere(
  { id, version, uid }: Judgement,
  { discovery, deadline }: Pick<AwaitOperatorsOptions, 'discovery' | 'deadline'>,
  context: WriteContext,
): Promise<boolean> {
  const resource = findResource(discovery, id.group, version, id.kind);
  if (resource === undefined) return false;
  const timeoutMs = Math.max(0, deadline - context.now());
  const address = { resource, namespace: id.namespace, name: id.name };
  return (await awaitGone(address, uid, { ...context, timeoutMs })) !== undefined;
}

/** Why what could be the operator stays. */
export function operatorWords(left: readonly Judgement[]): string {
  const [first] = left;
  if (first === undefined) return '';
  const more = left.length > 1 ? ` and ${left.length - 1} more` : '';
  const finalizers = (first.finalizers ?? []).join(', ');
  return `${formatId(first.id)}${more} is not gone (finalizer ${finalizers}): its operator may need this`;
}
