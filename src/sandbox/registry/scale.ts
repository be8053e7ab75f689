import type { KubeObject } from '../../objects/object.js';
import { DEFINITION_KIND } from '../catalog.js';
import { at, child, children, ensure, isDraft, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { selectorText } from '../kinds/creation.js';
import type { Resource } from '../kinds/builtIn.js';
import { fieldInvalid, invalid } from '../fieldErrors.js';
import { badRequest } from '../status.js';
import { patchedData } from './patches.js';
import type { PatchRequest } from './patches.js';
import type { Address, World, WriteOptions } from './world.js';
import { mustGet } from './versions.js';
import { changeObject, draftOf } from './writes.js';

/** The scale subresource: autoscaling/v1 Scale, a view of an object's replicas. */
export function getScale(world: World, resource: Resource, address: Address): KubeObject {
  return scaleOf(world, resource, mustGet(world, resource, address));
}

interface ScalePaths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector?: readonly string[];
}

/** Where a kind keeps its replicas: built-in kinds all do it alike, custom ones say where. */
function pathsOf(world: World, resource: Resource): ScalePaths {
  const definition = world.store.get(DEFINITION_KIND, '', resource.definition ?? '') as Draft | undefined;
  const version = children(child(definition, 'spec'), 'versions').find((v) => v['name'] === resource.version);
  const scale = at(version, 'subresources', 'scale');
  if (scale === undefined) return { spec: ['spec', 'replicas'], status: ['status', 'replicas'] };
  const split = (path: string): string[] => path.split('.').filter((part) => part !== '');
  const selector = text(scale, 'labelSelectorPath');
  return {
    spec: split(text(scale, 'specReplicasPath')),
    status: split(text(scale, 'statusReplicasPath')),
    ...(selector === '' ? {} : { selector: split(selector) }),
  };
}

function scaleOf(world: World, resource: Resource, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const paths = pathsOf(world, resource);
  const draft = object as Draft;
  const replicas = numberAt(draft, paths.spec);
  const selector = paths.selector === undefined ? selectorText(draft) : valueAt(draft, paths.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: numberAt(draft, paths.status), ...(selector === '' ? {} : { selector }) },
  } as unknown as KubeObject;
}

function valueAt(object: Draft, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, field) => (isDraft(node) ? node[field] : undefined), object);
}

function numberAt(object: Draft, path: readonly string[]): number {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : 0;
}

/** PUT of a Scale. */
export function updateScale(
  world: World,
  resource: Resource,
  address: Address,
  body: unknown,
  options: WriteOptions,
): KubeObject {
  if (!isDraft(body)) throw badRequest('the object provided is unrecognized (must be of type Scale)');
  const replicas = child(body, 'spec')?.['replicas'] ?? 0;
  if (typeof replicas !== 'number') {
    throw badRequest('Scale in version "v1" cannot be handled as a Scale: spec.replicas is not a number');
  }
  if (replicas < 0) {
    const error = fieldInvalid('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw invalid('autoscaling', 'Scale', address.name, [error]);
  }
  const old = mustGet(world, resource, address);
  const draft = draftOf(old);
  const path = pathsOf(world, resource).spec;
  const parent = path.slice(0, -1).reduce<Draft>((node, field) => ensure(node, field), draft);
  parent[path.at(-1) ?? 'replicas'] = replicas;
  const version = text(child(body, 'metadata'), 'resourceVersion');
  ensure(draft, 'metadata')['resourceVersion'] = version === '' ? old.metadata.resourceVersion : version;
  const { object } = changeObject(world, resource, address, old, draft, { ...options, subresource: 'scale' });
  return scaleOf(world, resource, object);
}

/** PATCH of a Scale. */
export function patchScale(world: World, resource: Resource, address: Address, request: PatchRequest): KubeObject {
  const current = getScale(world, resource, address);
  const body = request.type === 'apply' ? request.patch : patchedData(world, current, request);
  return updateScale(world, resource, address, body, request);
}
