import type { Simulation } from '../controllers/simulation.js';
import { NODE_LABELS, NODE_NAME } from '../nodeIdentity.js';
import { timestamp } from '../store.js';

/** Makes the Node object, as a kubelet does when it starts. */
export function registerNode({ client, now }: Simulation): void {
  if (client.get('Node', '', NODE_NAME) !== undefined) return;
  const node = client.create('Node', { metadata: { name: NODE_NAME, labels: NODE_LABELS }, spec: {} });
  const time = timestamp(now());
  const resources = { cpu: '64', memory: '256Gi', 'ephemeral-storage': '1Ti', pods: '10000' };
  client.updateStatus('Node', {
    ...node,
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: NODE_NAME },
      ],
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'sandbox://1.0.0',
        kernelVersion: '',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.37.2',
        machineID: '',
        operatingSystem: 'linux',
        osImage: 'kapply sandbox',
        systemUUID: '',
      },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: time,
          lastTransitionTime: time,
        },
      ],
    },
  });
}
