import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../objects/object.js';
import { keyOfResource } from '../catalog.js';
import { child, copyOf, drop, ensure, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { randomSuffix } from '../generatedName.js';
import { prepareChange, prepareCreation } from '../kinds/creation.js';
import type { Resource } from '../kinds/builtIn.js';
import { rulesOf } from '../kinds/rules.js';
import { fieldInvalid, invalid } from '../fieldErrors.js';
import { alreadyExists, badRequest, conflict, MODIFIED, StatusError } from '../status.js';
import { timestamp } from '../store.js';
import { creationErrors, updateErrors } from '../validation/validate.js';
import { admitCreation } from './admission.js';
import { bodyOfChange, withoutStatus } from './requestBody.js';
import { decodeObject } from './decode.js';
import { trackManager } from './managedFields.js';
import { finishRemoval } from './removal.js';
import { mustGet } from './versions.js';
import type { Address, World, WriteOptions, Written } from './world.js';

/** POST: rest.Create and its BeforeCreate in k8s.io/apiserver pkg/registry. */
export function createObject(
  world: World,
  resource: Resource,
  namespace: string,
  body: unknown,
  options: WriteOptions,
): Written {
  const draft = decodeObject(world, resource, withoutStatus(resource, body), options);
  placeIn(namespace, ensure(draft, 'metadata'));
  return storeNew(world, resource, namespace, trackManager(world, resource, undefined, draft, options), options);
}

/**
 * The part of a creation that POST and server-side apply share. What the server sets from here on belongs to no manager:
 * `draft` comes with its managedFields.
 */
export function storeNew(
  world: World,
  resource: Resource,
  namespace: string,
  draft: Draft,
  options: WriteOptions,
): Written {
  const metadata = ensure(draft, 'metadata');
  placeIn(namespace, metadata);
  if (text(metadata, 'resourceVersion') !== '') {
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  admitCreation(world, resource, draft);
  nameByPrefix(world, metadata);
  metadata['uid'] = world.store.uid();
  metadata['creationTimestamp'] = timestamp(world.store.now());
  drop(metadata, 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink');
  if (countsGenerations(resource)) metadata['generation'] = 1;
  prepareCreation(world, resource, draft);
  refuse(resource, draft, creationErrors(world, resource, draft));
  const object = asObject(draft);
  if (world.store.get(keyOfResource(resource), namespace, object.metadata.name) !== undefined) {
    throw alreadyExists(resource, object.metadata.name);
  }
  const stored = options.dryRun === true ? object : world.store.create(keyOfResource(resource), object);
  return { object: stored, created: true };
}

/** PUT. */
export function updateObject(
  world: World,
  resource: Resource,
  address: Address,
  body: unknown,
  options: WriteOptions,
): Written {
  const old = mustGet(world, resource, address);
  return changeObject(world, resource, address, old, body, options);
}

/** The part of a change that PUT and the patches but apply share. */
export function changeObject(
  world: World,
  resource: Resource,
  address: Address,
  old: KubeObject,
  body: unknown,
  options: WriteOptions,
): Written {
  const draft = decodeObject(world, resource, bodyOfChange(resource, old, body, options), options);
  placeIn(address.namespace, ensure(draft, 'metadata'));
  const tracked = trackManager(world, resource, old, draft, options);
  return storeChange(world, resource, address, old, tracked, options);
}

/** The part that all changes share: rest.BeforeUpdate, validation, storing. `draft` comes with its managedFields. */
export function storeChange(
  world: World,
  resource: Resource,
  address: Address,
  old: KubeObject,
  draft: Draft,
  options: WriteOptions,
): Written {
  const metadata = ensure(draft, 'metadata');
  placeIn(address.namespace, metadata);
  checkIdentity(resource, address, old, metadata);
  const before = old.metadata as unknown as Draft;
  for (const field of ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation']) {
    if (before[field] === undefined) drop(metadata, field);
    else metadata[field] = before[field];
  }
  if (options.subresource !== 'status') {
    prepareChange(world, resource, draft, old);
    countChange(resource, old, draft);
  }
  refuse(resource, draft, updateErrors(world, resource, draft, old, options.subresource));
  metadata['resourceVersion'] = old.metadata.resourceVersion;
  const object = asObject(draft);
  const removed = finishRemoval(world, resource, object, options.dryRun === true);
  if (removed !== undefined) return { object: removed, created: false };
  if (options.dryRun === true) return { object, created: false };
  return { object: world.store.update(keyOfResource(resource), object), created: false };
}

/** rest.EnsureObjectNamespaceMatchesRequestNamespace */
function placeIn(namespace: string, metadata: Draft): void {
  const given = text(metadata, 'namespace');
  if (namespace === '') drop(metadata, 'namespace');
  else if (given === '' || given === namespace) metadata['namespace'] = namespace;
  else throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

function nameByPrefix(world: World, metadata: Draft): void {
  const prefix = text(metadata, 'generateName');
  if (text(metadata, 'name') !== '' || prefix === '') return;
  metadata['name'] = `${prefix.slice(0, 58)}${randomSuffix(world.store.random)}`;
}

function checkIdentity(resource: Resource, address: Address, old: KubeObject, metadata: Draft): void {
  const name = text(metadata, 'name');
  if (name === '') metadata['name'] = address.name;
  else if (name !== address.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${address.name})`);
  }
  const version = text(metadata, 'resourceVersion');
  if (version === '' && resource.definition !== undefined) {
    const error = fieldInvalid('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalid(resource.group, resource.kind, address.name, [error]);
  }
  if (version !== '' && version !== old.metadata.resourceVersion) throw conflict(resource, address.name, MODIFIED);
  const uid = text(metadata, 'uid');
  if (uid !== '' && uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid ?? ''}`;
    throw conflict(
      resource,
      address.name,
      `StorageError: invalid object, Code: 4, ${storagePath(resource, address)}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
    );
  }
}

function storagePath(resource: Resource, { namespace, name }: Address): string {
  return `Key: /registry/${[resource.plural, namespace, name].filter((part) => part !== '').join('/')}`;
}

function countsGenerations(resource: Resource): boolean {
  return resource.definition !== undefined || rulesOf(keyOfResource(resource)).generation === true;
}

/** metadata.generation goes up with every change of what is wanted. */
function countChange(resource: Resource, old: KubeObject, draft: Draft): void {
  if (!countsGenerations(resource)) return;
  const before = old as Draft;
  const ignored = resource.subresources.includes('status') ? ['metadata', 'status'] : ['metadata'];
  const fields = new Set([...Object.keys(before), ...Object.keys(draft)].filter((field) => !ignored.includes(field)));
  const annotations = (object: Draft) => child(child(object, 'metadata'), 'annotations') ?? {};
  const changed =
    [...fields].some((field) => !isDeepStrictEqual(before[field], draft[field])) ||
    (rulesOf(keyOfResource(resource)).annotationsCount === true &&
      !isDeepStrictEqual(annotations(before), annotations(draft)));
  if (changed) ensure(draft, 'metadata')['generation'] = (old.metadata.generation ?? 0) + 1;
}

function refuse(resource: Resource, draft: Draft, errors: Parameters<typeof invalid>[3]): void {
  if (errors.length > 0) throw invalid(resource.group, resource.kind, text(child(draft, 'metadata'), 'name'), errors);
}

/** A finished draft: apiVersion and kind were decoded, the name was checked. */
export function asObject(draft: Draft): KubeObject {
  return draft as unknown as KubeObject;
}

/** The draft of a change to a stored object. */
export function draftOf(object: KubeObject): Draft {
  return copyOf(object);
}
