/** A kind of the Kubernetes API, and where it is served. */
export interface Resource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The name in URLs: `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  /** `status`, `scale`, `log`. */
  readonly subresources: readonly string[];
  /** Set for a custom resource: the name of its CustomResourceDefinition. */
  readonly definition?: string;
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/**
 * The built-in kinds of a 1.37 server (its aggregated discovery) that manifests hold, in the server's order. Left out are
 * kinds that nobody deploys (reviews, bindings, devices, flow control, certificates) and second forms of the same
 * object (autoscaling/v1, events.k8s.io/v1).
 */
const TABLE: Readonly<Record<string, string>> = {
  v1: `
    ConfigMap configmaps namespaced short=cm
    Endpoints endpoints namespaced short=ep
    Event events namespaced short=ev
    LimitRange limitranges namespaced short=limits
    Namespace namespaces cluster short=ns has=status
    Node nodes cluster short=no has=status
    PersistentVolumeClaim persistentvolumeclaims namespaced short=pvc has=status
    PersistentVolume persistentvolumes cluster short=pv has=status
    Pod pods namespaced short=po in=all has=log,status
    PodTemplate podtemplates namespaced
    ReplicationController replicationcontrollers namespaced short=rc in=all has=scale,status
    ResourceQuota resourcequotas namespaced short=quota has=status
    Secret secrets namespaced
    ServiceAccount serviceaccounts namespaced short=sa
    Service services namespaced short=svc in=all has=status
  `,
  'apiregistration.k8s.io/v1': `
    APIService apiservices cluster in=api-extensions has=status
  `,
  'apps/v1': `
    ControllerRevision controllerrevisions namespaced
    DaemonSet daemonsets namespaced short=ds in=all has=status
    Deployment deployments namespaced short=deploy in=all has=scale,status
    ReplicaSet replicasets namespaced short=rs in=all has=scale,status
    StatefulSet statefulsets namespaced short=sts in=all has=scale,status
  `,
  'autoscaling/v2': `
    HorizontalPodAutoscaler horizontalpodautoscalers namespaced short=hpa in=all has=status
  `,
  'batch/v1': `
    CronJob cronjobs namespaced short=cj in=all has=status
    Job jobs namespaced in=all has=status
  `,
  'networking.k8s.io/v1': `
    IngressClass ingressclasses cluster
    Ingress ingresses namespaced short=ing has=status
    IPAddress ipaddresses cluster short=ip
    NetworkPolicy networkpolicies namespaced short=netpol
    ServiceCIDR servicecidrs cluster has=status
  `,
  'policy/v1': `
    PodDisruptionBudget poddisruptionbudgets namespaced short=pdb has=status
  `,
  'rbac.authorization.k8s.io/v1': `
    ClusterRoleBinding clusterrolebindings cluster
    ClusterRole clusterroles cluster
    RoleBinding rolebindings namespaced
    Role roles namespaced
  `,
  'storage.k8s.io/v1': `
    CSIDriver csidrivers cluster
    CSINode csinodes cluster has=status
    CSIStorageCapacity csistoragecapacities namespaced
    StorageClass storageclasses cluster short=sc
    VolumeAttachment volumeattachments cluster has=status
    VolumeAttributesClass volumeattributesclasses cluster short=vac
  `,
  'admissionregistration.k8s.io/v1': `
    MutatingAdmissionPolicy mutatingadmissionpolicies cluster in=api-extensions
    MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings cluster in=api-extensions
    MutatingWebhookConfiguration mutatingwebhookconfigurations cluster in=api-extensions
    ValidatingAdmissionPolicy validatingadmissionpolicies cluster in=api-extensions has=status
    ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings cluster in=api-extensions
    ValidatingWebhookConfiguration validatingwebhookconfigurations cluster in=api-extensions
  `,
  'apiextensions.k8s.io/v1': `
    CustomResourceDefinition customresourcedefinitions cluster short=crd,crds in=api-extensions has=status
  `,
  'scheduling.k8s.io/v1': `
    PriorityClass priorityclasses cluster short=pc
  `,
  'coordination.k8s.io/v1': `
    Lease leases namespaced
  `,
  'node.k8s.io/v1': `
    RuntimeClass runtimeclasses cluster
  `,
  'discovery.k8s.io/v1': `
    EndpointSlice endpointslices namespaced
  `,
};

/** The apiVersion of a resource: `v1`, `apps/v1`. */
export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

function parseRow(groupVersion: string, row: string): Resource {
  const [kind = '', plural = '', scope, ...rest] = row.trim().split(/\s+/);
  const option = (name: string): string[] =>
    rest
      .find((word) => word.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .split(',') ?? [];
  const slash = groupVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : groupVersion.slice(0, slash),
    version: groupVersion.slice(slash + 1),
    kind,
    plural,
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    namespaced: scope === 'namespaced',
    shortNames: option('short'),
    categories: option('in'),
    verbs: kind === 'Namespace' ? VERBS.filter((verb) => verb !== 'deletecollection') : VERBS,
    subresources: option('has'),
  };
}

/** The built-in kinds, in the order in which groups and kinds are discovered. */
export const BUILT_IN: readonly Resource[] = Object.entries(TABLE).flatMap(([groupVersion, rows]) =>
  rows
    .trim()
    .split('\n')
    .map((row) => parseRow(groupVersion, row)),
);
