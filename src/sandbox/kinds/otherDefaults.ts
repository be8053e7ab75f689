import { at, child, children, ensure, fill, text } from '../draft.js';
import type { Draft } from '../draft.js';

/** The defaults of configuration, networking, access and extensions: each pkg/apis/GROUP/v1/defaults.go. */

const RBAC = 'rbac.authorization.k8s.io';

export function defaultService(service: Draft): void {
  const spec = ensure(service, 'spec');
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec['sessionAffinity'] === 'ClientIP') {
    fill(ensure(ensure(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10800 });
  }
  for (const port of children(spec, 'ports')) {
    fill(port, { protocol: 'TCP' });
    if (port['targetPort'] === undefined || port['targetPort'] === 0 || port['targetPort'] === '') {
      port['targetPort'] = port['port'];
    }
  }
  const type = text(spec, 'type');
  const external = type === 'NodePort' || type === 'LoadBalancer';
  if (external || (type === 'ClusterIP' && spec['externalIPs'] !== undefined)) {
    fill(spec, { externalTrafficPolicy: 'Cluster' });
  }
  if (external || type === 'ClusterIP') fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
}

export function defaultNamespace(namespace: Draft): void {
  const metadata = ensure(namespace, 'metadata');
  const name = text(metadata, 'name');
  if (name !== '') ensure(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
}

export function defaultEndpoints(endpoints: Draft): void {
  for (const subset of children(endpoints, 'subsets')) {
    for (const port of children(subset, 'ports')) fill(port, { protocol: 'TCP' });
  }
}

export function defaultEndpointSlice(slice: Draft): void {
  for (const port of children(slice, 'ports')) fill(port, { name: '', protocol: 'TCP' });
}

export function defaultSecret(secret: Draft): void {
  mergeStringData(secret);
  fill(secret, { type: 'Opaque' });
}

/** `stringData` is written, and never read: Convert_v1_Secret_To_core_Secret puts it into `data`. */
function mergeStringData(secret: Draft): void {
  const texts = child(secret, 'stringData');
  if (texts === undefined) return;
  const encoded = Object.entries(texts).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  secret['data'] = { ...child(secret, 'data'), ...(Object.fromEntries(encoded) as Draft) };
  delete secret['stringData'];
}

export function defaultPersistentVolume(volume: Draft): void {
  fill(ensure(volume, 'spec'), { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
  const host = at(volume, 'spec', 'hostPath');
  if (host !== undefined) fill(host, { type: '' });
  fill(ensure(volume, 'status'), { phase: 'Pending' });
}

/** Limits of containers are also their default limits, and those their default requests. */
export function defaultLimitRange(range: Draft): void {
  for (const item of children(child(range, 'spec'), 'limits')) {
    if (item['type'] !== 'Container') continue;
    const max = child(item, 'max');
    if (max !== undefined) fill(ensure(item, 'default'), max);
    const limits = child(item, 'default');
    if (limits !== undefined) fill(ensure(item, 'defaultRequest'), limits);
    const min = child(item, 'min');
    if (min !== undefined) fill(ensure(item, 'defaultRequest'), min);
  }
}

export function defaultNetworkPolicy(policy: Draft): void {
  const spec = ensure(policy, 'spec');
  const egress = children(spec, 'egress');
  fill(spec, { policyTypes: egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'] });
  for (const rule of [...children(spec, 'ingress'), ...egress]) {
    for (const port of children(rule, 'ports')) fill(port, { protocol: 'TCP' });
  }
}

export function defaultBinding(binding: Draft): void {
  fill(ensure(binding, 'roleRef'), {});
  const ref = ensure(binding, 'roleRef');
  if (text(ref, 'apiGroup') === '') ref['apiGroup'] = RBAC;
  for (const subject of children(binding, 'subjects')) {
    if (subject['kind'] === 'User' || subject['kind'] === 'Group') fill(subject, { apiGroup: RBAC });
  }
}

export function defaultStorageClass(storageClass: Draft): void {
  fill(storageClass, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
}

export function defaultDriver(driver: Draft): void {
  fill(ensure(driver, 'spec'), {
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false,
    seLinuxMount: false,
    preventPodSchedulingIfMissing: false,
  });
}

export function defaultPriorityClass(priorityClass: Draft): void {
  fill(priorityClass, { preemptionPolicy: 'PreemptLowerPriority' });
}

export function defaultWebhooks(configuration: Draft): void {
  const mutating = configuration['kind'] === 'MutatingWebhookConfiguration';
  for (const webhook of children(configuration, 'webhooks')) {
    fill(webhook, {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
    });
    if (mutating) fill(webhook, { reinvocationPolicy: 'Never' });
    const service = at(webhook, 'clientConfig', 'service');
    if (service !== undefined) fill(service, { port: 443 });
    for (const rule of children(webhook, 'rules')) fill(rule, { scope: '*' });
  }
}

export function defaultAdmissionPolicy(policy: Draft): void {
  const spec = ensure(policy, 'spec');
  fill(spec, { failurePolicy: 'Fail' });
  const constraints = child(spec, 'matchConstraints');
  if (constraints === undefined) return;
  fill(constraints, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
  for (const field of ['resourceRules', 'excludeResourceRules']) {
    for (const rule of children(constraints, field)) fill(rule, { scope: '*' });
  }
}

export function defaultAdmissionPolicyBinding(binding: Draft): void {
  const match = at(binding, 'spec', 'matchResources');
  if (match !== undefined) fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
}

export function defaultApiService(apiService: Draft): void {
  const service = at(apiService, 'spec', 'service');
  if (service !== undefined) fill(service, { port: 443 });
}

export function defaultCustomResourceDefinition(definition: Draft): void {
  const spec = ensure(definition, 'spec');
  const names = ensure(spec, 'names');
  const kind = text(names, 'kind');
  fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  fill(ensure(spec, 'conversion'), { strategy: 'None' });
}
