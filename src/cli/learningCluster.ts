/** A cluster from whose answers a run learns what it must not say, and whose refusals are masked where they arrive. */
import { ApiError, type Status } from '../cluster/apiError.js';
import { changedCluster } from '../cluster/changedCluster.js';
import type { Cluster } from '../cluster/cluster.js';
import { mapTexts } from '../objects/mapTexts.js';
import type { Masks } from '../objects/masks.js';
import type { KubeObject } from '../objects/object.js';

/** Before a message is shortened or worded anew: half a password is not found any more. */
export function learnFromCluster(cluster: Cluster, masks: Masks): Cluster {
  // Scans read thousands of objects: only where a Secret's data arrives is there anything to learn.
  const learn = <T extends KubeObject | undefined>(object: T): T => {
    if (object?.kind === 'Secret') masks.learn(object);
    return object;
  };
  const masked = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof ApiError ? maskedError(error, masks) : error;
    }
  };
  return changedCluster(cluster, {
    discover: (options) => masked(cluster.discover(options)),
    get: async (address, options) => learn(await masked(cluster.get(address, options))),
    list: async (resource, options) => {
      const list = await masked(cluster.list(resource, options));
      for (const item of list.items) learn(item);
      return list;
    },
    listMetadata: (resource, options) => masked(cluster.listMetadata(resource, options)),
    apply: async (address, object, options) => learn(await masked(cluster.apply(address, object, options))),
    create: async (address, object, options) => learn(await masked(cluster.create(address, object, options))),
    patch: async (address, patch, options) => learn(await masked(cluster.patch(address, patch, options))),
    remove: (address, options) => masked(cluster.remove(address, options)),
    logs: (namespace, pod, options) => masked(cluster.logs(namespace, pod, options)),
  });
}

function maskedError(error: ApiError, masks: Masks): ApiError {
  // Decisions stand on the reasons: whatever a Secret holds, they stay.
  const status: Status = mapTexts(error.status, masks.hideIn, (field) => field === 'reason' || field === 'name');
  if (status === error.status) return error;
  return new ApiError(error.httpStatus, status, {
    cause: error.cause,
    suggestions: error.suggestions,
    rights: error.rights,
    mayBeDone: error.mayBeDone,
  });
}
