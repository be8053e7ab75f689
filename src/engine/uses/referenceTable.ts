/**
 * Which field of which kind names which kind: every reference of the built-in kinds of Kubernetes 1.37, and those of a
 * few common custom resources whose fields do not say what they name. test/engine/uses/references.test.ts goes
 * through the server's schema, and docs/uses.md prints the table: whoever adds a kind of reference adds a row.
 */

export interface ReferenceRow {
  /** Who names, as `GROUP/KIND`; `PodSpec` is every pod and pod template. */
  readonly from: string;
  /** Where: see `fieldPath`. */
  readonly path: string;
  /** What is named, as `GROUP/KIND`; `*` is whatever has the name. */
  readonly to: string;
  /**
   * Where what is named lives: `own` is the namespace of who names it, `cluster` none, `any` one that nobody says, where
   * its own has nothing of that name; anything else is the field beside the name that holds the namespace, which is its
   * own where that field is absent.
   */
  readonly namespace: string;
  /** True where `kind`, and `group`, `apiGroup` or `apiVersion`, beside the name may say another kind than `to`. */
  readonly kindBeside?: true;
  /** The row holds only where the list beside the name has this item. */
  readonly where?: { readonly list: string; readonly has: string };
  /** What is named is made of the name, as a regular expression: NAME is what stands in the field, OWNER who names. */
  readonly pattern?: string;
}

type Row = readonly [path: string, to: string, namespace?: string, kindBeside?: 'kind beside'];

function rows(from: string, ...list: readonly Row[]): ReferenceRow[] {
  return list.map(([path, to, namespace = 'own', beside]) => ({
    from,
    path,
    to,
    namespace,
    ...(beside !== undefined && { kindBeside: true as const }),
  }));
}

const CONFIG_MAP = '/ConfigMap';
const SECRET = '/Secret';
const SERVICE = '/Service';
const ACCOUNT = '/ServiceAccount';
const CLAIM = '/PersistentVolumeClaim';
const STORAGE_CLASS = 'storage.k8s.io/StorageClass';
const ATTRIBUTES_CLASS = 'storage.k8s.io/VolumeAttributesClass';
const DEVICE_CLASS = 'resource.k8s.io/DeviceClass';

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list): Row[] => [
  [`${list}[].env[].valueFrom.configMapKeyRef.name`, CONFIG_MAP],
  [`${list}[].env[].valueFrom.secretKeyRef.name`, SECRET],
  [`${list}[].envFrom[].configMapRef.name`, CONFIG_MAP],
  [`${list}[].envFrom[].secretRef.name`, SECRET],
]);

/** A PersistentVolumeClaimSpec at this path. */
function claimSpec(path: string): Row[] {
  return [
    [`${path}.storageClassName`, STORAGE_CLASS, 'cluster'],
    [`${path}.volumeAttributesClassName`, ATTRIBUTES_CLASS, 'cluster'],
    [`${path}.volumeName`, '/PersistentVolume', 'cluster'],
    [`${path}.dataSource.name`, CLAIM, 'own', 'kind beside'],
    [`${path}.dataSourceRef.name`, CLAIM, 'namespace', 'kind beside'],
  ];
}

const POD_SPEC = rows(
  'PodSpec',
  ...CONTAINERS,
  ['volumes[].configMap.name', CONFIG_MAP],
  ['volumes[].secret.secretName', SECRET],
  ['volumes[].projected.sources[].configMap.name', CONFIG_MAP],
  ['volumes[].projected.sources[].secret.name', SECRET],
  ['volumes[].projected.sources[].clusterTrustBundle.name', 'certificates.k8s.io/ClusterTrustBundle', 'cluster'],
  ['volumes[].csi.nodePublishSecretRef.name', SECRET],
  ['volumes[].csi.volumeAttributes.secretProviderClass', 'secrets-store.csi.x-k8s.io/SecretProviderClass'],
  ['volumes[].azureFile.secretName', SECRET],
  ...['cephfs', 'cinder', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map((volume): Row => [
    `volumes[].${volume}.secretRef.name`,
    SECRET,
  ]),
  ['volumes[].glusterfs.endpoints', '/Endpoints'],
  ['volumes[].persistentVolumeClaim.claimName', CLAIM],
  ...claimSpec('volumes[].ephemeral.volumeClaimTemplate.spec'),
  ['imagePullSecrets[].name', SECRET],
  ['serviceAccountName', ACCOUNT],
  ['serviceAccount', ACCOUNT],
  // The pod's own host name is one of the Service's: it has none without it.
  ['subdomain', SERVICE],
  ['priorityClassName', 'scheduling.k8s.io/PriorityClass', 'cluster'],
  ['runtimeClassName', 'node.k8s.io/RuntimeClass', 'cluster'],
  ['nodeName', '/Node', 'cluster'],
  ['resourceClaims[].resourceClaimName', 'resource.k8s.io/ResourceClaim'],
  ['resourceClaims[].resourceClaimTemplateName', 'resource.k8s.io/ResourceClaimTemplate'],
  ['schedulingGroup.podGroupName', 'scheduling.k8s.io/PodGroup'],
);

const WORKLOADS: readonly ReferenceRow[] = [
  ...rows('apps/StatefulSet', ['spec.serviceName', SERVICE], ...claimSpec('spec.volumeClaimTemplates[].spec')),
  {
    from: 'apps/StatefulSet',
    path: 'spec.volumeClaimTemplates[].metadata.name',
    to: CLAIM,
    namespace: 'own',
    pattern: 'NAME-OWNER-\\d+',
  },
  ...['spec', 'spec.jobTemplate.spec'].flatMap((spec) =>
    rows(
      spec === 'spec' ? 'batch/Job' : 'batch/CronJob',
      [`${spec}.scheduling.resourceClaims[].resourceClaimName`, 'resource.k8s.io/ResourceClaim'],
      [`${spec}.scheduling.resourceClaims[].resourceClaimTemplateName`, 'resource.k8s.io/ResourceClaimTemplate'],
    ),
  ),
  ...rows('autoscaling/HorizontalPodAutoscaler', ['spec.scaleTargetRef.name', 'apps/Deployment', 'own', 'kind beside']),
];

const ACCOUNTS: readonly ReferenceRow[] = [
  ...rows('/ServiceAccount', ['secrets[].name', SECRET], ['imagePullSecrets[].name', SECRET]),
  ...['Role', 'ClusterRole'].flatMap((role) =>
    rows(
      `rbac.authorization.k8s.io/${role}Binding`,
      ['roleRef.name', `rbac.authorization.k8s.io/${role}`, 'own', 'kind beside'],
      ['subjects[].name', ACCOUNT, 'namespace', 'kind beside'],
    ),
  ),
  // A ClusterRole says no namespace: there a name without a content hash could be anybody's.
  ...[
    ['Role', 'configmaps', CONFIG_MAP],
    ['Role', 'secrets', SECRET],
    ['ClusterRole', 'persistentvolumes', '/PersistentVolume'],
  ].map(([role = '', plural = '', to = '']): ReferenceRow => ({
    from: `rbac.authorization.k8s.io/${role}`,
    path: 'rules[].resourceNames[]',
    to,
    namespace: role === 'Role' ? 'own' : 'cluster',
    where: { list: 'resources', has: plural },
  })),
  ...rows(
    'flowcontrol.apiserver.k8s.io/FlowSchema',
    ['spec.priorityLevelConfiguration.name', 'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration', 'cluster'],
    ['spec.rules[].subjects[].serviceAccount.name', ACCOUNT, 'namespace'],
  ),
];

const NETWORK: readonly ReferenceRow[] = [
  ...rows(
    'networking.k8s.io/Ingress',
    ['spec.tls[].secretName', SECRET],
    ['spec.ingressClassName', 'networking.k8s.io/IngressClass', 'cluster'],
    ['spec.defaultBackend.service.name', SERVICE],
    ['spec.rules[].http.paths[].backend.service.name', SERVICE],
    ['spec.defaultBackend.resource.name', '*', 'own', 'kind beside'],
    ['spec.rules[].http.paths[].backend.resource.name', '*', 'own', 'kind beside'],
    ['metadata.annotations["kubernetes.io/ingress.class"]', 'networking.k8s.io/IngressClass', 'cluster'],
  ),
  ...rows('networking.k8s.io/IngressClass', ['spec.parameters.name', '*', 'namespace', 'kind beside']),
  ...['Validating', 'Mutating'].flatMap((what) => [
    ...rows(`admissionregistration.k8s.io/${what}WebhookConfiguration`, [
      'webhooks[].clientConfig.service.name',
      SERVICE,
      'namespace',
    ]),
    ...rows(
      `admissionregistration.k8s.io/${what}AdmissionPolicyBinding`,
      ['spec.policyName', `admissionregistration.k8s.io/${what}AdmissionPolicy`, 'cluster'],
      ['spec.paramRef.name', '*', 'namespace'],
    ),
  ]),
  ...rows('apiregistration.k8s.io/APIService', ['spec.service.name', SERVICE, 'namespace']),
  ...rows('apiextensions.k8s.io/CustomResourceDefinition', [
    'spec.conversion.webhook.clientConfig.service.name',
    SERVICE,
    'namespace',
  ]),
];

/** The CSI sidecars read Secrets whose names stand in parameters (kubernetes-csi external-provisioner, -snapshotter). */
function csiSecrets(...whats: readonly string[]): Row[] {
  return whats.map((what) => [
    `parameters["csi.storage.k8s.io/${what}-secret-name"]`,
    SECRET,
    `csi.storage.k8s.io/${what}-secret-namespace`,
  ]);
}

const STORAGE: readonly ReferenceRow[] = [
  ...rows('/PersistentVolumeClaim', ...claimSpec('spec')),
  ...rows(
    '/PersistentVolume',
    ['spec.storageClassName', STORAGE_CLASS, 'cluster'],
    ['spec.volumeAttributesClassName', ATTRIBUTES_CLASS, 'cluster'],
    ...['controllerExpand', 'controllerPublish', 'nodeExpand', 'nodePublish', 'nodeStage'].map((when): Row => [
      `spec.csi.${when}SecretRef.name`,
      SECRET,
      'namespace',
    ]),
    ...['cephfs', 'cinder', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map((volume): Row => [
      `spec.${volume}.secretRef.name`,
      SECRET,
      'namespace',
    ]),
    ['spec.azureFile.secretName', SECRET, 'secretNamespace'],
    ['spec.glusterfs.endpoints', '/Endpoints', 'endpointsNamespace'],
  ),
  ...rows(
    STORAGE_CLASS,
    ...csiSecrets(
      'provisioner',
      'controller-publish',
      'controller-expand',
      'node-stage',
      'node-publish',
      'node-expand',
    ),
    ['parameters.secretName', SECRET, 'secretNamespace'],
    ['parameters.adminSecretName', SECRET, 'adminSecretNamespace'],
    ['parameters.userSecretName', SECRET, 'userSecretNamespace'],
    ['parameters.secretRef', SECRET, 'secretNamespace'],
  ),
  ...rows('storage.k8s.io/VolumeAttachment', ['spec.source.persistentVolumeName', '/PersistentVolume', 'cluster']),
  ...['spec', 'spec.spec'].flatMap((spec) =>
    rows(
      `resource.k8s.io/ResourceClaim${spec === 'spec' ? '' : 'Template'}`,
      [`${spec}.devices.requests[].exactly.deviceClassName`, DEVICE_CLASS, 'cluster'],
      [`${spec}.devices.requests[].firstAvailable[].deviceClassName`, DEVICE_CLASS, 'cluster'],
    ),
  ),
  ...rows('/Node', ['spec.configSource.configMap.name', CONFIG_MAP, 'namespace']),
];

const GATEWAY = 'gateway.networking.k8s.io';

const GATEWAY_API: readonly ReferenceRow[] = [
  ...rows(
    `${GATEWAY}/Gateway`,
    ['spec.gatewayClassName', `${GATEWAY}/GatewayClass`, 'cluster'],
    ['spec.listeners[].tls.certificateRefs[].name', SECRET, 'namespace', 'kind beside'],
    ['spec.listeners[].tls.frontendValidation.caCertificateRefs[].name', CONFIG_MAP, 'namespace', 'kind beside'],
    ['spec.infrastructure.parametersRef.name', '*', 'own', 'kind beside'],
  ),
  ...rows(`${GATEWAY}/GatewayClass`, ['spec.parametersRef.name', '*', 'namespace', 'kind beside']),
  ...['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].flatMap((route) =>
    rows(
      `${GATEWAY}/${route}`,
      ['spec.parentRefs[].name', `${GATEWAY}/Gateway`, 'namespace', 'kind beside'],
      ['spec.rules[].backendRefs[].name', SERVICE, 'namespace', 'kind beside'],
      ['spec.rules[].filters[].requestMirror.backendRef.name', SERVICE, 'namespace', 'kind beside'],
      ['spec.rules[].filters[].extensionRef.name', '*', 'own', 'kind beside'],
      ['spec.rules[].backendRefs[].filters[].extensionRef.name', '*', 'own', 'kind beside'],
    ),
  ),
  ...rows(
    `${GATEWAY}/BackendTLSPolicy`,
    ['spec.targetRefs[].name', SERVICE, 'own', 'kind beside'],
    ['spec.validation.caCertificateRefs[].name', CONFIG_MAP, 'own', 'kind beside'],
  ),
];

const SNAPSHOT = 'snapshot.storage.k8s.io';
const TRAEFIK = 'traefik.io';

const OTHERS: readonly ReferenceRow[] = [
  ...rows(
    `${SNAPSHOT}/VolumeSnapshot`,
    ['spec.source.persistentVolumeClaimName', CLAIM],
    ['spec.source.volumeSnapshotContentName', `${SNAPSHOT}/VolumeSnapshotContent`, 'cluster'],
    ['spec.volumeSnapshotClassName', `${SNAPSHOT}/VolumeSnapshotClass`, 'cluster'],
  ),
  ...rows(`${SNAPSHOT}/VolumeSnapshotContent`, [
    'spec.volumeSnapshotClassName',
    `${SNAPSHOT}/VolumeSnapshotClass`,
    'cluster',
  ]),
  ...rows(`${SNAPSHOT}/VolumeSnapshotClass`, ...csiSecrets('snapshotter', 'snapshotter-list')),
  ...['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP'].flatMap((route) =>
    rows(
      `${TRAEFIK}/${route}`,
      ['spec.routes[].services[].name', SERVICE, 'namespace', 'kind beside'],
      ['spec.routes[].middlewares[].name', `${TRAEFIK}/Middleware${route.slice('IngressRoute'.length)}`, 'namespace'],
      ['spec.tls.secretName', SECRET],
      ['spec.tls.options.name', `${TRAEFIK}/TLSOption`, 'namespace'],
      ['spec.tls.store.name', `${TRAEFIK}/TLSStore`, 'namespace'],
    ),
  ),
  ...rows(
    `${TRAEFIK}/Middleware`,
    ['spec.chain.middlewares[].name', `${TRAEFIK}/Middleware`, 'namespace'],
    ['spec.errors.service.name', SERVICE, 'namespace', 'kind beside'],
    ['spec.basicAuth.secret', SECRET],
    ['spec.digestAuth.secret', SECRET],
  ),
  ...rows('keda.sh/ScaledObject', ['spec.scaleTargetRef.name', 'apps/Deployment', 'own', 'kind beside']),
  ...rows('autoscaling.k8s.io/VerticalPodAutoscaler', ['spec.targetRef.name', 'apps/Deployment', 'own', 'kind beside']),
  ...rows(
    'cert-manager.io/Certificate',
    ['spec.secretName', SECRET],
    ['spec.issuerRef.name', 'cert-manager.io/Issuer', 'own', 'kind beside'],
  ),
];

/** The names that an operator makes of the name of its custom resource: its users write them nowhere. */
function byName(from: string, to: string, ...patterns: readonly string[]): ReferenceRow[] {
  return patterns.map((pattern) => ({ from, path: 'metadata.name', to, namespace: 'own', pattern }));
}

const ISTIO = 'networking.istio.io';

const OPERATORS: readonly ReferenceRow[] = [
  // The Secret lies beside the proxies that are selected, or that connect: istio.io, Gateway and DestinationRule.
  ...[
    ['Gateway', 'spec.servers[].tls.credentialName'],
    ['Gateway', 'spec.servers[].tls.credentialNames[]'],
    ['DestinationRule', 'spec.trafficPolicy.tls.credentialName'],
    ['DestinationRule', 'spec.trafficPolicy.portLevelSettings[].tls.credentialName'],
  ].flatMap(([kind = '', path = '']): ReferenceRow[] =>
    ['NAME', 'NAME-cacert'].map((pattern) => ({
      from: `${ISTIO}/${kind}`,
      path,
      to: SECRET,
      namespace: 'any',
      ...(pattern !== 'NAME' && { pattern }),
    })),
  ),
  // prometheus-operator, AlertmanagerSpec.configSecret: its default.
  ...byName('monitoring.coreos.com/Alertmanager', SECRET, 'alertmanager-NAME'),
  // external-secrets.io, target.name: its default.
  ...byName('external-secrets.io/ExternalSecret', SECRET, 'NAME'),
  // cluster-api.sigs.k8s.io, custom certificates.
  ...byName('cluster.x-k8s.io/Cluster', SECRET, 'NAME-ca', 'NAME-etcd', 'NAME-proxy', 'NAME-sa'),
  // strimzi.io, installing your own CA certificates.
  ...byName(
    'kafka.strimzi.io/Kafka',
    SECRET,
    'NAME-cluster-ca',
    'NAME-cluster-ca-cert',
    'NAME-clients-ca',
    'NAME-clients-ca-cert',
  ),
  // docs.percona.com, changing MySQL options: a Secret or a ConfigMap.
  ...[SECRET, CONFIG_MAP].flatMap((to) =>
    byName('pxc.percona.com/PerconaXtraDBCluster', to, 'NAME-pxc', 'NAME-haproxy', 'NAME-proxysql'),
  ),
];

/** The whole table, in the order in which docs/uses.md prints it. */
export const REFERENCE_TABLE: readonly ReferenceRow[] = [
  ...POD_SPEC,
  ...WORKLOADS,
  ...ACCOUNTS,
  ...NETWORK,
  ...STORAGE,
  ...GATEWAY_API,
  ...OTHERS,
  ...OPERATORS,
];
