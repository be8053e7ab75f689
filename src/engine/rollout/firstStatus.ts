/** Custom resources whose definition declares what their controllers say of them: without a status, none has looked yet. */
import { ApiError } from '../../cluster/apiError.js';
import { findResource, type ApiResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
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

/** The definitions of the custom kinds among these, by `GROUP/KIND`, as far as they may be read. */
export async function readDefinitions(
  resources: readonly ApiResource[],
  { cluster, discovery, signal }: { cluster: Cluster; discovery: Discovery; signal: AbortSignal },
): Promise<ReadonlyMap<string, KubeObject>> {
  const resource = findResource(discovery, 'apiextensions.k8s.io', 'v1', 'CustomResourceDefinition');
  if (resource === undefined) return new Map();
  const kinds = new Map(
    resources.flatMap((one) => (isBuiltInGroup(one.group) ? [] : [[`${one.group}/${one.kind}`, one] as const])),
  );
  const found = await mapConcurrently([...kinds], cluster.concurrency, async ([key, { group, plural }]) => {
    try {
      const definition = await cluster.get({ resource, namespace: '', name: `${plural}.${group}` }, { signal });
      return definition === undefined ? [] : [[key, definition] as const];
    } catch (error) {
      // Definitions belong to the cluster: whoever may not read them takes such an object as it is, as kstatus does.
      if (!(error instanceof ApiError)) throw error;
      return [];
    }
  });
  return new Map(found.flat());
}

/** True where the definition has status.conditions or status.observedGeneration in this version: a controller will write them. */
export function declaresStatus(definition: KubeObject | undefined, version: string): boolean {
  const spec = definition?.spec as Definition | undefined;
  const served = spec?.versions?.find(({ name }) => name === version);
  if (served?.subresources?.status === undefined) return false;
  const fields = served.schema?.openAPIV3Schema?.properties?.status?.properties ?? {};
  return 'conditions' in fields || 'observedGeneration' in fields;
}
