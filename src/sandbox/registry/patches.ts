import { KapplyError } from '../../errors.js';
import type { Json, JsonObject, KubeObject } from '../../objects/object.js';
import { applyJsonPatch } from '../../patch/jsonPatch.js';
import { applyMergePatch } from '../../patch/mergePatch.js';
import { strategicMergePatch } from '../../patch/strategicMerge.js';
import { keyOfResource } from '../catalog.js';
import { child, isDraft, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { Resource } from '../kinds/builtIn.js';
import { fieldForbidden, fieldRequired, invalid, type FieldError } from '../fieldErrors.js';
import { badRequest, conflict, MODIFIED, StatusError } from '../status.js';
import { decodeObject } from './decode.js';
import { applyConfiguration } from './managedFields.js';
import { mustGet, inVersion } from './versions.js';
import type { Address, World, WriteOptions, Written } from './world.js';
import { bodyOfChange, withoutStatus } from './requestBody.js';
import { asObject, changeObject, draftOf, storeChange, storeNew } from './writes.js';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface PatchRequest extends WriteOptions {
  readonly type: PatchType;
  /** The body, parsed. */
  readonly patch: unknown;
  /** Of an apply: take the fields of others without asking. */
  readonly force?: boolean;
  /** Whether the request itself named its field manager, which an apply must. */
  readonly managerNamed: boolean;
}

/** PATCH. */
export function patchObject(world: World, resource: Resource, address: Address, request: PatchRequest): Written {
  checkOptions(request);
  if (request.type === 'apply') return applyObject(world, resource, address, request);
  const old = mustGet(world, resource, address);
  const patched = patchedData(world, old, request);
  return changeObject(world, resource, address, old, patched, request);
}

function checkOptions({ type, force, managerNamed }: PatchRequest): void {
  const errors: FieldError[] = [];
  if (type === 'apply' && !managerNamed) errors.push(fieldRequired('fieldManager', 'is required for apply patch'));
  if (type !== 'apply' && force === true) {
    errors.push(fieldForbidden('force', 'may not be specified for non-apply patch'));
  }
  if (errors.length > 0) throw invalid('meta.k8s.io', 'PatchOptions', '', errors);
}

/** The stored object with the patch on it, before anything checks it. */
export function patchedData(world: World, old: KubeObject, request: PatchRequest): unknown {
  const data = draftOf(old) as Json;
  const patch = request.patch as Json;
  try {
    switch (request.type) {
      case 'json':
        if (!Array.isArray(patch)) {
          throw badRequest(
            'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
          );
        }
        return applyJsonPatch(data, patch);
      case 'merge':
        return applyMergePatch(data, patch);
      default:
        if (!isDraft(patch))
          throw badRequest(
            'error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}',
          );
        return strategicMergePatch(data as JsonObject, patch, world.catalog.schema());
    }
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
}

/** Server-side apply (KEP-555): creates what is not there. */
function applyObject(world: World, resource: Resource, address: Address, request: PatchRequest): Written {
  const stored = world.store.get(keyOfResource(resource), address.namespace, address.name);
  const live = stored === undefined ? undefined : inVersion(resource, stored);
  if (live === undefined && request.subresource !== undefined) mustGet(world, resource, address);
  const applied = configurationOf(resource, address, live, request.patch);
  const options = { ...request, force: request.force === true };
  const result = applyConfiguration(world, resource, live, applied, options, (merged) => {
    const body = live === undefined ? withoutStatus(resource, merged) : bodyOfChange(resource, live, merged, request);
    return asObject(decodeObject(world, resource, body, request));
  });
  const draft = draftOf(result.object);
  if (live === undefined) return storeNew(world, resource, address.namespace, draft, request);
  if (!result.changed) return { object: live, created: false };
  return storeChange(world, resource, address, live, draft, request);
}

/** The configuration as the manager means it, for the object of the URL. */
function configurationOf(
  resource: Resource,
  address: Address,
  live: KubeObject | undefined,
  patch: unknown,
): KubeObject {
  if (!isDraft(patch)) throw badRequest('error decoding YAML: the configuration is not an object');
  const metadata = child(patch, 'metadata') ?? {};
  const name = text(metadata, 'name') || address.name;
  if (name !== address.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${address.name})`);
  }
  const namespace = text(metadata, 'namespace');
  if (namespace !== '' && namespace !== address.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  checkVersions(resource, address, live, metadata);
  return asObject({
    ...patch,
    apiVersion: text(patch, 'apiVersion') || apiVersionOf(resource),
    kind: text(patch, 'kind') || resource.kind,
    metadata: { ...metadata, name },
  });
}

function checkVersions(resource: Resource, address: Address, live: KubeObject | undefined, metadata: Draft): void {
  const uid = text(metadata, 'uid');
  if (uid !== '' && live === undefined) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(resource, address.name, why);
  }
  const version = text(metadata, 'resourceVersion');
  if (version !== '' && version !== live?.metadata.resourceVersion) throw conflict(resource, address.name, MODIFIED);
}
