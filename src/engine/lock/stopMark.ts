/** The mark on a Lease by which another run asks its holder to stop (--supersede). */
import { ApiError, isConflict } from '../../cluster/apiError.js';
import type { Cluster } from '../../cluster/cluster.js';
import { SUPERSEDED_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import type { ObservedLease } from './observeLease.js';
import { writeSpec, specOf } from './leaseSpec.js';

/**
 * Leaves a mark for the holder: stop, another run is to go on. Only for the holder that was observed.
 * @returns false where the Lease has changed since: it is to be observed again
 */
export async function askToStop(
  cluster: Cluster,
  { address, object, holder }: ObservedLease,
  { identity, signal }: { readonly identity: string; readonly signal: AbortSignal },
): Promise<boolean> {
  if (object === undefined || holder === '') return false;
  const annotations = { ...object.metadata.annotations, [SUPERSEDED_ANNOTATION]: identity };
  try {
    await writeSpec(cluster, address, object, specOf(object), signal, { annotations });
    return true;
  } catch (error) {
    if (isConflict(error) || (error instanceof ApiError && error.httpStatus === 404)) return false;
    throw error;
  }
}

/** Who asked the holder to stop; undefined where nobody did. */
export function stopAskedBy(lease: KubeObject): string | undefined {
  return lease.metadata.annotations?.[SUPERSEDED_ANNOTATION];
}
