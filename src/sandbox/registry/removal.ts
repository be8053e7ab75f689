import type { KubeObject } from '../../objects/object.js';
import { keyOfResource } from '../catalog.js';
import { child, text } from '../draft.js';
import type { Draft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import { fieldNotSupported, invalid } from '../fieldErrors.js';
import { forbidden, StatusError } from '../status.js';
import { timestamp } from '../store.js';
import type { Preconditions } from '../store.js';
import { mustGet, inVersion } from './versions.js';
import type { Address, World } from './world.js';

/** meta/v1 DeleteOptions. */
export interface RemovalOptions {
  readonly preconditions?: Preconditions;
  readonly propagation?: string;
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export interface Removal {
  /** The object as it is now, or was at last. */
  readonly object: KubeObject;
  /** False while finalizers or a grace period hold it. */
  readonly gone: boolean;
}

const POLICIES = ['Foreground', 'Background', 'Orphan'];
const KEPT_NAMESPACES = ['default', 'kube-system', 'kube-public'];

/** DELETE of one object: rest.BeforeDelete and Store.Delete in k8s.io/apiserver pkg/registry. */
export function removeObject(world: World, resource: Resource, address: Address, options: RemovalOptions): Removal {
  checkPolicy(options.propagation);
  const current = mustGet(world, resource, address);
  checkPreconditions(resource, current, options.preconditions ?? {});
  if (keyOfResource(resource) === 'Namespace' && KEPT_NAMESPACES.includes(address.name)) {
    throw forbidden(resource, address.name, 'this namespace may not be deleted');
  }
  const finalizers = finalizersFor(current, options.propagation);
  const grace = graceOf(resource, current, options.gracePeriodSeconds);
  const holds = finalizers.length > 0 || grace > 0 || keyOfResource(resource) === 'Namespace';
  if (!holds) {
    return { object: options.dryRun === true ? current : drop(world, resource, current), gone: true };
  }
  const object = terminating(world, resource, current, finalizers, grace);
  if (options.dryRun === true) return { object, gone: false };
  return { object: inVersion(resource, world.store.update(keyOfResource(resource), object)), gone: false };
}

/** Marks the object as going; a second request may shorten its grace, and changes nothing else. */
function terminating(
  world: World,
  resource: Resource,
  current: KubeObject,
  finalizers: readonly string[],
  grace: number,
): KubeObject {
  const { deletionTimestamp, generation, ...rest } = current.metadata;
  const { deletionGracePeriodSeconds } = current.metadata as { readonly deletionGracePeriodSeconds?: number };
  const shorter = deletionTimestamp === undefined || grace < (deletionGracePeriodSeconds ?? 0);
  const metadata = {
    ...rest,
    ...(generation === undefined ? {} : { generation: deletionTimestamp === undefined ? generation + 1 : generation }),
    deletionTimestamp: shorter ? timestamp(world.store.now() + grace * 1000) : deletionTimestamp,
    deletionGracePeriodSeconds: shorter ? grace : deletionGracePeriodSeconds,
    ...(finalizers.length === 0 ? {} : { finalizers }),
  };
  if (keyOfResource(resource) !== 'Namespace') return { ...current, metadata };
  const status = child(current, 'status') ?? {};
  return { ...current, metadata, status: { ...status, phase: 'Terminating' } };
}

/**
 * Takes an object away that was held by nothing but the finalizers that this change removed. Undefined where it stays.
 */
export function finishRemoval(
  world: World,
  resource: Resource,
  object: KubeObject,
  dryRun: boolean,
): KubeObject | undefined {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0 || keyOfResource(resource) === 'Namespace')
    return undefined;
  const { deletionGracePeriodSeconds = 0 } = object.metadata as { readonly deletionGracePeriodSeconds?: number };
  if (deletionGracePeriodSeconds > 0) return undefined;
  if (dryRun) return object;
  const { namespace = '', name } = object.metadata;
  world.store.remove(keyOfResource(resource), namespace, name);
  return object;
}

function drop(world: World, resource: Resource, current: KubeObject): KubeObject {
  const { namespace = '', name } = current.metadata;
  return world.store.remove(keyOfResource(resource), namespace, name);
}

function checkPolicy(propagation: string | undefined): void {
  if (propagation === undefined || POLICIES.includes(propagation)) return;
  const error = fieldNotSupported('propagationPolicy', propagation, [...POLICIES, 'nil']);
  throw invalid('meta.k8s.io', 'DeleteOptions', '', [error]);
}

function checkPreconditions(resource: Resource, current: KubeObject, wanted: Preconditions): void {
  const { name, uid = '', resourceVersion = '' } = current.metadata;
  const refuse = (why: string): StatusError =>
    new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${qualifiedKind(resource)} "${name}": ${why}`, {
      name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.kind,
    });
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    throw refuse(
      `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    throw refuse(
      `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

function qualifiedKind({ group, kind }: Resource): string {
  return group === '' ? kind : `${kind}.${group}`;
}

const BY_POLICY: Readonly<Record<string, string>> = { Foreground: 'foregroundDeletion', Orphan: 'orphan' };

/** The garbage collector's finalizers follow the propagation policy; the object's own stay. */
function finalizersFor(current: KubeObject, propagation: string | undefined): readonly string[] {
  const known = current.metadata.finalizers ?? [];
  if (propagation === undefined) return known;
  const wanted = BY_POLICY[propagation];
  const others = known.filter((finalizer) => !Object.values(BY_POLICY).includes(finalizer));
  return wanted === undefined ? others : [...others, wanted];
}

/** Only a pod that has a node and runs is given time to end. */
function graceOf(resource: Resource, current: KubeObject, asked: number | undefined): number {
  if (keyOfResource(resource) !== 'Pod') return 0;
  const pod = current as Draft;
  const spec = child(pod, 'spec');
  const phase = text(child(pod, 'status'), 'phase');
  if (text(spec, 'nodeName') === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  const own = spec?.['terminationGracePeriodSeconds'];
  return asked ?? (typeof own === 'number' ? own : 30);
}
