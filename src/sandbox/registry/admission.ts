import { keyOfResource } from '../catalog.js';
import { child, text } from '../draft.js';
import type { Draft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import { notFound, qualified, StatusError } from '../status.js';
import type { World } from './world.js';

/**
 * Nothing is created in a namespace that does not exist or is going (plugin NamespaceLifecycle). `draft.metadata.namespace`
 * is the request's.
 */
export function admitCreation(world: World, resource: Resource, draft: Draft): void {
  const metadata = child(draft, 'metadata');
  const namespace = text(metadata, 'namespace');
  if (!resource.namespaced || keyOfResource(resource) === 'Namespace') return;
  const object = world.store.get('Namespace', '', namespace);
  if (object === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (object.metadata.deletionTimestamp === undefined) return;
  const name = text(metadata, 'name');
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw new StatusError(403, 'Forbidden', `${qualified(resource)} "${name}" is forbidden: ${why}`, {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}
