import { findResource, type ApiResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import { RECORD_LABEL } from '../../objects/annotations.js';
import { readRecord, type DeployRecord } from './record.js';

export interface RecordsContext {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/** The kind of a record; undefined where the server has no ConfigMaps. */
export function recordResource(discovery: Discovery): ApiResource | undefined {
  return findResource(discovery, '', 'v1', 'ConfigMap');
}

/**
 * The records of a set in a namespace, newest first; in `''`, of all sets of the name. Only metadata is read.
 * @throws ApiError (403) where ConfigMaps may not be listed
 */
export async function listRecords(
  set: string,
  namespace: string,
  { cluster, discovery, signal }: RecordsContext,
): Promise<DeployRecord[]> {
  const resource = recordResource(discovery);
  if (resource === undefined) return [];
  const { items } = await cluster.listMetadata(resource, {
    namespace,
    labelSelector: `${RECORD_LABEL}=${set}`,
    signal,
  });
  return items
    .flatMap((object) => readRecord(object) ?? [])
    .filter((record) => record.set === set)
    .sort((a, b) => b.number - a.number);
}
