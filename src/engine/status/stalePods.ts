/**
 * Pods that started before a plain-named config that they read at start was last changed: the case in which Kubernetes
 * never redeploys. Pure.
 */
import type { KubeObject } from '../../objects/object.js';
import { familyOf } from '../configs/revisions.js';
import { CONFIG_HASH_ANNOTATION } from '../../objects/annotations.js';
import { configHashOf } from '../configs/configHash.js';
import { configsOf } from '../configs/configReads.js';

export interface StalePod {
  readonly pod: string;
  /** `ConfigMap/app`. */
  readonly config: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly changedAt: string;
  /** True where a hash of the data proves it; times of managed fields move on a change of a label as well (seen). */
  readonly certain: boolean;
}

/**
 * @param configs the live plain-named configs by `KIND/NAMESPACE/NAME`; metadata suffices
 * @param ofSet those of them that belong to the set, with their data: what `--restart-on-change` hashed
 */
export function stalePodsOf(
  pods: readonly KubeObject[],
  configs: ReadonlyMap<string, KubeObject>,
  ofSet: ReadonlyMap<string, KubeObject>,
): StalePod[] {
  return pods.flatMap((pod) => {
    const startedAt = startOf(pod);
    const { namespace = '', name, deletionTimestamp } = pod.metadata;
    if (startedAt === undefined || deletionTimestamp !== undefined) return [];
    const hash = configHashOf(pod, ofSet);
    const stamped = hash === undefined ? undefined : pod.metadata.annotations?.[CONFIG_HASH_ANNOTATION];
    if (stamped !== undefined && stamped === hash) return [];
    return configsOf(pod).flatMap((read): StalePod[] => {
      if (!read.atStart || familyOf(read.name) !== undefined) return [];
      const config = configs.get(`${read.kind}/${namespace}/${read.name}`);
      const changedAt = config === undefined ? undefined : lastDataChange(config);
      if (changedAt === undefined || Date.parse(changedAt) <= Date.parse(startedAt)) return [];
      return [{ pod: name, config: `${read.kind}/${read.name}`, startedAt, changedAt, certain: stamped !== undefined }];
    });
  });
}

/** When the first of the containers that run now started: it may have read its environment then. */
function startOf(pod: KubeObject): string | undefined {
  const { containerStatuses = [] } = (pod.status ?? {}) as {
    containerStatuses?: { state?: { running?: { startedAt?: string } } }[];
  };
  return containerStatuses
    .flatMap(({ state }) => (state?.running?.startedAt === undefined ? [] : [state.running.startedAt]))
    .sort()[0];
}

/** The newest time at which a manager of the data wrote. */
function lastDataChange(config: KubeObject): string | undefined {
  return (config.metadata.managedFields ?? [])
    .filter(({ fieldsV1 = {} }) =>
      ['f:data', 'f:binaryData', 'f:stringData'].some((field) => Object.hasOwn(fieldsV1, field)),
    )
    .flatMap(({ time }) => (time === undefined ? [] : [time]))
    .sort()
    .at(-1);
}
