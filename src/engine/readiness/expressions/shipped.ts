/**
 * When custom resources that many clusters have are ready, where the general rule (the condition Ready, docs/readiness.md) would not
 * tell: after the status that their controllers write, by the types of their APIs. Others can be added in `.kapply.yaml`.
 */
import type { ReadinessExpressions } from './expressions.js';

/** `condition('Ready', 'True')`: one such condition is there. */
function condition(type: string, status: string): string {
  return `status.conditions.exists(c, c.type == '${type}' && c.status == '${status}')`;
}

/** The same, of the generation that was applied: a status from before says nothing. */
function seenCondition(type: string, status: string): string {
  return `status.conditions.exists(c, c.type == '${type}' && c.status == '${status}' && c.?observedGeneration.orValue(metadata.generation) == metadata.generation)`;
}

function shipped(
  group: string,
  kinds: readonly string[],
  rule: Omit<ReadinessExpressions, 'group' | 'kind' | 'source'>,
) {
  return kinds.map((kind): ReadinessExpressions => ({ group, kind, source: `kapply's rule for ${kind}`, ...rule }));
}

const ROUTE_CONDITION = (type: string): string =>
  `p.conditions.exists(c, c.type == '${type}' && c.status == 'True' && c.?observedGeneration.orValue(metadata.generation) == metadata.generation)`;

export const SHIPPED: readonly ReadinessExpressions[] = [
  // cert-manager tries a failed issuance again after an hour at the earliest.
  ...shipped('cert-manager.io', ['Certificate'], {
    failed: `status.conditions.exists(c, c.type == 'Issuing' && c.status == 'False' && c.reason == 'Failed')`,
    current: seenCondition('Ready', 'True'),
  }),
  ...shipped('cert-manager.io', ['CertificateRequest'], {
    failed: `status.conditions.exists(c, (c.type == 'Ready' && c.status == 'False' && c.reason in ['Failed', 'Denied']) || (c.type in ['Denied', 'InvalidRequest'] && c.status == 'True'))`,
    current: condition('Ready', 'True'),
  }),
  ...shipped('cert-manager.io', ['Issuer', 'ClusterIssuer'], { current: seenCondition('Ready', 'True') }),
  // Knative: False is an end, Unknown is on its way.
  ...shipped('serving.knative.dev', ['Service', 'Configuration', 'Revision', 'Route'], {
    failed: condition('Ready', 'False'),
    current: condition('Ready', 'True'),
  }),
  ...shipped('pkg.crossplane.io', ['Provider', 'Configuration', 'Function'], {
    current: `${condition('Installed', 'True')} && ${condition('Healthy', 'True')}`,
  }),
  ...shipped('apiextensions.crossplane.io', ['CompositeResourceDefinition'], {
    current: `${condition('Established', 'True')} && (!has(spec.claimNames) || ${condition('Offered', 'True')})`,
  }),
  // Strimzi has a condition NotReady beside Ready: where neither is there, nobody has looked yet.
  ...shipped(
    'kafka.strimzi.io',
    ['Kafka', 'KafkaBridge', 'KafkaConnect', 'KafkaConnector', 'KafkaMirrorMaker2', 'KafkaTopic', 'KafkaUser'],
    {
      failed: `status.conditions.exists(c, c.type == 'NotReady' && c.status == 'True' && c.reason == 'InvalidResourceException')`,
      current: condition('Ready', 'True'),
    },
  ),
  // A node pool is reported by its Kafka; a rebalance waits for a person.
  ...shipped('kafka.strimzi.io', ['KafkaNodePool'], { current: 'has(status.observedGeneration)' }),
  ...shipped('kafka.strimzi.io', ['KafkaRebalance'], {
    failed: condition('NotReady', 'True'),
    current: `status.conditions.exists(c, c.type in ['Ready', 'ProposalReady'] && c.status == 'True')`,
  }),
  ...shipped('kubevirt.io', ['VirtualMachine'], {
    current: `${condition('Ready', 'True')} || (status.?printableStatus.orValue('') == 'Stopped' && (spec.?runStrategy.orValue('') in ['Halted', 'Manual'] || spec.?running.orValue(true) == false))`,
  }),
  ...shipped('kubevirt.io', ['VirtualMachineInstance'], {
    failed: `status.phase == 'Failed'`,
    current: `status.phase == 'Succeeded' || ${condition('Ready', 'True')}`,
  }),
  // Cluster API: Available in v1beta2 of its contract, Ready in v1beta1.
  ...shipped('cluster.x-k8s.io', ['Cluster', 'MachineDeployment', 'MachinePool', 'MachineSet', 'Machine'], {
    failed: `has(status.failureReason) || status.?phase.orValue('') == 'Failed'`,
    current: `status.conditions.exists(c, c.type in ['Available', 'Ready'] && c.status == 'True') && !status.conditions.exists(c, c.type == 'Available' && c.status != 'True')`,
  }),
  ...shipped('controlplane.cluster.x-k8s.io', ['KubeadmControlPlane'], {
    failed: 'has(status.failureReason)',
    current: `status.conditions.exists(c, c.type in ['Available', 'Ready'] && c.status == 'True') && status.?updatedReplicas.orValue(0) == spec.replicas`,
  }),
  ...shipped(
    'external-secrets.io',
    ['ExternalSecret', 'ClusterExternalSecret', 'PushSecret', 'SecretStore', 'ClusterSecretStore'],
    {
      current: condition('Ready', 'True'),
    },
  ),
  ...shipped('monitoring.coreos.com', ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'], {
    current: `${seenCondition('Available', 'True')} && ${seenCondition('Reconciled', 'True')}`,
  }),
  ...shipped('gateway.networking.k8s.io', ['GatewayClass'], { current: seenCondition('Accepted', 'True') }),
  ...shipped('gateway.networking.k8s.io', ['Gateway'], {
    current: `${seenCondition('Accepted', 'True')} && ${seenCondition('Programmed', 'True')}`,
  }),
  ...shipped('gateway.networking.k8s.io', ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'], {
    current: `size(status.parents) > 0 && status.parents.all(p, ${ROUTE_CONDITION('Accepted')} && ${ROUTE_CONDITION('ResolvedRefs')})`,
  }),
  ...shipped('argoproj.io', ['Application'], {
    failed: `status.?operationState.?phase.orValue('') in ['Failed', 'Error'] && status.?health.?status.orValue('') == 'Degraded'`,
    current: `status.health.status == 'Healthy' && status.sync.status == 'Synced'`,
  }),
  ...shipped('argoproj.io', ['Workflow'], {
    failed: `status.phase in ['Failed', 'Error']`,
    current: `status.phase == 'Succeeded'`,
  }),
];
