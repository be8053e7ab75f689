import type { Cluster } from './cluster.js';

/** The cluster with some of its functions changed. It has two counters, which a copy must not freeze. */
export function changedCluster(cluster: Cluster, changed: Partial<Cluster>): Cluster {
  return {
    ...cluster,
    ...changed,
    get warnings() {
      return cluster.warnings;
    },
    get requests() {
      return cluster.requests;
    },
  };
}
