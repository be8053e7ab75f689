import type { KubeObject } from '../../objects/object.js';
import { DEFINITION_KIND, isEstablished } from '../catalog.js';
import { child, children, text } from '../draft.js';
import type { World } from '../registry/world.js';
import { kindKey, timestamp } from '../store.js';

/**
 * What apiextensions-apiserver's controllers do with a CustomResourceDefinition, at once: accept its names, establish it,
 * and delete its objects with it. Returns what stops it.
 */
export function establishDefinitions(world: World): () => void {
  const { store } = world;
  return store.watch(DEFINITION_KIND, store.revision(), ({ type, object }) => {
    if (type === 'DELETED') removeInstances(world, object);
    else settle(world, object);
  });
}

function settle(world: World, definition: KubeObject): void {
  const { store } = world;
  const spec = child(definition, 'spec');
  const status = child(definition, 'status');
  const names = child(spec, 'names');
  const stored = children(spec, 'versions').find((version) => version['storage'] === true);
  const storedVersion = text(stored, 'name');
  const before = Array.isArray(status?.['storedVersions']) ? status['storedVersions'].map(String) : [];
  const accepted = JSON.stringify(status?.['acceptedNames']) === JSON.stringify(names);
  if (isEstablished(definition) && accepted && before.includes(storedVersion)) return;
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: timestamp(store.now()),
    reason,
    message,
  });
  const kept = children(status, 'conditions');
  const conditions = isEstablished(definition)
    ? kept
    : [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ];
  store.update(DEFINITION_KIND, {
    ...definition,
    status: { conditions, acceptedNames: names, storedVersions: [...new Set([...before, storedVersion])] },
  });
}

function removeInstances(world: World, definition: KubeObject): void {
  const spec = child(definition, 'spec');
  const kind = kindKey(text(spec, 'group'), text(child(spec, 'names'), 'kind'));
  for (const { metadata } of world.store.list(kind)) {
    world.store.remove(kind, metadata.namespace ?? '', metadata.name);
  }
}
