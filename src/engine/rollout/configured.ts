/** Whether what a container names in its environment is there: kubelet gives one reason for all that it cannot set up. */
import { ApiError } from '../../cluster/apiError.js';
import { findResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';

interface KeyReference {
  readonly name?: string;
  readonly key?: string;
  readonly optional?: boolean;
}

interface Container {
  readonly name?: string;
  readonly env?: readonly { readonly valueFrom?: { configMapKeyRef?: KeyReference; secretKeyRef?: KeyReference } }[];
  readonly envFrom?: readonly { configMapRef?: KeyReference; secretRef?: KeyReference }[];
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/**
 * @returns true where all of it is there, so that kubelet's next try succeeds; false where something is missing; undefined
 * where it may not be read
 */
export async function isConfigured(
  pod: KubeObject,
  containerName: string | undefined,
  { cluster, discovery, signal }: { cluster: Cluster; discovery: Discovery; signal: AbortSignal },
): Promise<boolean | undefined> {
  const spec = (pod.spec ?? {}) as PodSpec;
  const container = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].find(
    ({ name }) => name === containerName,
  );
  if (container === undefined) return undefined;
  for (const { kind, name = '', key, optional = false } of referencesOf(container)) {
    if (optional || name === '') continue;
    const resource = findResource(discovery, '', 'v1', kind);
    if (resource === undefined) return undefined;
    try {
      const object = await cluster.get({ resource, namespace: pod.metadata.namespace ?? '', name }, { signal });
      if (object === undefined || (key !== undefined && !hasKey(object, key))) return false;
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }
  return true;
}

function referencesOf({ env = [], envFrom = [] }: Container): (KeyReference & { kind: 'ConfigMap' | 'Secret' })[] {
  const of = (kind: 'ConfigMap' | 'Secret', reference: KeyReference | undefined) =>
    reference === undefined ? [] : [{ ...reference, kind }];
  return [
    ...env.flatMap(({ valueFrom }) => [
      ...of('ConfigMap', valueFrom?.configMapKeyRef),
      ...of('Secret', valueFrom?.secretKeyRef),
    ]),
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [...of('ConfigMap', configMapRef), ...of('Secret', secretRef)]),
  ];
}

/** Variables are set from `data` alone; what is in `binaryData` is for volumes (kubelet, makeEnvironmentVariables). */
function hasKey({ data }: KubeObject, key: string): boolean {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, key);
}
