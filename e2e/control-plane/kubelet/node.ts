/** The stand-in's Node and its Lease, which tell the controllers that it lives (KEP-589). */
import { findResource, type Cluster, type ObjectAddress } from '../../../src/cluster/cluster.js';
import type { KubeObject } from '../../../src/objects/object.js';

/** The address of an object of a built-in kind. */
export async function addressOf(
  cluster: Cluster,
  apiVersion: { readonly group: string; readonly version: string },
  kind: string,
  namespace: string,
  name: string,
): Promise<ObjectAddress> {
  const resource = findResource(await cluster.discover(), apiVersion.group, apiVersion.version, kind);
  if (resource === undefined) throw new Error(`${kind} is not served by ${cluster.server}`);
  return { resource, namespace, name };
}

const lease = (node: string): KubeObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: node, namespace: 'kube-node-lease' },
  spec: { holderIdentity: node, leaseDurationSeconds: 40, renewTime: new Date().toISOString().replace('Z', '000Z') },
});

/** Registers a node that has room for whatever the tests run. `port` is where its logs are served. */
export async function registerNode(cluster: Cluster, node: string, port: number): Promise<void> {
  const core = { group: '', version: 'v1' };
  const address = await addressOf(cluster, core, 'Node', '', node);
  await cluster.create(address, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node, labels: { 'kubernetes.io/hostname': node, 'kubernetes.io/os': 'linux' } },
    spec: {},
  });
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = (type: string, status: string, reason: string): Record<string, string> => ({
    type,
    status,
    reason,
    message: reason,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  const room = { cpu: '64', memory: '256Gi', 'ephemeral-storage': '1Ti', pods: '5000' };
  const status = {
    capacity: room,
    allocatable: room,
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: node },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
      condition('Ready', 'True', 'KubeletReady'),
    ],
  };
  await cluster.patch(address, { status }, { type: 'strategic', subresource: 'status' });
  const { name } = address;
  const leaseAddress = await addressOf(
    cluster,
    { group: 'coordination.k8s.io', version: 'v1' },
    'Lease',
    'kube-node-lease',
    name,
  );
  await cluster.create(leaseAddress, lease(node));
}

/** Says that the node lives. */
export async function renewLease(cluster: Cluster, node: string): Promise<void> {
  const coordination = { group: 'coordination.k8s.io', version: 'v1' };
  const address = await addressOf(cluster, coordination, 'Lease', 'kube-node-lease', node);
  await cluster.patch(address, { spec: lease(node).spec as Record<string, string> }, { type: 'merge' });
}
