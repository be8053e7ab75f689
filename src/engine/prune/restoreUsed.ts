/**
 * Between the last judgement of a config and its DELETE somebody can begin to use it: `kubectl rollout undo`, another
 * run. No precondition sees that. So what is deleted is read before, the uses are read once more after the deletes, and
 * what is used by then is created again: docs/decisions/0077.
 */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import type { ObjectAddress } from '../../cluster/cluster.js';
import { formatId, type KubeObject } from '../../objects/object.js';
import { scanUses, unknownUses, type ScanOptions } from '../uses/scanUses.js';
import { useKey } from '../uses/uses.js';
import type { WriteContext } from '../run/options.js';
import type { Deletion } from './deleteGuarded.js';

/** A config that this run has deleted. */
export interface DeletedConfig {
  readonly deletion: Deletion;
  readonly address: ObjectAddress;
  /** As it was; undefined where it may not be read. A Secret's data is held here alone. */
  readonly object: KubeObject | undefined;
}

export interface RestoreUsedOptions extends Omit<ScanOptions, 'candidates' | 'signal' | 'plainNames'> {
  readonly plainNames?: boolean;
  /** Whose fields the config's are by then. */
  readonly fieldManager: string;
}

/** @returns true where something that is in use was deleted, whether it is there again or not */
export async function restoreUsed(
  deleted: readonly DeletedConfig[],
  options: RestoreUsedOptions,
  context: WriteContext,
): Promise<boolean> {
  const { plainNames = false } = options;
  const candidates = deleted.map(({ deletion }) => deletion.id);
  const scan = await scanUses(context.cluster, { ...options, candidates, plainNames, signal: context.signal });
  let found = false;
  for (const config of deleted) {
    const { id } = config.deletion;
    const user = (scan.uses.get(useKey(id)) ?? []).find(({ active }) => active)?.words;
    const unknown = unknownUses(scan, id);
    if (user !== undefined) found = (await restoreOne(config, user, options, context)) || found;
    else if (unknown !== undefined) {
      const message = `whether something began to use ${formatId(id)} while it was deleted is not known: ${unknown}`;
      context.emit({ type: 'warning', message });
    }
  }
  return found;
}

async function restoreOne(
  { deletion: { id, version }, address, object }: DeletedConfig,
  user: string,
  { fieldManager }: RestoreUsedOptions,
  { cluster, emit, signal, now }: WriteContext,
): Promise<boolean> {
  const settle = (outcome: 'restored' | 'failed', reason: string): true => {
    emit({ type: 'warning', message: `${formatId(id)} ${reason}` });
    emit({ type: 'pruned', id, version, outcome, reason, at: now() });
    return true;
  };
  const began = `${user} began to use it while it was deleted`;
  if (object === undefined) return settle('failed', `was deleted, but ${began}, and it could not be read before`);
  try {
    const there = await cluster.get(address, { signal });
    // Whoever began to use it may have made it anew.
    if (there !== undefined && there.metadata.deletionTimestamp === undefined) return false;
    if (there !== undefined) return settle('failed', `is being deleted, but ${began}: its finalizers hold it`);
    await cluster.apply(address, asNew(object), { fieldManager, signal, unlocked: true });
    return settle('restored', `is created again: ${began}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return settle('failed', `was deleted, but ${began}, and it could not be created again: ${refusedWords(error)}`);
  }
}

/** What a person would write down of it: its owners are gone or would take it away again, the rest is the server's. */
function asNew({ apiVersion, kind, metadata, ...content }: KubeObject): KubeObject {
  const { name, namespace, labels, annotations, finalizers } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(finalizers !== undefined && { finalizers }),
    },
    ...content,
  };
}
