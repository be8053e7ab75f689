import type { JsonObject, KubeObject } from '../../objects/object.js';
import { controllerOf } from '../../objects/object.js';
import { controllerReference } from './owners.js';
import { isReady } from './podState.js';
import { selects } from './labelSelector.js';
import type { Controller, Simulation } from './simulation.js';
import { keyOf, splitKey } from './simulation.js';
import type { PodObject, ServiceObject } from './workloadTypes.js';

const ENDPOINT_SLICE = 'discovery.k8s.io/EndpointSlice';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslice-controller.k8s.io';
const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * Keeps an EndpointSlice for every Service with a selector. It has all labels of the Service, so a prune by label sees it
 * (kubernetes/kubernetes staging endpointslice, reconciler and utils).
 */
export const endpointSlices: Controller = {
  name: 'endpointslice-controller',
  kinds: ['Service', 'Pod', ENDPOINT_SLICE],
  keysFor: ({ kind, object }, { client }) => {
    if (kind === 'Service') return [keyOf(object)];
    const { namespace = '', labels } = object.metadata;
    if (kind === ENDPOINT_SLICE)
      return labels?.[SERVICE_NAME] === undefined ? [] : [`${namespace}/${labels[SERVICE_NAME]}`];
    return client
      .list('Service', namespace)
      .filter((service) => selectsPod(service, object))
      .map(keyOf);
  },
  sync: (key, simulation) => {
    const { client } = simulation;
    const { namespace, name } = splitKey(key);
    const service = client.get('Service', namespace, name);
    const known = client
      .list(ENDPOINT_SLICE, namespace)
      .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name && metadata.labels[MANAGED_BY] === MANAGER);
    if (service?.metadata.deletionTimestamp !== undefined || !hasEndpoints(service)) {
      for (const slice of known) client.remove(ENDPOINT_SLICE, slice);
      return undefined;
    }
    reconcile(simulation, service, known);
    return undefined;
  },
};

function hasEndpoints(service: ServiceObject | undefined): service is ServiceObject {
  return service?.spec?.selector !== undefined && service.spec.type !== 'ExternalName';
}

function selectsPod({ spec = {} }: ServiceObject, pod: KubeObject): boolean {
  return spec.selector !== undefined && selects({ matchLabels: spec.selector }, pod.metadata.labels);
}

function reconcile({ client }: Simulation, service: ServiceObject, known: readonly KubeObject[]): void {
  const { name, namespace = '' } = service.metadata;
  const pods = client.list('Pod', namespace).filter((pod) => selectsPod(service, pod) && hasAddress(pod));
  const endpoints = pods.map((pod) => endpointOf(service, pod));
  const current = known.find((slice) => controllerOf(slice)?.uid === service.metadata.uid);
  const labels: Record<string, string> = {
    ...service.metadata.labels,
    [MANAGED_BY]: MANAGER,
    [SERVICE_NAME]: name,
    ...(service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
  };
  const content = { addressType: 'IPv4', endpoints, ports: portsOf(service, pods) };
  if (current !== undefined) {
    client.update(ENDPOINT_SLICE, { ...current, metadata: { ...current.metadata, labels }, ...content });
    return;
  }
  client.create(ENDPOINT_SLICE, {
    metadata: { generateName: `${name}-`, namespace, labels, ownerReferences: [controllerReference(service)] },
    ...content,
  });
}

function hasAddress({ status }: PodObject): boolean {
  return status?.podIP !== undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed';
}

function endpointOf(service: ServiceObject, pod: PodObject): JsonObject {
  const { name, namespace = '', uid = '', deletionTimestamp } = pod.metadata;
  const serving = isReady(pod);
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && deletionTimestamp === undefined);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready, serving, terminating: deletionTimestamp !== undefined },
    nodeName: pod.spec.nodeName ?? '',
    targetRef: { kind: 'Pod', name, namespace, uid },
  };
}

function portsOf(service: ServiceObject, pods: readonly PodObject[]): JsonObject[] {
  return (service.spec?.ports ?? []).map(({ name = '', protocol = 'TCP', appProtocol, port, targetPort = port }) => ({
    name,
    protocol,
    port: typeof targetPort === 'number' ? targetPort : (namedPort(pods[0], targetPort) ?? port),
    ...(appProtocol === undefined ? {} : { appProtocol }),
  }));
}

function namedPort(pod: PodObject | undefined, wanted: string): number | undefined {
  const { containers = [] } = (pod?.spec ?? {}) as {
    readonly containers?: readonly { readonly ports?: readonly { name?: string; containerPort: number }[] }[];
  };
  return containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === wanted)?.containerPort;
}
