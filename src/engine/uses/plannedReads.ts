/** What is read to find the uses of some candidates: which kinds, how much of each, and where. Pure. */
import type { ApiResource, Discovery } from '../../cluster/cluster.js';
import type { Right } from '../../cluster/right.js';
import type { ObjectId } from '../../objects/object.js';
import { isConfigKind } from '../configs/revisions.js';
import { isBuiltInGroup } from './builtInGroups.js';
import { POD_KINDS, rowsOf } from './references.js';

export interface PlannedRead {
  readonly resource: ApiResource;
  /** Metadata alone, for its annotations. */
  readonly metadataOnly: boolean;
  /** Where: `['']` for a kind of the cluster. */
  readonly namespaces: readonly string[];
  /** Also all other namespaces, where that is allowed: a name there can say the namespace that it means. */
  readonly everywhere: boolean;
  /** True where it is not known in full without all namespaces: something of the cluster is used from anywhere. */
  readonly needsAll: boolean;
}

/**
 * Kinds that the control plane and the nodes write by themselves: nobody refers to anything in them, and there are many.
 */
const NEVER_READ = new Set([
  '/Event',
  'events.k8s.io/Event',
  '/Endpoints',
  '/ComponentStatus',
  'discovery.k8s.io/EndpointSlice',
  'coordination.k8s.io/Lease',
  'coordination.k8s.io/LeaseCandidate',
  'networking.k8s.io/IPAddress',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/CSIStorageCapacity',
  'resource.k8s.io/ResourceSlice',
  'internal.apiserver.k8s.io/StorageVersion',
  'certificates.k8s.io/PodCertificateRequest',
]);
/** Groups of aggregated servers that measure: their objects are numbers. */
const MEASURES = new Set(['metrics.k8s.io', 'custom.metrics.k8s.io', 'external.metrics.k8s.io']);

/** Read whole besides the kinds whose rows name a candidate's kind: names stand in their strings. */
const READ_WHOLE = new Set([
  ...POD_KINDS,
  '/ServiceAccount',
  '/Service',
  '/ConfigMap',
  'apps/ControllerRevision',
  'networking.k8s.io/Ingress',
  'rbac.authorization.k8s.io/ClusterRole',
  // What a driver is told, in whatever fields its writer thought of.
  '/PersistentVolume',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttributesClass',
  'resource.k8s.io/ResourceClaim',
  'resource.k8s.io/ResourceClaimTemplate',
  'resource.k8s.io/DeviceClass',
  // It writes into pods what its expressions say: pull secrets, volumes, variables.
  'admissionregistration.k8s.io/MutatingAdmissionPolicy',
]);
/** Controllers of another namespace take `--flag=NAMESPACE/NAME`; their templates say it, so that no pods are read. */
const READ_EVERYWHERE = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/CronJob']);
/**
 * Kinds whose annotations name configs of other namespaces, as `NAMESPACE/NAME`: those of ingress controllers and load
 * balancers, and the copies that kubernetes-replicator and Reflector keep.
 */
const ANNOTATED_EVERYWHERE = new Set(['/Secret', '/Service', 'networking.k8s.io/Ingress']);

/**
 * Kinds that configure what works in other namespaces: a controller's ConfigMap says `shop/headers`, that of a CI system
 * holds the templates of pods elsewhere.
 */
const CONFIGURES_EVERYWHERE = new Set(['/ConfigMap']);

/** Kinds that say the host of a Service of any namespace: an ExternalName, a resolver's or a proxy's configuration. */
const HOSTS_EVERYWHERE = new Set(['/ConfigMap', '/Service']);

/** The kinds without which nothing is known of a config, as `GROUP/KIND`: custom resources are others. */
export const ESSENTIAL_KINDS: readonly string[] = [...POD_KINDS, '/ServiceAccount', 'networking.k8s.io/Ingress'];

/** `apps/Deployment`, `/ConfigMap`. */
export function kindKey({ group, kind }: Pick<ApiResource, 'group' | 'kind'>): string {
  return `${group}/${kind}`;
}

/** True for the kinds of which anything is read at all. */
export function isRead(group: string, kind: string): boolean {
  return !NEVER_READ.has(`${group}/${kind}`) && !MEASURES.has(group);
}

/** What has to be listed, and how closely, to know who uses the candidates. */
export function plannedReads(discovery: Discovery, candidates: readonly ObjectId[]): PlannedRead[] {
  const targets = new Set(candidates.map(kindKey));
  const namespaces = [...new Set(candidates.map(({ namespace }) => namespace))].filter((name) => name !== '');
  // What names something of the cluster can live in any namespace.
  const hasClusterCandidate = candidates.some(({ namespace }) => namespace === '');
  const hasConfig = candidates.some(({ group, kind }) => isConfigKind(group, kind));
  return discovery.resources
    .filter(({ group, kind, preferred, verbs }) => preferred && verbs.includes('list') && isRead(group, kind))
    .flatMap((resource): PlannedRead[] => {
      const key = kindKey(resource);
      const rows = rowsOf(key).filter(({ to }) => targets.has(to) || to === '*');
      const isCustom = !isBuiltInGroup(resource.group);
      const names = rows.some(({ namespace }) => namespace !== 'own' && namespace !== 'cluster');
      const hosts = targets.has('/Service') && HOSTS_EVERYWHERE.has(key);
      const configures = hasConfig && CONFIGURES_EVERYWHERE.has(key);
      const everywhere = hasClusterCandidate || isCustom || names || hosts || configures || READ_EVERYWHERE.has(key);
      const read = {
        resource,
        // A Secret's data are never asked for.
        metadataOnly: key === '/Secret' || (!isCustom && rows.length === 0 && !READ_WHOLE.has(key)),
        namespaces: resource.namespaced ? namespaces : [''],
        everywhere: resource.namespaced && everywhere,
        needsAll: resource.namespaced && hasClusterCandidate,
      };
      if (!hasConfig || read.everywhere || !ANNOTATED_EVERYWHERE.has(key)) return [read];
      // What is read whole here would be much elsewhere: of that the annotations alone, where that is allowed.
      return read.metadataOnly
        ? [{ ...read, everywhere: true }]
        : [read, { ...read, metadataOnly: true, namespaces: [], everywhere: true }];
    });
}

/** A part of the cluster that could not be read. */
export interface Gap {
  readonly group: string;
  readonly kind: string;
  /** '' for the whole cluster, or all of its namespaces. */
  readonly namespace: string;
  /** A sentence. */
  readonly words: string;
  /** The plural name of the kind, where it is known. */
  readonly plural?: string;
  /** What reading it needs to be allowed, where it was forbidden. */
  readonly rights?: readonly Right[];
}

/**
 * Whether what could not be read may use the candidate: a config may stand in any custom resource and in everything that
 * runs pods; anything else in the kinds that have a field for it.
 */
export function concerns({ group, kind, namespace }: Gap, candidate: ObjectId): boolean {
  if (namespace !== '' && candidate.namespace !== '' && namespace !== candidate.namespace) return false;
  const key = `${group}/${kind}`;
  if (isConfigKind(candidate.group, candidate.kind)) return ESSENTIAL_KINDS.includes(key) || !isBuiltInGroup(group);
  return rowsOf(key).some(({ to, where }) => to === kindKey(candidate) && where === undefined);
}
