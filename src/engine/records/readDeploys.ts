/** The recorded deploys of a set, found where they lie, and what its Lease says of a run that left no record. */
import { ApiError } from '../../cluster/apiError.js';
import type { Cluster } from '../../cluster/cluster.js';
import { inputError } from '../../errors.js';
import { holderOf } from '../lock/activity.js';
import { observeLease } from '../lock/observeLease.js';
import { transitionsOf } from '../lock/leaseRecord.js';
import type { LockHolder } from '../run/events.js';
import { listRecords, type RecordsContext } from './listRecords.js';
import type { DeployRecord } from './record.js';

export interface RecordedDeploys {
  readonly set: string;
  /** Where the records lie, and the Lease. */
  readonly namespace: string;
  /** Newest first, never empty. */
  readonly records: readonly DeployRecord[];
  /** A run that holds the set's lock, or was killed with it; undefined where none does. */
  readonly holder: LockHolder | undefined;
  /** True where a run that wrote was there after the newest record and left none: it is under way, it was killed, or it was told not to. */
  readonly isUnrecorded: boolean;
}

/**
 * Looks in the given namespace, and where there is none in all of them.
 * @throws KapplyError (exit 2): `NoRecords`, `SeveralSets`; ApiError (403) where ConfigMaps may not be listed
 */
export async function readDeploys(
  set: string,
  namespace: string,
  { cluster, signal }: { readonly cluster: Cluster; readonly signal: AbortSignal },
): Promise<RecordedDeploys> {
  const discovery = await cluster.discover({ signal });
  const context = { cluster, discovery, signal };
  const here = await listRecords(set, namespace, context);
  const records = here.length > 0 ? here : await elsewhere(set, namespace, context);
  const place = records[0]?.namespace ?? namespace;
  const lease = await readLease(set, place, context);
  const last = lease === undefined ? undefined : transitionsOf(lease.object);
  const known = records.flatMap(({ transitions }) => transitions ?? []);
  return {
    set,
    namespace: place,
    records,
    holder: lease?.holder,
    isUnrecorded: last !== undefined && known.length > 0 && last > Math.max(...known),
  };
}

async function elsewhere(set: string, namespace: string, context: RecordsContext): Promise<DeployRecord[]> {
  const found = await listEverywhere(set, context);
  const places = [...new Set((found ?? []).map((record) => record.namespace))].sort();
  if (found !== undefined && places.length === 1) return found;
  if (places.length > 1) {
    throw inputError('SeveralSets', `set ${set} was deployed from several namespaces: ${places.join(', ')}`, {
      suggestions: ['Say which with -n.'],
    });
  }
  throw inputError('NoRecords', `no deploy of set ${set} is recorded in ${namespace}`, {
    suggestions: [
      found === undefined
        ? 'Records lie beside the Lease of the set: say its namespace with -n.'
        : 'A deploy of a set with a name leaves a record when it ends, unless --records is 0.',
    ],
  });
}

/** Undefined where a list across all namespaces is not allowed. */
async function listEverywhere(set: string, context: RecordsContext): Promise<DeployRecord[] | undefined> {
  try {
    return await listRecords(set, '', context);
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 403) return undefined;
    throw error;
  }
}

/** Whoever may not read Leases knows the records alone. */
async function readLease(set: string, namespace: string, { cluster, discovery, signal }: RecordsContext) {
  try {
    const observed = await observeLease(cluster, { set, namespace, discovery, signal });
    if (observed?.object === undefined) return undefined;
    const { object, holder } = observed;
    return { object, holder: holder === '' ? undefined : holderOf(holder, object) };
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 403) return undefined;
    throw error;
  }
}
