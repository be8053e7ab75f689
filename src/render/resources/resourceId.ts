/** What identifies a resource while it is rendered (kyaml/resid): its group, version and kind, its name and its namespace. */

export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Which group, version and kind something is for: what is left out matches all. */
export interface GvkSelector {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
}

export interface ResourceId extends Gvk {
  readonly name: string;
  /** As written: '' where there is none. */
  readonly namespace: string;
  /** Known to live outside of namespaces. Unknown kinds count as namespaced. */
  readonly clusterScoped: boolean;
}

/** What stands for a namespace where a kind has none. */
export const NO_NAMESPACE = '_non_namespaceable_';

/** `apps/v1` in its two parts; of `v1`, the group is empty. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** `apps/v1`; of the core group, `v1`. */
export function apiVersionOf(gvk: Gvk): string {
  return gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** Whether a selector means this kind; what the selector leaves empty may be anything. */
export function isSelectedBy(gvk: Gvk, selector: GvkSelector): boolean {
  return (
    (!selector.group || selector.group === gvk.group) &&
    (!selector.version || selector.version === gvk.version) &&
    (!selector.kind || selector.kind === gvk.kind)
  );
}

/** The namespace that counts: no namespace is `default`, and kinds outside of namespaces share a name of their own. */
export function effectiveNamespace(id: Pick<ResourceId, 'namespace' | 'clusterScoped'>): string {
  if (id.clusterScoped) return NO_NAMESPACE;
  return id.namespace === '' ? 'default' : id.namespace;
}

/** A key for maps: equal exactly when kustomize takes two ids for the same resource (ResId.Equals). */
export function resourceKey(id: ResourceId): string {
  return `${id.group}/${id.version}/${id.kind}/${effectiveNamespace(id)}/${id.name}`;
}

/** For people: `Deployment web`, with the namespace and the apiVersion where they are needed to tell it apart. */
export function describeId(id: ResourceId): string {
  const namespace = id.namespace === '' || id.clusterScoped ? '' : ` in namespace ${id.namespace}`;
  const apiVersion = apiVersionOf(id);
  return `${id.kind || 'object'} ${id.name}${namespace}${apiVersion === '' ? '' : ` (${apiVersion})`}`;
}

const DEFAULT_FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const DEFAULT_LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** The kinds that come first and last in the legacy order, and in which field specs are sorted. */
export const LEGACY_ORDER = { first: DEFAULT_FIRST, last: DEFAULT_LAST } as const;

/** The place of each kind: negative for those that come first, positive for those that come last, 0 for all others. */
export function kindOrder(first: readonly string[], last: readonly string[]): (kind: string) => number {
  const places = new Map<string, number>();
  first.forEach((kind, index) => places.set(kind, index - first.length));
  last.forEach((kind, index) => places.set(kind, index + 1));
  return (kind) => places.get(kind) ?? 0;
}

/** The text by which kinds of the same place are sorted; `~` puts what is missing behind everything else. */
export function gvkSortText(gvk: Gvk): string {
  return `${gvk.group || '~G'}_${gvk.version || '~V'}_${gvk.kind || '~K'}`;
}

const defaultPlace = kindOrder(DEFAULT_FIRST, DEFAULT_LAST);

/** The order of field specs (Gvk.IsLessThan). */
export function compareGvk(left: Gvk, right: Gvk): number {
  return defaultPlace(left.kind) - defaultPlace(right.kind) || compareText(gvkSortText(left), gvkSortText(right));
}

/** By UTF-8 bytes, as Go compares strings; for text without astral characters the same as by UTF-16 units. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
