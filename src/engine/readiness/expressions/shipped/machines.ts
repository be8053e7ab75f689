/** Rules for machines: KubeVirt and Cluster API. */
import { count, has, knows, paused, quoted, rest, shipped } from './conditions.js';

const STOPS_BY_ITSELF = ['Halted', 'Manual', 'RerunOnFailure', 'Once'];

/** Of KubeVirt. */
export const kubevirt = [
  ...shipped('kubevirt.io', ['VirtualMachine'], {
    // While a machine runs, its controller notes the generation that it has looked at.
    inProgress:
      'status.?created.orValue(false) && status.?desiredGeneration.orValue(metadata.generation) != metadata.generation',
    rests: [
      paused('Paused'),
      rest(has('RestartRequired', 'True'), 'runs as before', 'runs as it was before, until it is restarted'),
    ],
    failing: `status.?printableStatus.orValue('') == 'DataVolumeError' || ${count('status.?startFailure.consecutiveFailCount')} >= 5`,
    current: `${has('Ready', 'True')} || (status.?printableStatus.orValue('') == 'Stopped' && (spec.?runStrategy.orValue('') in [${quoted(STOPS_BY_ITSELF)}] || spec.?running.orValue(true) == false)) || (status.?printableStatus.orValue('') == 'WaitingForReceiver' && spec.?runStrategy.orValue('') == 'WaitAsReceiver')`,
    speaks: ['Failure'],
  }),
  ...shipped('kubevirt.io', ['VirtualMachineInstance'], {
    failed: `status.phase == 'Failed'`,
    rests: [paused('Paused')],
    current: `status.phase == 'Succeeded' || ${has('Ready', 'True')}`,
  }),
  ...shipped('cdi.kubevirt.io', ['DataVolume'], {
    failed: `status.phase == 'Failed'`,
    rests: [
      rest(`status.phase == 'Paused'`, 'suspended', 'is suspended (status.phase: Paused): nothing is awaited'),
      rest(
        `status.phase in ['WaitForFirstConsumer', 'PendingPopulation']`,
        'waits for its first consumer',
        'is filled when something uses it for the first time',
      ),
      rest(`status.phase == 'UploadReady'`, 'waits for an upload', 'is filled when somebody uploads into it'),
    ],
    failing: `${count('status.restartCount')} >= 5 && ${has('Running', 'False', ['Error'])}`,
    current: `status.phase == 'Succeeded'`,
  }),
];

const REPLICAS = count('spec.replicas', '1');
/** Set by versions of Cluster API before its contract v1beta2, and kept by it where an object was converted. */
const CAPI_FAILED =
  'has(status.failureReason) || status.?deprecated.?v1beta1.?failureReason.hasValue() || ' +
  `status.?phase.orValue('') == 'Failed'`;
/** Available in the contract v1beta2; before, Ready was the summary. */
const CAPI_AVAILABLE = `(${has('Available', 'True')} || (!${knows('Available')} && ${has('Ready', 'True')}))`;

/** Of Cluster API. */
export const clusterApi = [
  ...shipped('cluster.x-k8s.io', ['Cluster'], {
    failed: CAPI_FAILED,
    rests: [paused('Paused')],
    current: `${CAPI_AVAILABLE} && !${has('RollingOut', 'True')}`,
    speaks: ['Available'],
  }),
  ...shipped('cluster.x-k8s.io', ['MachineDeployment'], {
    rests: [paused('Paused')],
    failing: `status.?phase.orValue('') == 'Failed'`,
    current:
      `${CAPI_AVAILABLE} && !${has('RollingOut', 'True')} && ${count('status.replicas')} == ${REPLICAS} && ` +
      `${count('status.upToDateReplicas', count('status.updatedReplicas'))} == ${REPLICAS}`,
    speaks: ['Available'],
  }),
  // Has no summary of its own.
  ...shipped('cluster.x-k8s.io', ['MachineSet'], {
    failed: CAPI_FAILED,
    rests: [paused('Paused')],
    current: `${count('status.replicas')} == ${REPLICAS} && ${count('status.availableReplicas')} == ${REPLICAS}`,
  }),
  ...shipped('cluster.x-k8s.io', ['MachinePool'], {
    failed: CAPI_FAILED,
    rests: [paused('Paused')],
    current: `status.phase == 'Running' && ${count('status.replicas')} == ${REPLICAS}`,
  }),
  ...shipped('cluster.x-k8s.io', ['Machine'], {
    failed: CAPI_FAILED,
    rests: [paused('Paused')],
    current: `status.phase == 'Running' && ${CAPI_AVAILABLE}`,
    speaks: ['Available'],
  }),
  ...shipped('controlplane.cluster.x-k8s.io', ['KubeadmControlPlane'], {
    failed: CAPI_FAILED,
    rests: [paused('Paused')],
    current:
      `${has('Available', 'True')} && !${has('RollingOut', 'True')} && ${count('status.readyReplicas')} == ${REPLICAS} && ` +
      `${count('status.upToDateReplicas', count('status.updatedReplicas'))} == ${REPLICAS}`,
    speaks: ['Available'],
  }),
];
