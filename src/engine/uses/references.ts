/**
 * Who uses which ConfigMap or Secret: every place in the built-in kinds that names one. ServiceAccounts and
 * PersistentVolumeClaims that pods name are found the same way, as these are not to be pruned from under a pod either.
 * The paths are those of core/v1 PodSpec, ServiceAccount and networking.k8s.io/v1 Ingress.
 */
import { LAST_APPLIED_ANNOTATION } from '../../objects/annotations.js';
import { groupOf, type KubeObject } from '../../objects/object.js';
import { controllerOf } from '../sets/ownership.js';

/** The kinds of the core group that others refer to by name, in their own namespace. */
export type ReferredKind = 'ConfigMap' | 'Secret' | 'ServiceAccount' | 'PersistentVolumeClaim';

export interface Reference {
  readonly kind: ReferredKind;
  readonly name: string;
  /** Where it stands, for people: `spec.template.spec.containers[0].env[2].valueFrom.configMapKeyRef`. */
  readonly path: string;
}

/** A path into a pod spec; `[]` walks a list. The last segment holds the name. */
interface ReferencePath {
  readonly kind: ReferredKind;
  readonly path: string;
}

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'];
const IN_CONTAINER: readonly ReferencePath[] = [
  { kind: 'ConfigMap', path: 'env[].valueFrom.configMapKeyRef.name' },
  { kind: 'Secret', path: 'env[].valueFrom.secretKeyRef.name' },
  { kind: 'ConfigMap', path: 'envFrom[].configMapRef.name' },
  { kind: 'Secret', path: 'envFrom[].secretRef.name' },
];

/** Every place in a PodSpec that names something of the pod's namespace. */
export const POD_SPEC_PATHS: readonly ReferencePath[] = [
  ...CONTAINER_LISTS.flatMap((list) => IN_CONTAINER.map(({ kind, path }) => ({ kind, path: `${list}[].${path}` }))),
  { kind: 'ConfigMap', path: 'volumes[].configMap.name' },
  { kind: 'Secret', path: 'volumes[].secret.secretName' },
  { kind: 'ConfigMap', path: 'volumes[].projected.sources[].configMap.name' },
  { kind: 'Secret', path: 'volumes[].projected.sources[].secret.name' },
  { kind: 'Secret', path: 'volumes[].csi.nodePublishSecretRef.name' },
  { kind: 'Secret', path: 'volumes[].azureFile.secretName' },
  ...['cephfs', 'cinder', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map((volume): ReferencePath => ({
    kind: 'Secret',
    path: `volumes[].${volume}.secretRef.name`,
  })),
  { kind: 'Secret', path: 'imagePullSecrets[].name' },
  { kind: 'ServiceAccount', path: 'serviceAccountName' },
  { kind: 'PersistentVolumeClaim', path: 'volumes[].persistentVolumeClaim.claimName' },
];

/** Where a kind keeps its pod spec. */
const POD_SPEC_OF: Readonly<Record<string, string>> = {
  '/Pod': 'spec',
  '/PodTemplate': 'template.spec',
  '/ReplicationController': 'spec.template.spec',
  'apps/Deployment': 'spec.template.spec',
  'apps/StatefulSet': 'spec.template.spec',
  'apps/DaemonSet': 'spec.template.spec',
  'apps/ReplicaSet': 'spec.template.spec',
  'batch/Job': 'spec.template.spec',
  'batch/CronJob': 'spec.jobTemplate.spec.template.spec',
};

/** Kinds without a pod spec that name configs of their own namespace. */
const OTHER_PATHS: Readonly<Record<string, readonly ReferencePath[]>> = {
  '/ServiceAccount': [
    { kind: 'Secret', path: 'secrets[].name' },
    { kind: 'Secret', path: 'imagePullSecrets[].name' },
  ],
  'networking.k8s.io/Ingress': [{ kind: 'Secret', path: 'spec.tls[].secretName' }],
};

/** The kinds whose references are found by path, as `GROUP/KIND`. If one cannot be listed, the answer is "unknown". */
export const REFERRING_KINDS: readonly string[] = [...Object.keys(POD_SPEC_OF), ...Object.keys(OTHER_PATHS)];

/** The path of a kind's pod spec (`spec.template.spec`), or undefined where it runs no pods. */
export function podSpecPath(group: string, kind: string): string | undefined {
  const key = `${group}/${kind}`;
  return Object.hasOwn(POD_SPEC_OF, key) ? POD_SPEC_OF[key] : undefined;
}

/** Every reference that the object makes within its namespace, whether or not it still counts as a use. */
export function referencesOf(object: KubeObject): Reference[] {
  const key = `${groupOf(object.apiVersion)}/${object.kind}`;
  const base = podSpecPath(groupOf(object.apiVersion), object.kind);
  const paths =
    base === undefined
      ? Object.hasOwn(OTHER_PATHS, key)
        ? (OTHER_PATHS[key] ?? [])
        : []
      : POD_SPEC_PATHS.map(({ kind, path }) => ({ kind, path: `${base}.${path}` }));
  return paths.flatMap(({ kind, path }) =>
    collect(object, path.split('.'), '').map((found) => ({ kind, name: found.name, path: found.path })),
  );
}

function collect(value: unknown, path: readonly string[], at: string): { name: string; path: string }[] {
  if (value === null || typeof value !== 'object') return [];
  const [segment = '', ...rest] = path;
  const isList = segment.endsWith('[]');
  const field = isList ? segment.slice(0, -2) : segment;
  const child = Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
  const here = at === '' ? field : `${at}.${field}`;
  if (rest.length === 0) return typeof child === 'string' && child !== '' ? [{ name: child, path: at }] : [];
  if (!isList) return collect(child, rest, here);
  return Array.isArray(child) ? child.flatMap((item, index) => collect(item, rest, `${here}[${index}]`)) : [];
}

interface Lifecycle {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly phase?: string;
    readonly replicas?: number;
    readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
  };
}

/**
 * True while the object can still start something that reads its references: a Pod that is not finished nor going,
 * a Job that is not finished, a ReplicaSet with replicas or of its own. Every other kind that exists is a user.
 */
export function canStillStart(object: KubeObject): boolean {
  const { spec, status } = object as unknown as Lifecycle;
  switch (`${groupOf(object.apiVersion)}/${object.kind}`) {
    case '/Pod':
      return (
        object.metadata.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
      );
    case 'batch/Job':
      return !(status?.conditions ?? []).some(
        ({ type, status: met }) => (type === 'Complete' || type === 'Failed') && met === 'True',
      );
    case 'apps/ReplicaSet':
      // At 0 it is what its Deployment could go back to; without an owner it is scaled down, as a Deployment can be.
      return (spec?.replicas ?? 1) > 0 || (status?.replicas ?? 0) > 0 || controllerOf(object) === undefined;
    default:
      return true;
  }
}

/** Annotations hold lists (Reloader's `configmap.reloader.stakater.com/reload: a,b`), those of a pod template as well. */
const IN_ANNOTATIONS = /(?:^|\.)metadata\.annotations\./;

/**
 * Where an exact string stands in an object, as a value or an item of an annotation's list: the paths of the wanted
 * strings found.
 */
export function findStrings(object: KubeObject, wanted: ReadonlySet<string>): { name: string; path: string }[] {
  const found: { name: string; path: string }[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      const isList = value.includes(',') && IN_ANNOTATIONS.test(path);
      const parts = isList ? [value, ...value.split(',').map((part) => part.trim())] : [value];
      for (const part of parts) if (wanted.has(part)) found.push({ name: part, path });
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, `${path}[${index}]`));
    } else if (value !== null && typeof value === 'object') {
      for (const [field, child] of Object.entries(value)) {
        if (path === 'metadata' && field === 'managedFields') continue;
        if (path === 'metadata.annotations' && field === LAST_APPLIED_ANNOTATION) continue;
        visit(child, path === '' ? field : `${path}.${field}`);
      }
    }
  };
  visit(object, '');
  return found;
}
