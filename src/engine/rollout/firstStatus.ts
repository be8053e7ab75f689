/** Custom resources whose definition declares what their controllers say of them: without a status, none has looked yet. */
import { ApiError } from '../../cluster/apiError.js';
import { findResource, type ApiResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { isBuiltInGroup } from '../uses/builtInGroups.js';

/** A controller that runs looks at an object within seconds. */
export const FIRST_STATUS_MS = 30_000;

interface Definition {
  readonly versions?: readonly {
    readonly name?: string;
    readonly subresources?: { readonly status?: object };
    readonly schema?: { readonly openAPIV3Schema?: { readonly properties?: Readonly<Record<string, Schema>> } };
  }[];
}
interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** `GROUP/KIND` of the kinds among these whose definition has status.conditions or status.observedGeneration. */
export async function kindsWithStatus(
  targets: readonly { readonly applied: KubeObject; readonly resource: ApiResource }[],
  { cluster, discovery, signal }: { cluster: Cluster; discovery: Discovery; signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const resource = findResource(discovery, 'apiextensions.k8s.io', 'v1', 'CustomResourceDefinition');
  const kinds = new Map<string, ApiResource>();
  for (const target of targets) {
    const { group, kind } = target.resource;
    if (!isBuiltInGroup(group) && !hasStatus(target.applied)) kinds.set(`${group}/${kind}`, target.resource);
  }
  const found = new Set<string>();
  if (resource === undefined) return found;
  for (const [key, { group, plural, version }] of kinds) {
    try {
      const definition = await cluster.get({ resource, namespace: '', name: `${plural}.${group}` }, { signal });
      if (declaresStatus(definition?.spec as Definition | undefined, version)) found.add(key);
    } catch (error) {
      // Definitions belong to the cluster: whoever may not read them takes such an object as it is, as kstatus does.
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return found;
}

/** Whether anything in the status was written by a controller that looks at the object. */
export function hasStatus({ status }: KubeObject): boolean {
  return typeof status === 'object' && status !== null && Object.keys(status).length > 0;
}

function declaresStatus(spec: Definition | undefined, version: string): boolean {
  const served = spec?.versions?.find(({ name }) => name === version);
  if (served?.subresources?.status === undefined) return false;
  const fields = served.schema?.openAPIV3Schema?.properties?.status?.properties ?? {};
  return 'conditions' in fields || 'observedGeneration' in fields;
}
