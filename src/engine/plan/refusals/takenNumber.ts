/** A port of the nodes, or an address, that another Service has: often this one under its old name, which is pruned last. */
import type { ApiError } from '../../../cluster/apiError.js';
import type { ObjectId } from '../../../objects/object.js';
import { shellCommand } from '../../../objects/shellCommand.js';

/** What one Service of the cluster has alone: core/v1 ServiceSpec. */
const NUMBER = /^spec\.(?:ports\[\d+\]\.nodePort|clusterIPs?(?:\[\d+\])?|healthCheckNodePort)$/;

/** What to do where a Service is refused for such a field; undefined for any other refusal. Pure. */
export function takenNumber({ status }: ApiError, { group, kind }: ObjectId): string | undefined {
  if (group !== '' || kind !== 'Service' || status.reason !== 'Invalid') return undefined;
  if (!(status.details?.causes ?? []).some(({ field = '' }) => NUMBER.test(field))) return undefined;
  const list = shellCommand(['kubectl', 'get', 'services', '--all-namespaces']);
  return (
    `Where another Service has it (${list} shows which): two never have one. ` +
    'If that is this one under its old name, delete the old one first, or leave the field out: the server then chooses.'
  );
}
