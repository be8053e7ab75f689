/** The status of what carries a label, without its manifests. Only gets and lists are sent. */
import { controllerOf, idOf } from '../../objects/object.js';
import { refuseBlind } from '../prune/refuseUnlisted.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { refuseMissingNamespaces } from '../run/missingNamespaces.js';
import { podSpecPath } from '../uses/references.js';
import { describeMembers, type SetStatus, type StatusContext } from './describeMembers.js';
import { tryList } from './tryList.js';

/**
 * The status of every workload, config and whatever else carries the labels.
 * @throws KapplyError `NothingListed` (exit 5)
 */
export async function readStatusByLabel(
  selector: string,
  namespaces: readonly string[] | 'all',
  context: StatusContext,
): Promise<SetStatus> {
  const { cluster, signal } = context;
  const discovery = await cluster.discover({ signal });
  const resources = discovery.resources.filter(
    ({ group, kind, preferred }) => preferred && podSpecPath(group, kind) !== undefined && kind !== 'PodTemplate',
  );
  const places = namespaces === 'all' ? [''] : namespaces;
  const lists = await mapConcurrently(
    resources.flatMap((resource) => places.map((namespace) => ({ resource, namespace }))),
    cluster.concurrency,
    ({ resource, namespace }) => tryList(cluster, resource, { namespace, signal, labelSelector: selector }),
  );
  const unlisted = lists.flatMap((list) => list.unlisted);
  const found = lists.flatMap((list) => list.items);
  refuseBlind({ unlisted, answered: unlisted.length < lists.length }, cluster);
  const warnings =
    found.length > 0 || namespaces === 'all'
      ? []
      : await refuseMissingNamespaces(cluster, namespaces, { discovery, signal });
  // Children speak through their workloads.
  const objects = found.filter((object) => controllerOf(object) === undefined);
  return describeMembers(
    objects.map((live) => ({ id: idOf(live), live, drift: [], isUnread: false })),
    { stale: [], warnings, unlisted },
    discovery,
    context,
  );
}
