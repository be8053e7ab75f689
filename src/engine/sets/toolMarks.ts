/** What other tools leave on the objects that they look after: docs/pruning.md. Each was read in the source named beside it. */
import { groupOf, type KubeObject } from '../../objects/object.js';

export interface ToolMark {
  readonly tool: string;
  readonly label?: string;
  readonly annotation?: string;
  /** True where this value marks this object: some tools write down what the object is, so that a copy is seen. */
  readonly means?: (value: string, object: KubeObject) => boolean;
  /**
   * A hint stands in manifests as well (`helm template | kubectl apply` leaves managed-by): it counts only on an object
   * that kapply did not stamp.
   */
  readonly hint?: true;
  readonly source: string;
}

const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** Values of managed-by, in lower case, that name a tool which deletes what it deployed. */
const MANAGERS: Readonly<Record<string, string>> = {
  helm: 'Helm',
  spinnaker: 'Spinnaker',
  skaffold: 'Skaffold',
  pulumi: 'Pulumi',
  timoni: 'Timoni',
  terraform: 'Terraform',
  tiller: 'Helm',
  'configmanagement.gke.io': 'Config Sync',
};

export const TOOL_MARKS: readonly ToolMark[] = [
  { tool: 'Flux', label: 'kustomize.toolkit.fluxcd.io/name', source: 'fluxcd/pkg ssa, SetOwnerLabels' },
  { tool: 'Flux', label: 'helm.toolkit.fluxcd.io/name', source: 'fluxcd/helm-controller postrender, OriginLabels' },
  {
    tool: 'Argo CD',
    annotation: 'argocd.argoproj.io/tracking-id',
    means: isArgoTrackingOf,
    source: 'argo-cd util/argo/resource_tracking.go',
  },
  { tool: 'Argo CD', label: 'argocd.argoproj.io/instance', source: 'argo-cd docs/faq, application.instanceLabelKey' },
  {
    // The default label of Argo CD 2; nearly every Helm chart writes it as well. Its own field manager tells them apart.
    tool: 'Argo CD',
    label: 'app.kubernetes.io/instance',
    means: (_, object) => hasManager(object, 'argocd-controller', 'argocd-application-controller'),
    source: 'argo-cd common/common.go, LabelKeyAppInstance and ArgoCDSSAManager',
  },
  { tool: 'kapp', label: 'kapp.k14s.io/app', source: 'carvel kapp docs, "kapp labels"' },
  {
    tool: 'kapp',
    annotation: 'kapp.k14s.io/identity',
    means: isKappIdentityOf,
    source: 'carvel kapp pkg/kapp/resources/identity_annotation.go',
  },
  { tool: 'an ApplySet', label: 'applyset.kubernetes.io/part-of', source: 'kubectl pkg/cmd/apply/applyset.go' },
  {
    tool: 'cli-utils',
    annotation: 'config.k8s.io/owning-inventory',
    source: 'cli-utils pkg/inventory, OwningInventoryKey',
  },
  {
    tool: 'Config Sync',
    annotation: 'configmanagement.gke.io/managed',
    means: (value) => value === 'enabled',
    source: 'kpt-config-sync pkg/metadata, ManagementModeAnnotationKey',
  },
  {
    tool: 'Config Sync',
    annotation: 'configsync.gke.io/resource-id',
    means: isConfigSyncIdOf,
    source: 'kpt-config-sync pkg/core, GKNN',
  },
  { tool: 'Helm', annotation: 'meta.helm.sh/release-name', source: 'helm pkg/action/validate.go' },
  {
    tool: 'Rancher or Fleet',
    annotation: 'objectset.rio.cattle.io/id',
    source: 'rancher/wrangler pkg/apply/desiredset.go, LabelID',
  },
  {
    tool: 'Rancher or Fleet',
    label: 'objectset.rio.cattle.io/hash',
    source: 'rancher/wrangler pkg/apply/desiredset.go, LabelHash',
  },
  { tool: 'Fleet', label: 'fleet.cattle.io/bundle-name', source: 'rancher/fleet-docs ref-configuration, Labels' },
  { tool: 'OLM', label: 'olm.owner', source: 'operator-lifecycle-manager pkg/lib/ownerutil, OwnerKey' },
  { tool: 'OLM', label: 'olm.managed', source: 'operator-lifecycle-manager install, OLMManagedLabelKey' },
  {
    tool: 'OLM',
    label: 'olm.operatorframework.io/owner-name',
    source: 'operator-controller internal/labels, OwnerNameKey',
  },
  {
    tool: 'Spinnaker',
    annotation: 'moniker.spinnaker.io/application',
    source: 'spinnaker.github.io kubernetes-v2, Reserved Annotations',
  },
  {
    tool: 'Spinnaker',
    annotation: 'artifact.spinnaker.io/name',
    source: 'spinnaker.github.io kubernetes-v2, Reserved Annotations',
  },
  {
    tool: 'Krane',
    annotation: 'kubernetes-deploy.shopify.io/ejson-secret',
    source: 'Shopify/krane ejson_secret_provisioner.rb, EJSON_SECRET_ANNOTATION',
  },
  {
    tool: 'Krane',
    annotation: 'krane.shopify.io/ejson-secret',
    source: 'Shopify/krane ejson_secret_provisioner.rb, EJSON_SECRET_ANNOTATION',
  },
  { tool: 'Kluctl', label: 'kluctl.io/discriminator', source: 'kluctl docs, targets, discriminator' },
  {
    tool: 'Crossplane',
    label: 'crossplane.io/composite',
    source: 'crossplane internal/xcrd, LabelKeyNamePrefixForComposed',
  },
  {
    tool: 'Crossplane',
    annotation: 'crossplane.io/composition-resource-name',
    source: 'crossplane composite, AnnotationKeyCompositionResourceName',
  },
  { tool: 'Pulumi', annotation: 'pulumi.com/autonamed', source: 'pulumi-kubernetes provider/pkg/metadata/naming.go' },
  { tool: 'werf', annotation: 'werf.io/version', source: 'werf docs, annotating and labeling of chart resources' },
  { tool: 'werf', annotation: 'project.werf.io/name', source: 'werf docs, annotating and labeling of chart resources' },
  { tool: 'Skaffold', label: 'skaffold.dev/run-id', source: 'skaffold pkg/skaffold/deploy/label, RunIDLabel' },
  { tool: 'Tanka', label: 'tanka.dev/environment', source: 'grafana/tanka pkg/kubernetes, LabelEnvironment' },
  { tool: 'KubeVela', label: 'app.oam.dev/name', source: 'kubevela pkg/oam/labels.go, LabelAppName' },
  {
    tool: 'another tool',
    label: MANAGED_BY,
    means: (value) => Object.hasOwn(MANAGERS, value.toLowerCase()),
    hint: true,
    source: 'kubernetes.io, Recommended Labels; helm, spinnaker, skaffold and pulumi write their names',
  },
];

/**
 * The tool that tracks an object, with its mark: `Helm (meta.helm.sh/release-name: web)`, or undefined.
 * @param isStamped kapply stamped the object: then hints that stand in manifests count for nothing
 */
export function trackerOf(object: KubeObject, isStamped: boolean): string | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  for (const { tool, label, annotation, means, hint } of TOOL_MARKS) {
    if (hint === true && isStamped) continue;
    const key = label ?? annotation ?? '';
    const value = (label === undefined ? annotations : labels)[key];
    if (value === undefined || means?.(value, object) === false) continue;
    const name = key === MANAGED_BY ? (MANAGERS[value.toLowerCase()] ?? tool) : tool;
    return `${name} (${key}: ${value})`;
  }
  return undefined;
}

function hasManager({ metadata: { managedFields = [] } }: KubeObject, ...names: readonly string[]): boolean {
  return managedFields.some(({ manager = '' }) => names.includes(manager));
}

/** `APP:GROUP/KIND:NAMESPACE/NAME`; for what belongs to the cluster the namespace is the application's. */
function isArgoTrackingOf(value: string, { apiVersion, kind, metadata }: KubeObject): boolean {
  const [, gvk, place = ''] = value.split(':');
  const [namespace, name] = place.split('/');
  return (
    gvk === `${groupOf(apiVersion)}/${kind}` &&
    name === metadata.name &&
    (metadata.namespace === undefined || namespace === metadata.namespace)
  );
}

/** `v1;NAMESPACE/GROUP/KIND/NAME;APIVERSION`. */
function isKappIdentityOf(value: string, { apiVersion, kind, metadata }: KubeObject): boolean {
  return value.split(';')[1] === [metadata.namespace ?? '', groupOf(apiVersion), kind, metadata.name].join('/');
}

/** `GROUP_kind_NAMESPACE_NAME`, the kind in lower case; without the namespace for what belongs to the cluster. */
function isConfigSyncIdOf(value: string, { apiVersion, kind, metadata }: KubeObject): boolean {
  const namespace = metadata.namespace === undefined ? [] : [metadata.namespace];
  return value === [groupOf(apiVersion), kind.toLowerCase(), ...namespace, metadata.name].join('_');
}
