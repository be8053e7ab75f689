import { keyOfResource } from '../catalog.js';
import type { Draft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import type { World } from '../registry/world.js';
import type { FieldError } from '../fieldErrors.js';
import { customResourceErrors } from './customResource.js';
import { CHECKS, nameFormOf } from './kinds.js';
import { metadataErrors, metadataUpdateErrors } from './metadata.js';

/** Everything that is wrong with a new object. */
export function creationErrors(world: World, resource: Resource, draft: Draft): FieldError[] {
  return [...metadataErrors(draft, nameFormOf(resource)), ...specErrors(world, resource, draft)];
}

/** Everything that is wrong with a change. */
export function updateErrors(
  world: World,
  resource: Resource,
  draft: Draft,
  old: Draft,
  subresource: string | undefined,
): FieldError[] {
  const metadata = [...metadataErrors(draft, nameFormOf(resource)), ...metadataUpdateErrors(draft, old)];
  if (subresource === 'status' && resource.definition === undefined) return metadata;
  const changes = CHECKS[keyOfResource(resource)]?.change?.(draft, old) ?? [];
  return [...metadata, ...specErrors(world, resource, draft), ...changes];
}

function specErrors(world: World, resource: Resource, draft: Draft): FieldError[] {
  if (resource.definition !== undefined) return customResourceErrors(world, resource, draft);
  return CHECKS[keyOfResource(resource)]?.object?.(draft) ?? [];
}
