/**
 * The forms in which an object can name another one, and those that look like it and are none. One line each: the
 * promise is tried with every line, and docs/uses.md prints them. In an example NAME is the name, NS its namespace,
 * OTHER another namespace.
 */

/**
 * Where an example stands: in a pod template's spec, or its container; in the spec of a custom resource of the namespace
 * or of the cluster; in the annotations of a Deployment; or it is the object itself.
 */
export type Place =
  'pod' | 'container' | 'custom' | 'custom elsewhere' | 'custom of the cluster' | 'annotations' | 'object';

export interface UseForm {
  readonly form: string;
  readonly place: Place;
  /** YAML. */
  readonly example: string;
  /** What is named, as `apiVersion Kind`; a ConfigMap with a content hash by default. */
  readonly of: string;
  readonly isUse: boolean;
  /** OTHER has an object of the same kind and name as well. */
  readonly isThere: boolean;
}

export const HASHED_CONFIG_MAP = 'v1 ConfigMap';
export const HASHED_SECRET = 'v1 Secret';

function forms(
  isUse: boolean,
  of: string,
  ...list: readonly (readonly [form: string, place: Place, example: string, also?: 'there as well'])[]
) {
  return list.map(([form, place, example, also]): UseForm => ({
    form,
    place,
    example,
    of,
    isUse,
    isThere: also !== undefined,
  }));
}

const JOB =
  '{ template: { spec: { restartPolicy: Never, containers: [{ name: c, image: x.example.com/c, envFrom: [{ configMapRef: { name: NAME } }] }] } } }';
const RBAC = 'rbac.authorization.k8s.io/v1';

/** Generated configs: a name with a content hash is nearly unique. */
export const CONFIG_FORMS: readonly UseForm[] = [
  ...forms(
    true,
    HASHED_CONFIG_MAP,
    [
      'an environment variable',
      'container',
      'env: [{ name: A, valueFrom: { configMapKeyRef: { name: NAME, key: a } } }]',
    ],
    ['all of its keys as environment', 'container', 'envFrom: [{ configMapRef: { name: NAME } }]'],
    ['a volume', 'pod', 'volumes: [{ name: v, configMap: { name: NAME } }]'],
    ['a projected volume', 'pod', 'volumes: [{ name: v, projected: { sources: [{ configMap: { name: NAME } }] } }]'],
    [
      'an init container',
      'pod',
      'initContainers: [{ name: i, image: x.example.com/i, envFrom: [{ configMapRef: { name: NAME } }] }]',
    ],
    ['an optional reference', 'container', 'envFrom: [{ configMapRef: { name: NAME, optional: true } }]'],
    [
      'a suspended CronJob',
      'object',
      `{ apiVersion: batch/v1, kind: CronJob, spec: { suspend: true, schedule: '0 0 1 1 *', jobTemplate: { spec: ${JOB} } } }`,
    ],
    [
      'a suspended Job',
      'object',
      `{ apiVersion: batch/v1, kind: Job, spec: { suspend: true, template: { spec: { restartPolicy: Never, containers: [{ name: c, image: x.example.com/c, envFrom: [{ configMapRef: { name: NAME } }] }] } } } }`,
    ],
    [
      'a StatefulSet scaled to 0',
      'object',
      '{ apiVersion: apps/v1, kind: StatefulSet, spec: { replicas: 0, serviceName: s, selector: { matchLabels: { a: NAME } }, template: { metadata: { labels: { a: NAME } }, spec: { containers: [{ name: c, image: x.example.com/c, envFrom: [{ configMapRef: { name: NAME } }] }] } } } }',
    ],
    [
      'a PodTemplate',
      'object',
      '{ apiVersion: v1, kind: PodTemplate, template: { spec: { containers: [{ name: c, image: x.example.com/c, envFrom: [{ configMapRef: { name: NAME } }] }] } } }',
    ],
    ['an argument', 'container', 'args: [NAME]'],
    ['the value of an argument', 'container', 'args: [--config-map=NAME]'],
    ['with its namespace, in an argument', 'container', 'args: [--config-map=NS/NAME]'],
    ['an item of a comma list', 'container', "args: ['--config-maps=other,NAME']"],
    ['within a script', 'container', 'command: [sh, -c, kubectl get configmap NAME -o yaml]'],
    ['the value of an environment variable', 'container', 'env: [{ name: CONFIG, value: NAME }]'],
    ['a URL', 'container', 'args: [https://kubernetes/api/v1/namespaces/NS/configmaps/NAME?watch=1]'],
    ['a URL with escapes', 'container', 'args: ["https://ui.example.com/?object=NS%2FNAME"]'],
    ['an annotation', 'annotations', 'example.com/config: NAME'],
    ['the list of an annotation (Reloader)', 'annotations', "configmap.reloader.stakater.com/reload: 'other, NAME'"],
    ['JSON in an annotation', 'annotations', `example.com/sources: '{"configMaps":["NAME"]}'`],
    ['YAML in an annotation', 'annotations', '"example.com/sources": "configMaps:\\n- NAME\\n"'],
    ['the key of an annotation', 'annotations', 'example.com/NAME: watched'],
    [
      'the annotation of a pod template',
      'object',
      '{ apiVersion: apps/v1, kind: Deployment, spec: { replicas: 0, selector: { matchLabels: { a: NAME } }, template: { metadata: { labels: { a: NAME }, annotations: { vault.example.com/config: NS/NAME } }, spec: { containers: [{ name: c, image: x.example.com/c }] } } } }',
    ],
    [
      'the annotation of a PersistentVolumeClaim',
      'object',
      '{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { annotations: { example.com/config: NAME } }, spec: { accessModes: [ReadWriteOnce], storageClassName: none, resources: { requests: { storage: 1Gi } } } }',
    ],
    [
      'the annotation of a NetworkPolicy',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { annotations: { example.com/config: NAME } }, spec: { podSelector: {} } }',
    ],
    [
      'the annotation of a Secret',
      'object',
      '{ apiVersion: v1, kind: Secret, metadata: { annotations: { example.com/config: NAME } } }',
    ],
    [
      'the annotation of a webhook configuration',
      'object',
      '{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { annotations: { example.com/config: NS/NAME } } }',
    ],
    [
      'the text of a ConfigMap',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, data: { ci.yaml: "template:\\n  envFrom: NAME\\n" } }',
    ],
    ['a key of a ConfigMap', 'object', '{ apiVersion: v1, kind: ConfigMap, data: { NAME: "" } }'],
    [
      'the names that a Role allows',
      'object',
      `{ apiVersion: ${RBAC}, kind: Role, rules: [{ apiGroups: [''], resources: [configmaps], resourceNames: [NAME], verbs: [get] }] }`,
    ],
    ['a field of a custom resource', 'custom', '{ from: NAME }'],
    ['deep in a custom resource', 'custom', '{ parts: [{ sources: [{ from: { key: NAME } }] }] }'],
    ['a key of a custom resource', 'custom', '{ mounts: { NAME: /etc/config } }'],
    [
      'the end of a dotted key (Spark)',
      'custom',
      '{ sparkConf: { spark.kubernetes.driver.secrets.NAME: /etc/secrets } }',
    ],
    ['JSON in a field of a custom resource', 'custom', `{ values: '{"config":"NAME"}' }`],
    ['YAML in a field of a custom resource (Helm values)', 'custom', '{ values: "config:\\n  name: NAME\\n" }'],
    [
      'a pod template in a custom resource',
      'custom',
      '{ template: { spec: { containers: [{ envFrom: [{ configMapRef: { name: NAME } }] }] } } }',
    ],
    ['kind and name in a custom resource’s spec (Flux)', 'custom', '{ valuesFrom: [{ kind: ConfigMap, name: NAME }] }'],
    ['with its namespace, from elsewhere', 'custom elsewhere', '{ from: NS/NAME }'],
    [
      'a namespace beside the name, from elsewhere',
      'custom elsewhere',
      '{ configMapRef: { namespace: NS, name: NAME } }',
    ],
    ['a custom resource of the cluster', 'custom of the cluster', '{ config: { namespace: NS, name: NAME } }'],
    ['a custom resource of the cluster without a namespace', 'custom of the cluster', '{ config: NAME }'],
    [
      'a namespace further up, from elsewhere',
      'custom elsewhere',
      '{ source: { namespace: NS, config: { name: NAME } } }',
    ],
    ['a namespace in another field, from elsewhere', 'custom elsewhere', '{ watched: [NS], config: { name: NAME } }'],
    ['a namespace before a colon, from elsewhere', 'custom elsewhere', "{ from: 'NS:NAME' }"],
    ['without a namespace, from elsewhere, which has none of that name', 'custom elsewhere', '{ from: NAME }'],
    [
      'a namespace in another field, from elsewhere, which has one of that name',
      'custom elsewhere',
      '{ watched: [NS], config: { name: NAME } }',
      'there as well',
    ],
    [
      'the text of a ConfigMap elsewhere (ingress-nginx)',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { namespace: OTHER }, data: { add-headers: NS/NAME } }',
    ],
    [
      'a namespace in one JSON with the name, from elsewhere',
      'object',
      `{ apiVersion: apps/v1, kind: Deployment, metadata: { namespace: OTHER, annotations: { example.com/config: '{"namespace":"NS","name":"NAME"}' } }, spec: { replicas: 0, selector: { matchLabels: { a: NAME } }, template: { metadata: { labels: { a: NAME } }, spec: { containers: [{ name: c, image: x.example.com/c }] } } } }`,
    ],
    [
      'the source of a ConfigMap elsewhere (kubernetes-replicator)',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { namespace: OTHER, annotations: { replicator.v1.mittwald.de/replicate-from: NS/NAME } } }',
    ],
    [
      'a parameter of a StorageClass',
      'object',
      '{ apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: none.example.com, parameters: { topologyConfigMap: NAME } }',
    ],
    [
      'an attribute of a PersistentVolume',
      'object',
      '{ apiVersion: v1, kind: PersistentVolume, spec: { storageClassName: none, capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], csi: { driver: d.example.com, volumeHandle: h, volumeAttributes: { settings: NS/NAME } } } }',
    ],
    [
      'the names that a ClusterRole allows',
      'object',
      `{ apiVersion: ${RBAC}, kind: ClusterRole, rules: [{ apiGroups: [''], resources: [configmaps], resourceNames: [NAME], verbs: [get] }] }`,
    ],
  ),
  ...forms(
    true,
    HASHED_SECRET,
    ['a Secret as environment', 'container', 'envFrom: [{ secretRef: { name: NAME } }]'],
    [
      'a Secret’s key as an environment variable',
      'container',
      'env: [{ name: A, valueFrom: { secretKeyRef: { name: NAME, key: a } } }]',
    ],
    ['a Secret as a volume', 'pod', 'volumes: [{ name: v, secret: { secretName: NAME } }]'],
    [
      'a Secret in a projected volume',
      'pod',
      'volumes: [{ name: v, projected: { sources: [{ secret: { name: NAME } }] } }]',
    ],
    ['image pull secrets', 'pod', 'imagePullSecrets: [{ name: NAME }]'],
    [
      'the Secret of an inline CSI volume',
      'pod',
      'volumes: [{ name: v, csi: { driver: d.example.com, nodePublishSecretRef: { name: NAME } } }]',
    ],
    [
      'the pull secrets of a ServiceAccount',
      'object',
      '{ apiVersion: v1, kind: ServiceAccount, imagePullSecrets: [{ name: NAME }] }',
    ],
    [
      'the secrets of a ServiceAccount',
      'object',
      '{ apiVersion: v1, kind: ServiceAccount, secrets: [{ name: NAME }] }',
    ],
    [
      'the certificate of an Ingress',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: Ingress, spec: { tls: [{ secretName: NAME }], defaultBackend: { service: { name: s, port: { number: 80 } } } } }',
    ],
    [
      'the authentication of an Ingress',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { annotations: { nginx.ingress.kubernetes.io/auth-secret: NS/NAME } }, spec: { defaultBackend: { service: { name: s, port: { number: 80 } } } } }',
    ],
    [
      'the certificate of a load balancer',
      'object',
      '{ apiVersion: v1, kind: Service, metadata: { annotations: { example.com/tls-secret: NAME } }, spec: { ports: [{ port: 80 }] } }',
    ],
    [
      'the Secret of a StorageClass',
      'object',
      '{ apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: none.example.com, parameters: { csi.storage.k8s.io/node-stage-secret-name: NAME, csi.storage.k8s.io/node-stage-secret-namespace: NS } }',
    ],
    [
      'a PersistentVolume',
      'object',
      '{ apiVersion: v1, kind: PersistentVolume, spec: { storageClassName: none, capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], csi: { driver: d.example.com, volumeHandle: h, nodeStageSecretRef: { name: NAME, namespace: NS } } } }',
    ],
    [
      'an argument of a controller elsewhere',
      'object',
      '{ apiVersion: apps/v1, kind: Deployment, metadata: { namespace: OTHER }, spec: { replicas: 0, selector: { matchLabels: { a: NAME } }, template: { metadata: { labels: { a: NAME } }, spec: { containers: [{ name: c, image: x.example.com/c, args: [--default-ssl-certificate=NS/NAME] }] } } } }',
    ],
    [
      'the certificate of a Gateway',
      'object',
      '{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { namespace: OTHER }, spec: { listeners: [{ tls: { certificateRefs: [{ name: NAME, namespace: NS }] } }] } }',
    ],
    ['a Secret in a custom resource', 'custom', '{ auth: { secretRef: { name: NAME, key: password } } }'],
    [
      'the client certificates of an Ingress elsewhere',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { namespace: OTHER, annotations: { nginx.ingress.kubernetes.io/auth-tls-secret: NS/NAME } }, spec: { defaultBackend: { service: { name: s, port: { number: 80 } } } } }',
    ],
    [
      'the certificate of a load balancer elsewhere',
      'object',
      '{ apiVersion: v1, kind: Service, metadata: { namespace: OTHER, annotations: { example.com/tls-secret: NS/NAME } }, spec: { ports: [{ port: 80 }] } }',
    ],
    [
      'the source of a Secret elsewhere (Reflector)',
      'object',
      '{ apiVersion: v1, kind: Secret, metadata: { namespace: OTHER, annotations: { reflector.v1.k8s.emberstack.com/reflects: NS/NAME } } }',
    ],
    [
      'the deletion secret of a PersistentVolume',
      'object',
      '{ apiVersion: v1, kind: PersistentVolume, metadata: { annotations: { volume.kubernetes.io/provisioner-deletion-secret-name: NAME, volume.kubernetes.io/provisioner-deletion-secret-namespace: NS } }, spec: { storageClassName: none, capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], csi: { driver: d.example.com, volumeHandle: h } } }',
    ],
    [
      'name and namespace in two arguments of a controller elsewhere',
      'object',
      '{ apiVersion: apps/v1, kind: Deployment, metadata: { namespace: OTHER }, spec: { replicas: 0, selector: { matchLabels: { a: NAME } }, template: { metadata: { labels: { a: NAME } }, spec: { containers: [{ name: c, image: x.example.com/c, args: [--ca-secret-namespace=NS, --ca-secret-name=NAME] }] } } } }',
    ],
    [
      'name and namespace in two variables of a controller elsewhere',
      'object',
      '{ apiVersion: apps/v1, kind: Deployment, metadata: { namespace: OTHER }, spec: { replicas: 0, selector: { matchLabels: { a: NAME } }, template: { metadata: { labels: { a: NAME } }, spec: { containers: [{ name: c, image: x.example.com/c, env: [{ name: CA_NAMESPACE, value: NS }, { name: CA_SECRET, value: NAME }] }] } } } }',
    ],
    [
      'within a script that says the namespace, elsewhere',
      'object',
      '{ apiVersion: batch/v1, kind: CronJob, metadata: { namespace: OTHER }, spec: { suspend: true, schedule: "0 0 1 1 *", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: x.example.com/c, command: [sh, -c, kubectl -n NS get secret NAME -o yaml] }] } } } } } }',
    ],
  ),
  ...forms(
    false,
    HASHED_CONFIG_MAP,
    ['a longer name', 'custom', '{ from: NAME-x }'],
    ['the end of a longer name', 'custom', '{ from: x-NAME }'],
    ['the name of a file', 'container', 'args: [/etc/NAME.yaml]'],
    ['in another namespace, which has one of that name', 'custom elsewhere', '{ from: NAME }', 'there as well'],
    [
      'a label with the name of the namespace, elsewhere, which has one of that name',
      'custom elsewhere',
      '{ from: NAME, labels: { of: NS } }',
      'there as well',
    ],
    [
      'a host of the namespace, elsewhere, which has one of that name',
      'custom elsewhere',
      '{ from: NAME, url: "http://web.NS.svc:8080" }',
      'there as well',
    ],
    [
      'a namespace beside the name, and another one in another field',
      'custom elsewhere',
      '{ configMapRef: { namespace: OTHER, name: NAME }, target: NS }',
    ],
    ['another namespace beside the name', 'custom', '{ configMapRef: { namespace: OTHER, name: NAME } }'],
    ['a Secret of that name', 'container', 'envFrom: [{ secretRef: { name: NAME } }]'],
    [
      'an owner',
      'object',
      '{ apiVersion: v1, kind: Secret, metadata: { ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: NAME, uid: UID }] } }',
    ],
    [
      'what kubectl applied last',
      'annotations',
      `kubectl.kubernetes.io/last-applied-configuration: '{"config":"NAME"}'`,
    ],
    [
      'the scope of a report',
      'object',
      '{ apiVersion: wgpolicyk8s.io/v1alpha2, kind: PolicyReport, scope: { apiVersion: v1, kind: ConfigMap, name: NAME, namespace: NS } }',
    ],
    [
      'the resources of a report',
      'object',
      '{ apiVersion: wgpolicyk8s.io/v1alpha2, kind: PolicyReport, results: [{ policy: p, resources: [{ apiVersion: v1, kind: ConfigMap, name: NAME, namespace: NS }] }] }',
    ],
    [
      'the labels of a report',
      'object',
      '{ apiVersion: wgpolicyk8s.io/v1alpha2, kind: PolicyReport, metadata: { labels: { report.example.com/resource.kind: ConfigMap, report.example.com/resource.name: NAME } } }',
    ],
    [
      'an Event',
      'object',
      '{ apiVersion: v1, kind: Event, involvedObject: { apiVersion: v1, kind: ConfigMap, name: NAME, namespace: NS }, reason: Seen, type: Normal, message: NAME was seen }',
    ],
    ['the data of a Secret', 'object', '{ apiVersion: v1, kind: Secret, stringData: { a: NAME } }'],
    [
      'a finished run',
      'object',
      '{ apiVersion: uses.example.com/v1, kind: Gadget, spec: { config: NAME }, status: { completionTime: "2026-01-01T00:00:00Z", conditions: [{ type: Succeeded, status: "True" }] } }',
    ],
  ),
];

const TRAEFIK = 'traefik.io/v1alpha1';

/** ConfigMaps and Secrets whose names have no content hash. */
export const PLAIN_CONFIG_FORMS: readonly UseForm[] = [
  ...forms(
    true,
    'v1 Secret',
    ['a plain name in a field', 'pod', 'volumes: [{ name: v, secret: { secretName: NAME } }]'],
    ['a plain name in a custom resource', 'custom', '{ credentials: NAME }'],
    ['the parameter of a chart', 'custom', '{ parameters: [{ name: auth.existingSecret, value: NAME }] }'],
    [
      'the values of a chart elsewhere, which says where it goes (Flux)',
      'custom elsewhere',
      '{ targetNamespace: NS, values: { auth: { existingSecret: NAME } } }',
    ],
    [
      'the values of a chart, as a text (Argo CD)',
      'custom',
      '{ source: { helm: { values: "auth:\\n  existingSecret: NAME\\n" } } }',
    ],
    [
      'under a key that says the kind, in a text',
      'custom',
      '{ values: "env:\\n- valueFrom:\\n    secretKeyRef:\\n      key: a\\n      name: NAME\\n" }',
    ],
    ['beside its kind, in a text', 'custom', '{ values: "valuesFrom:\\n- kind: Secret\\n  name: NAME\\n" }'],
    ['after its kind, in a script', 'container', 'command: [sh, -c, "kubectl get secret NAME -o yaml | sort"]'],
    ['kind and name, in a script', 'container', 'command: [sh, -c, "kubectl get secret/NAME -o yaml"]'],
    ['an argument within a script', 'container', 'command: [sh, -c, "exec app --tls-secret-name=NAME --verbose"]'],
    ['after a flag within a script', 'container', 'command: [sh, -c, "exec app --tls-secret NAME --verbose"]'],
    [
      'with more after it, where the field says the kind (Spark)',
      'custom',
      '{ sparkConf: { executor.secretKeyRef: "NAME:password" } }',
    ],
    [
      'the end of a dotted key that says the kind',
      'custom',
      '{ sparkConf: { spark.kubernetes.driver.secrets.NAME: /etc/secrets } }',
    ],
    [
      'with its namespace, within a text',
      'custom elsewhere',
      '{ config: { password: "${secrets:NS/NAME:password}" } }',
    ],
    ['the path of the API', 'custom', '{ urlPath: /api/v1/namespaces/NS/secrets/NAME }'],
    ['JSON in an annotation', 'annotations', `example.com/auth: '{"issuer":"x","secretName":"NAME"}'`],
    ['YAML in an annotation', 'annotations', '"example.com/inject": "volumes:\\n- secret:\\n    secretName: NAME\\n"'],
    [
      'an attribute of an inline CSI volume',
      'pod',
      'volumes: [{ name: v, csi: { driver: d.example.com, volumeAttributes: { secretName: NAME } } }]',
    ],
    [
      'an attribute of a PersistentVolume',
      'object',
      '{ apiVersion: v1, kind: PersistentVolume, spec: { storageClassName: none, capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], csi: { driver: d.example.com, volumeHandle: h, volumeAttributes: { secretName: NAME, secretNamespace: NS } } } }',
    ],
    [
      'the value of a ConfigMap whose key says the kind',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, data: { pod_environment_secret: NAME } }',
    ],
    [
      'a pod template in a ConfigMap (Airflow)',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, data: { pod.yaml: "spec:\\n  containers:\\n  - envFrom:\\n    - secretRef:\\n        name: NAME\\n" } }',
    ],
    [
      'TOML in a ConfigMap elsewhere, which says the namespace (GitLab)',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { namespace: OTHER }, data: { config.toml: "[runners.kubernetes]\\nnamespace = \\"NS\\"\\n[[runners.kubernetes.volumes.secret]]\\nname = \\"NAME\\"\\n" } }',
    ],
    [
      'name and namespace in two values of a ConfigMap elsewhere',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { namespace: OTHER }, data: { CA_SECRET: NAME, CA_IN: NS } }',
    ],
    [
      'the credentials of an Istio Gateway elsewhere',
      'object',
      '{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { namespace: OTHER }, spec: { servers: [{ tls: { mode: SIMPLE, credentialName: NAME } }] } }',
    ],
  ),
  ...forms(
    true,
    'v1 ConfigMap',
    ['a plain name with its namespace, in an argument', 'container', 'args: [--config-map=NS/NAME]'],
    [
      'the headers of ingress-nginx, elsewhere',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { namespace: OTHER }, data: { add-headers: NS/NAME } }',
    ],
  ),
  ...forms(
    false,
    'v1 Secret',
    ['a plain name in a label', 'custom', '{ selector: { matchLabels: { of: NAME } } }'],
    ['a word within a script', 'container', 'command: [sh, -c, "echo NAME"]'],
    ['a path', 'container', 'command: [sh, -c, "cat /etc/NS/NAME"]'],
    ['another kind, in a text', 'custom', '{ values: "configMapName: NAME\\n" }'],
    ['a key that says no kind, in a text', 'custom', '{ values: "name: NAME\\n" }'],
    [
      'the value of a ConfigMap whose key says no kind',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, data: { APP: NAME } }',
    ],
    [
      'what a manifest in a ConfigMap makes',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, data: { x.yaml: "apiVersion: v1\\nkind: Secret\\nmetadata:\\n  name: NAME\\n" } }',
    ],
    [
      'the credentials of an Istio Gateway elsewhere, which has one of that name',
      'object',
      '{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { namespace: OTHER }, spec: { servers: [{ tls: { mode: SIMPLE, credentialName: NAME } }] } }',
      'there as well',
    ],
    ['its kind is said in another namespace, which it names nowhere', 'custom elsewhere', '{ existingSecret: NAME }'],
  ),
];

/** Everything else is named in fields of its own, or as a whole word where names stand. */
export const OTHER_FORMS: readonly UseForm[] = [
  ...forms(
    true,
    'v1 Service',
    [
      'the backend of an Ingress',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: Ingress, spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: NAME, port: { number: 80 } } } }] } }] } }',
    ],
    [
      'the default backend of an Ingress',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: Ingress, spec: { defaultBackend: { service: { name: NAME, port: { number: 80 } } } } }',
    ],
    [
      'the Service of a StatefulSet',
      'object',
      '{ apiVersion: apps/v1, kind: StatefulSet, spec: { replicas: 0, serviceName: NAME, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: c, image: x.example.com/c }] } } } }',
    ],
    [
      'a webhook configuration',
      'object',
      '{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, webhooks: [{ name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], failurePolicy: Ignore, clientConfig: { service: { name: NAME, namespace: NS } } }] }',
    ],
    [
      'the backend of an HTTPRoute',
      'object',
      '{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, spec: { rules: [{ backendRefs: [{ name: NAME, port: 80 }] }] } }',
    ],
    [
      'the service of a Traefik IngressRoute',
      'object',
      `{ apiVersion: ${TRAEFIK}, kind: IngressRoute, spec: { routes: [{ services: [{ name: NAME, port: 80 }] }] } }`,
    ],
    ['a host name', 'container', 'env: [{ name: UPSTREAM, value: NAME }]'],
    ['a URL', 'container', 'env: [{ name: UPSTREAM, value: "http://NAME:8080/api" }]'],
    ['a host and a port', 'container', "args: ['--upstream=NAME:8080']"],
    ['a host name with its namespace', 'container', 'args: [--upstream=NAME.NS]'],
    [
      'a full host name within a script',
      'container',
      'command: [sh, -c, curl -s http://NAME.NS.svc.cluster.local/health]',
    ],
    [
      'a full host name in the text of a ConfigMap',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, data: { nginx.conf: "proxy_pass http://NAME.NS.svc;" } }',
    ],
    [
      'the host of an ExternalName Service',
      'object',
      '{ apiVersion: v1, kind: Service, spec: { type: ExternalName, externalName: NAME.NS.svc.cluster.local } }',
    ],
    [
      'the host of an ExternalName Service elsewhere',
      'object',
      '{ apiVersion: v1, kind: Service, metadata: { namespace: OTHER }, spec: { type: ExternalName, externalName: NAME.NS.svc.cluster.local } }',
    ],
    [
      'a full host name in the text of a ConfigMap elsewhere',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { namespace: OTHER }, data: { Corefile: "rewrite name db.example.com NAME.NS.svc.cluster.local" } }',
    ],
    [
      'the TCP services of ingress-nginx, elsewhere',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { namespace: OTHER }, data: { "9000": "NS/NAME:80:PROXY" } }',
    ],
    ['a variable for the namespace', 'container', 'args: [--publish-service=$(MY_SPACE)/NAME]'],
    ['a pod of its StatefulSet', 'container', "args: ['--peers=x-0.NAME:9092,x-1.NAME:9092']"],
    ['the subdomain of a pod', 'pod', '{ hostname: a, subdomain: NAME }'],
    ['the value of a ConfigMap', 'object', '{ apiVersion: v1, kind: ConfigMap, data: { DB_HOST: NAME } }'],
    [
      'a host and a port in the text of a ConfigMap',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, data: { app.yaml: "cache:\\n  at: NAME:6379\\n" } }',
    ],
    [
      'an address in the text of a ConfigMap',
      'object',
      '{ apiVersion: v1, kind: ConfigMap, data: { app.properties: "spring.redis.host=NAME\\n" } }',
    ],
    [
      'the server of an NFS volume',
      'object',
      '{ apiVersion: v1, kind: PersistentVolume, spec: { storageClassName: none, capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], nfs: { server: NAME.NS.svc.cluster.local, path: / } } }',
    ],
    ['a field of a custom resource', 'custom', '{ upstream: NAME }'],
    ['a URL in a custom resource elsewhere', 'custom elsewhere', '{ url: "http://NAME.NS:8080" }'],
  ),
  ...forms(true, `${RBAC} Role`, [
    'the role of a RoleBinding',
    'object',
    `{ apiVersion: ${RBAC}, kind: RoleBinding, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: NAME }, subjects: [] }`,
  ]),
  ...forms(
    true,
    `${RBAC} ClusterRole`,
    [
      'the cluster role of a RoleBinding',
      'object',
      `{ apiVersion: ${RBAC}, kind: RoleBinding, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME }, subjects: [] }`,
    ],
    [
      'the role of a ClusterRoleBinding',
      'object',
      `{ apiVersion: ${RBAC}, kind: ClusterRoleBinding, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME }, subjects: [] }`,
    ],
  ),
  ...forms(
    true,
    'v1 ServiceAccount',
    ['the account of a pod', 'pod', 'serviceAccountName: NAME'],
    [
      'the subject of a RoleBinding elsewhere',
      'object',
      `{ apiVersion: ${RBAC}, kind: RoleBinding, metadata: { namespace: OTHER }, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }, subjects: [{ kind: ServiceAccount, name: NAME, namespace: NS }] }`,
    ],
    ['the account of a custom resource', 'custom', '{ serviceAccountName: NAME }'],
    ['a principal of a mesh, elsewhere', 'custom elsewhere', '{ principals: [cluster.local/ns/NS/sa/NAME] }'],
    [
      'the user of a RoleBinding elsewhere',
      'object',
      `{ apiVersion: ${RBAC}, kind: RoleBinding, metadata: { namespace: OTHER }, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }, subjects: [{ kind: User, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccount:NS:NAME" }] }`,
    ],
  ),
  ...forms(true, 'scheduling.k8s.io/v1 PriorityClass', ['the priority of a pod', 'pod', 'priorityClassName: NAME']),
  ...forms(true, 'node.k8s.io/v1 RuntimeClass', ['the runtime of a pod', 'pod', 'runtimeClassName: NAME']),
  ...forms(
    true,
    'storage.k8s.io/v1 StorageClass',
    [
      'the class of a claim',
      'object',
      '{ apiVersion: v1, kind: PersistentVolumeClaim, spec: { accessModes: [ReadWriteOnce], storageClassName: NAME, resources: { requests: { storage: 1Gi } } } }',
    ],
    [
      'the class of a StatefulSet’s claims',
      'object',
      '{ apiVersion: apps/v1, kind: StatefulSet, spec: { replicas: 0, serviceName: s, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: c, image: x.example.com/c }] } }, volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], storageClassName: NAME, resources: { requests: { storage: 1Gi } } } }] } }',
    ],
  ),
  ...forms(
    true,
    'networking.k8s.io/v1 IngressClass',
    [
      'the class of an Ingress',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: Ingress, spec: { ingressClassName: NAME, defaultBackend: { service: { name: s, port: { number: 80 } } } } }',
    ],
    ['an argument of a controller', 'container', 'args: [--ingress-class=NAME]'],
  ),
  ...forms(
    true,
    'apps/v1 Deployment',
    [
      'what an autoscaler scales',
      'object',
      '{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: NAME } } }',
    ],
    ['kind and name in an argument', 'container', 'args: [--target=deployment/NAME]'],
  ),
  ...forms(
    true,
    `${TRAEFIK} Middleware`,
    [
      'the middleware of an IngressRoute',
      'object',
      `{ apiVersion: ${TRAEFIK}, kind: IngressRoute, spec: { routes: [{ middlewares: [{ name: NAME }] }] } }`,
    ],
    [
      'the middleware of an Ingress',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { annotations: { traefik.ingress.kubernetes.io/router.middlewares: "default-x@kubernetescrd,NS-NAME@kubernetescrd" } }, spec: { defaultBackend: { service: { name: s, port: { number: 80 } } } } }',
    ],
    [
      'a chain of middlewares',
      'object',
      `{ apiVersion: ${TRAEFIK}, kind: Middleware, spec: { chain: { middlewares: [{ name: NAME }] } } }`,
    ],
  ),
  ...forms(
    false,
    'v1 Service',
    ['labels', 'object', '{ apiVersion: v1, kind: ConfigMap, metadata: { labels: { app: NAME } } }'],
    [
      'what labels select',
      'object',
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: { podSelector: { matchLabels: { app: NAME } } } }',
    ],
    ['a container’s own name', 'pod', 'containers: [{ name: NAME, image: x.example.com/c }]'],
    ['an image', 'container', 'image: x.example.com/NAME'],
    ['an image in a text', 'custom', '{ values: "image: NAME:1234\\n" }'],
    ['a name in a text', 'custom', '{ values: "name: NAME\\n" }'],
    ['a longer word', 'container', 'args: [--name=NAME-x]'],
    ['a word in a sentence', 'annotations', 'example.com/note: the NAME of things'],
    [
      'the entry points of a Traefik IngressRoute',
      'object',
      `{ apiVersion: ${TRAEFIK}, kind: IngressRoute, spec: { entryPoints: [NAME], routes: [] } }`,
    ],
    ['another kind in a field that says it', 'custom', '{ secretName: NAME }'],
    ['another kind beside the name', 'custom', '{ ref: { kind: Secret, name: NAME } }'],
    ['the set of kapply', 'annotations', 'kapply.dev/set: NAME'],
    ['a service of that name in another namespace', 'container', 'args: [--upstream=NAME.OTHER.svc]'],
  ),
  ...forms(false, 'apps/v1 Deployment', ['a word that says no kind', 'container', 'env: [{ name: APP, value: NAME }]']),
];
