/**
 * A workload's replicas when the manifest gives them up, or an autoscaler sets them. Dropping a field that only we own
 * resets it to its default: a Deployment of 3 becomes 1 (seen).
 */
import { groupOf, idOf, keyOf, type KubeObject, type ManagedFieldsEntry } from '../../../objects/object.js';
import { fieldsV1LeadsTo } from '../../../patch/apply/fieldsV1.js';

export interface SettledReplicas {
  readonly object: KubeObject;
  readonly note: string | undefined;
}

/**
 * What to send of spec.replicas: the manifest's number, nothing where another manager holds the live one, or the live
 * one where only we do.
 * @param owners the managedFields as they are when we apply (after a take-over)
 * @param scalable the server serves a scale subresource of its kind: custom resources have one as well
 * @param autoscaled a HorizontalPodAutoscaler targets the workload
 */
export function settleReplicas(
  desired: KubeObject,
  live: KubeObject | undefined,
  options: {
    readonly owners: readonly ManagedFieldsEntry[];
    readonly manager: string;
    readonly autoscaled: boolean;
    readonly scalable: boolean;
  },
): SettledReplicas {
  const wanted = replicasOf(desired);
  const current = live === undefined ? undefined : replicasOf(live);
  if (!options.scalable || current === undefined || (wanted !== undefined && !options.autoscaled)) {
    return { object: desired, note: undefined };
  }
  const holders = options.owners.filter(({ fieldsV1 }) => fieldsV1LeadsTo(fieldsV1, ['f:spec', 'f:replicas']));
  const isOurs = ({ manager, operation }: ManagedFieldsEntry): boolean =>
    manager === options.manager && operation === 'Apply';
  const why = options.autoscaled ? 'a HorizontalPodAutoscaler sets them' : 'the manifest names none';
  if (holders.some((entry) => !isOurs(entry)) || holders.length === 0) {
    // Without replicas in what we send, whoever holds the number keeps it.
    const note = wanted === undefined || wanted === current ? undefined : `keeps the live replicas ${current}: ${why}`;
    return { object: wanted === undefined ? desired : withReplicas(desired, undefined), note };
  }
  return {
    object: withReplicas(desired, current),
    note: wanted === current ? undefined : `keeps the live replicas ${current}: ${why}`,
  };
}

function replicasOf(object: KubeObject): number | undefined {
  const replicas = (object.spec as { replicas?: unknown } | undefined)?.replicas;
  return typeof replicas === 'number' ? replicas : undefined;
}

function withReplicas(object: KubeObject, replicas: number | undefined): KubeObject {
  const { replicas: _, ...spec } = object.spec as Record<string, unknown>;
  return { ...object, spec: replicas === undefined ? spec : { ...spec, replicas } };
}

/** The keys of the workloads that the autoscalers among the objects target (autoscaling scaleTargetRef). */
export function autoscaledKeys(objects: readonly KubeObject[]): Set<string> {
  return new Set(
    objects.flatMap((object) => {
      if (object.kind !== 'HorizontalPodAutoscaler' || groupOf(object.apiVersion) !== 'autoscaling') return [];
      const target = (
        object.spec as { scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string } } | undefined
      )?.scaleTargetRef;
      const { apiVersion = 'apps/v1', kind = '', name = '' } = target ?? {};
      return [keyOf({ ...idOf(object), group: groupOf(apiVersion), kind, name })];
    }),
  );
}
