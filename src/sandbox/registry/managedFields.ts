import { KapplyError } from '../../errors.js';
import type { JsonObject, KubeObject } from '../../objects/object.js';
import type { FieldSet } from '../../patch/apply/fieldSet.js';
import type { KindOptions } from '../../patch/apply/kindVersions.js';
import { resetFields } from '../../patch/apply/resetFields.js';
import { serverSideApply } from '../../patch/apply/serverSideApply.js';
import { trackUpdate } from '../../patch/apply/trackUpdate.js';
import type { Draft } from '../draft.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { Resource } from '../kinds/builtIn.js';
import { applyConflict, badRequest, StatusError } from '../status.js';
import { timestamp } from '../store.js';
import type { World, WriteOptions } from './world.js';

/** What merging needs to know of a kind: its schema, its other versions, and what a request of this sort resets. */
function kindOptions(world: World, resource: Resource, options: WriteOptions): KindOptions {
  const { catalog } = world;
  return {
    schema: catalog.schema(),
    ignored: ignoredFields(resource, options),
    convert: (object: JsonObject, apiVersion: string) => {
      const served = catalog
        .resources()
        .some((r) => r.group === resource.group && r.kind === resource.kind && apiVersionOf(r) === apiVersion);
      return served ? { ...object, apiVersion } : undefined;
    },
  };
}

function ignoredFields(resource: Resource, { subresource }: WriteOptions): FieldSet {
  const hasStatus = resource.subresources.includes('status');
  const custom = resource.definition !== undefined;
  return resetFields(apiVersionOf(resource), resource.kind, subresource ?? '', hasStatus, { custom });
}

/** The zero fields of a kind's struct: what a create is compared with. */
function emptyOf(world: World, resource: Resource): JsonObject {
  if (resource.definition !== undefined) return {};
  const definition = world.catalog.schema().kinds[`${apiVersionOf(resource)}/${resource.kind}`]?.definition ?? '';
  return world.codec.decode(definition, {}, () => undefined) as JsonObject;
}

/** The draft with managedFields that say what this create, update or patch set. */
export function trackManager(
  world: World,
  resource: Resource,
  before: KubeObject | undefined,
  draft: Draft,
  options: WriteOptions,
): Draft {
  const { manager, subresource = '' } = options;
  const after = draft as unknown as KubeObject;
  const now = timestamp(world.store.now());
  const empty = emptyOf(world, resource);
  const tracked = trackUpdate({
    ...kindOptions(world, resource, options),
    before,
    after,
    empty,
    manager,
    subresource,
    now,
  });
  return { ...tracked, metadata: { ...tracked.metadata } };
}

/**
 * Server-side apply of a configuration; `finish` decodes and defaults what was merged. Throws the server's Status for
 * conflicts and for configurations that do not fit the schema.
 */
export function applyConfiguration(
  world: World,
  resource: Resource,
  live: KubeObject | undefined,
  applied: KubeObject,
  options: WriteOptions & { readonly force: boolean },
  finish: (object: KubeObject) => KubeObject,
): { readonly object: KubeObject; readonly changed: boolean } {
  const { manager, force, subresource = '' } = options;
  const now = timestamp(world.store.now());
  const empty = emptyOf(world, resource);
  try {
    const result = serverSideApply({
      ...kindOptions(world, resource, options),
      live,
      applied,
      manager,
      force,
      subresource,
      now,
      empty,
      finish,
    });
    if (!('conflicts' in result)) return result;
    const causes = result.conflicts.map(({ message, field }) => ({ reason: 'FieldManagerConflict', message, field }));
    throw applyConflict(result.message, causes);
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    if (error.code === 'ManagedFieldsApplied') throw badRequest(error.message);
    throw new StatusError(500, '', error.message);
  }
}
