import { at, child, children, ensure, fill, text } from '../draft.js';
import type { Draft } from '../draft.js';

/** The defaults of configuration, networking, access and extensions: each pkg/apis/GROUP/v1/defaults.go. */

const RBAC = 'rbac.authorization.k8s.io';

/** Fills in what a Service leaves out: its type, session affinity, and each port's protocol and target. */
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

/** Labels a Namespace with its own name. */
export function defaultNamespace(namespace: Draft): void {
  const metadata = ensure(namespace, 'metadata');
  const name = text(metadata, 'name');
  if (name !== '') ensure(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
}

/** Fills in the protocols of ports. */
export function defaultEndpoints(endpoints: Draft): void {
  for (const subset of children(endpoints, 'subsets')) {
    for (const port of children(subset, 'ports')) fill(port, { protocol: 'TCP' });
  }
}

/** Fills in the names and protocols of ports. */
export function defaultEndpointSlice(slice: Draft): void {
  for (const port of children(slice, 'ports')) fill(port, { name: '', protocol: 'TCP' });
}

/** Moves stringData into data, and fills in the type. */
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

/** Fills in what a PersistentVolume leaves out, and starts its status. */
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

/** Fills in the policy types, from the rules that are there, and the protocols of ports. */
export function defaultNetworkPolicy(policy: Draft): void {
  const spec = ensure(policy, 'spec');
  const egress = children(spec, 'egress');
  fill(spec, { policyTypes: egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'] });
  for (const rule of [...children(spec, 'ingress'), ...egress]) {
    for (const port of children(rule, 'ports')) fill(port, { protocol: 'TCP' });
  }
}

/** Fills in the API groups of the role and the subjects of a RoleBinding or ClusterRoleBinding. */
export function defaultBinding(binding: Draft): void {
  fill(ensure(binding, 'roleRef'), {});
  const ref = ensure(binding, 'roleRef');
  if (text(ref, 'apiGroup') === '') ref['apiGroup'] = RBAC;
  for (const subject of children(binding, 'subjects')) {
    if (subject['kind'] === 'User' || subject['kind'] === 'Group') fill(subject, { apiGroup: RBAC });
  }
}

/** Fills in what a StorageClass leaves out. */
export function defaultStorageClass(storageClass: Draft): void {
  fill(storageClass, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
}

/** Fills in what a CSIDriver leaves out. */
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

/** Fills in what a PriorityClass leaves out. */
export function defaultPriorityClass(priorityClass: Draft): void {
  fill(priorityClass, { preemptionPolicy: 'PreemptLowerPriority' });
}

/** Fills in what the webhooks of a MutatingWebhookConfiguration or ValidatingWebhookConfiguration leave out. */
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

/** Fills in what a ValidatingAdmissionPolicy or MutatingAdmissionPolicy leaves out. */
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

/** Fills in what the binding of an admission policy leaves out, if it says at all what it matches. */
export function defaultAdmissionPolicyBinding(binding: Draft): void {
  const match = at(binding, 'spec', 'matchResources');
  if (match !== undefined) fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
}

/** Fills in the port of an APIService that another program serves. */
export function defaultApiService(apiService: Draft): void {
  const service = at(apiService, 'spec', 'service');
  if (service !== undefined) fill(service, { port: 443 });
}

/** Fills in the names that follow from the kind, and the strategy of conversion. */
export function defaultCustomResourceDefinition(definition: Draft): void {
  const spec = ensure(definition, 'spec');
  const names = ensure(spec, 'names');
  const kind = text(names, 'kind');
  fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  fill(ensure(spec, 'conversion'), { strategy: 'None' });
}
