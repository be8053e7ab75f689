/** Whether the pods of a workload that is deleted and created anew stay. Pure. */
import { groupOf, type Json, type JsonObject, type KubeObject } from '../../../objects/object.js';
import { jsonEqual } from '../../../patch/jsonEqual.js';

const ADOPTERS: ReadonlySet<string> = new Set(['apps/StatefulSet', 'apps/Deployment', 'apps/DaemonSet']);

/**
 * True where the new workload selects, and so adopts, all that the old one leaves behind: it asks for nothing that the
 * old one did not ask for as well (apps/v1, spec.selector).
 */
export function adoptsPodsOf(live: KubeObject, desired: KubeObject): boolean {
  if (!ADOPTERS.has(`${groupOf(live.apiVersion)}/${live.kind}`)) return false;
  const [before, after] = [requirementsOf(live), requirementsOf(desired)];
  return after.length > 0 && after.every((one) => before.some((other) => jsonEqual(one, other)));
}

/** Each label and each expression of the selector. */
function requirementsOf({ spec }: KubeObject): Json[] {
  const { selector = {} } = (spec ?? {}) as {
    readonly selector?: { readonly matchLabels?: JsonObject; readonly matchExpressions?: readonly Json[] };
  };
  return [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ [key]: value })),
    ...(selector.matchExpressions ?? []),
  ];
}
