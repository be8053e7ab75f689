import type { KubeObject } from '../objects/object.js';
import type { Store } from './store.js';
import { kindKey } from './store.js';
import { BOOTSTRAP_ROLES } from './access/bootstrapRoles.js';

const RBAC = 'rbac.authorization.k8s.io';
const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** What every cluster has before anybody deploys: namespaces, the roles that people bind, priority classes, one storage class. */
export function bootstrap(store: Store): void {
  for (const name of NAMESPACES) {
    store.create('Namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  for (const [name, rules] of Object.entries(BOOTSTRAP_ROLES)) {
    const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
    store.create(kindKey(RBAC, 'ClusterRole'), object(`${RBAC}/v1`, 'ClusterRole', name, { rules }, labels));
  }
  const preemption = { preemptionPolicy: 'PreemptLowerPriority' };
  for (const [name, value] of [
    ['system-cluster-critical', 2_000_000_000],
    ['system-node-critical', 2_000_001_000],
  ] as const) {
    const body = { value, ...preemption };
    store.create(
      kindKey('scheduling.k8s.io', 'PriorityClass'),
      object('scheduling.k8s.io/v1', 'PriorityClass', name, body),
    );
  }
}

function object(
  apiVersion: string,
  kind: string,
  name: string,
  body: object,
  labels?: Readonly<Record<string, string>>,
): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(labels === undefined ? {} : { labels }) }, ...body };
}
