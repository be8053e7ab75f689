/** The order in which a set is applied: docs/order.md. Prune and delete go the other way. */
import { inputError } from '../../errors.js';
import { DEPENDS_ON_ANNOTATION } from '../../objects/annotations.js';
import { formatId, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';

/** Kinds by wave; a kind of a built-in group that is not named goes with the workloads' wave before last. */
const WAVES: readonly (readonly string[])[] = [
  [
    '/Namespace',
    'apiextensions.k8s.io/CustomResourceDefinition',
    'storage.k8s.io/StorageClass',
    'networking.k8s.io/IngressClass',
    'scheduling.k8s.io/PriorityClass',
    'node.k8s.io/RuntimeClass',
    'gateway.networking.k8s.io/GatewayClass',
    'storage.k8s.io/VolumeAttributesClass',
    'resource.k8s.io/DeviceClass',
  ],
  [
    '/ResourceQuota',
    '/LimitRange',
    'networking.k8s.io/NetworkPolicy',
    '/ServiceAccount',
    'rbac.authorization.k8s.io/Role',
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/RoleBinding',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
  ],
  ['/ConfigMap', '/Secret', '/PersistentVolume', '/PersistentVolumeClaim'],
  // 4: Service, PodDisruptionBudget, custom resources, and whatever no other wave names.
  [],
  [
    'apps/Deployment',
    'apps/StatefulSet',
    'apps/DaemonSet',
    'apps/ReplicaSet',
    '/ReplicationController',
    '/Pod',
    'batch/Job',
    'batch/CronJob',
  ],
  ['autoscaling/HorizontalPodAutoscaler', 'autoscaling.k8s.io/VerticalPodAutoscaler'],
  [
    'networking.k8s.io/Ingress',
    'gateway.networking.k8s.io/HTTPRoute',
    'gateway.networking.k8s.io/GRPCRoute',
    'gateway.networking.k8s.io/TLSRoute',
    'gateway.networking.k8s.io/TCPRoute',
    'gateway.networking.k8s.io/UDPRoute',
    'route.openshift.io/Route',
    'apiregistration.k8s.io/APIService',
  ],
  [
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/MutatingAdmissionPolicy',
    'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
  ],
];
const DEFAULT_WAVE = 4;
const WAVE_BY_KIND: ReadonlyMap<string, number> = new Map(
  WAVES.flatMap((kinds, index) => kinds.map((kind) => [kind, index + 1] as const)),
);

/** The wave of a kind, 1 to 8: lower waves are applied, and where it matters established, first. */
export function waveOf(group: string, kind: string): number {
  return WAVE_BY_KIND.get(`${group}/${kind}`) ?? DEFAULT_WAVE;
}

/** Objects that are applied together, after all earlier stages. */
export interface Stage<T> {
  readonly members: readonly T[];
  /** Keys of the objects that must be Current before this stage is sent (depends-on). */
  readonly awaits: readonly string[];
}

/**
 * Sorts objects into stages: by wave, then after whatever `config.kubernetes.io/depends-on` names.
 * An object that depends on one of its own or a later wave moves behind it.
 * @throws KapplyError (exit 2) `InvalidDependency` for a reference that is malformed or not in the set, `DependencyCycle`
 */
export function sortIntoStages<T extends { readonly object: KubeObject }>(members: readonly T[]): Stage<T>[] {
  const byKey = new Map(members.map((member) => [keyOf(idOf(member.object)), member]));
  const dependencies = new Map(
    members.map((member) => [keyOf(idOf(member.object)), dependenciesOf(member.object, byKey)]),
  );
  const places = new Map<string, Place>();
  for (const member of members) place(member.object, { byKey, dependencies, places, path: [] });

  const stages = new Map<string, { place: Place; members: T[]; awaits: Set<string> }>();
  for (const member of members) {
    const key = keyOf(idOf(member.object));
    const at = places.get(key) ?? { wave: DEFAULT_WAVE, depth: 0 };
    const label = `${at.wave}.${at.depth}`;
    const stage = stages.get(label) ?? { place: at, members: [], awaits: new Set<string>() };
    stage.members.push(member);
    for (const dependency of dependencies.get(key) ?? []) stage.awaits.add(dependency);
    stages.set(label, stage);
  }
  return [...stages.values()]
    .sort((a, b) => a.place.wave - b.place.wave || a.place.depth - b.place.depth)
    .map((stage) => ({ members: stage.members, awaits: [...stage.awaits] }));
}

interface Place {
  readonly wave: number;
  readonly depth: number;
}

interface Placing {
  readonly byKey: ReadonlyMap<string, { readonly object: KubeObject }>;
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  readonly places: Map<string, Place>;
  /** The dependents on the way here, for naming a cycle. */
  readonly path: readonly string[];
}

function place(object: KubeObject, placing: Placing): Place {
  const id = idOf(object);
  const key = keyOf(id);
  const known = placing.places.get(key);
  if (known !== undefined) return known;
  if (placing.path.includes(key))
    throw cycleError([...placing.path.slice(placing.path.indexOf(key)), key], placing.byKey);
  let result: Place = { wave: waveOf(id.group, id.kind), depth: 0 };
  for (const dependency of placing.dependencies.get(key) ?? []) {
    const target = placing.byKey.get(dependency);
    if (target === undefined) continue;
    const before = place(target.object, { ...placing, path: [...placing.path, key] });
    if (before.wave > result.wave || (before.wave === result.wave && before.depth >= result.depth)) {
      result = { wave: before.wave, depth: before.depth + 1 };
    }
  }
  placing.places.set(key, result);
  return result;
}

function cycleError(keys: readonly string[], byKey: Placing['byKey']): Error {
  const names = keys.map((key) => {
    const member = byKey.get(key);
    return member === undefined ? key : formatId(idOf(member.object));
  });
  return inputError('DependencyCycle', `${DEPENDS_ON_ANNOTATION} makes a circle: ${names.join(' → ')}`, {
    suggestions: ['Remove the annotation from one of these objects.'],
  });
}

/** The keys of what an object's depends-on names. `byKey` has everything in the set. */
export function dependenciesOf(object: KubeObject, byKey: ReadonlyMap<string, unknown>): string[] {
  const text = object.metadata.annotations?.[DEPENDS_ON_ANNOTATION];
  if (text === undefined) return [];
  return text.split(',').map((reference) => {
    const id = parseDependency(reference.trim());
    if (id === undefined || !byKey.has(keyOf(id))) {
      const why = id === undefined ? 'is not of the form GROUP/[namespaces/NAMESPACE/]KIND/NAME' : 'is not in this set';
      throw inputError(
        'InvalidDependency',
        `${formatId(idOf(object), true)}: ${DEPENDS_ON_ANNOTATION} names "${reference.trim()}", which ${why}`,
        {
          suggestions: [
            'Name an object of the same deploy: apps/namespaces/shop/Deployment/db, or /namespaces/shop/ConfigMap/seed.',
          ],
        },
      );
    }
    return keyOf(id);
  });
}

/** cli-utils pkg/object/dependson: `GROUP/namespaces/NS/KIND/NAME` or `GROUP/KIND/NAME`; the core group is empty. */
function parseDependency(text: string): ObjectId | undefined {
  const parts = text.split('/');
  const [group = '', second = '', third = '', fourth, fifth] = parts;
  if (parts.length === 5 && second === 'namespaces' && third && fourth && fifth) {
    return { group, namespace: third, kind: fourth, name: fifth };
  }
  return parts.length === 3 && second && third ? { group, namespace: '', kind: second, name: third } : undefined;
}
