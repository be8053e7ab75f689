import type { KubeObject } from '../../objects/object.js';
import type { Resource } from '../kinds/builtIn.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { ListPage } from '../registry/lists.js';
import type { World } from '../registry/world.js';
import type { View } from './negotiation.js';
import { tableOf } from './table.js';

/** One object as a client wants to see it. */
export function viewObject(world: World, resource: Resource, object: KubeObject, view: View): unknown {
  switch (view) {
    case 'object':
      return object;
    case 'metadata':
      return metadataOf(object);
    case 'table':
      return tableOf(world, resource, [object], { resourceVersion: object.metadata.resourceVersion ?? '' });
  }
}

function metadataOf(object: KubeObject): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

/** A page of a list as a client wants to see it. */
export function viewList(world: World, resource: Resource, page: ListPage, view: View): unknown {
  const metadata = {
    resourceVersion: page.resourceVersion,
    ...(page.continueToken === undefined ? {} : { continue: page.continueToken }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
  switch (view) {
    case 'object':
      return {
        kind: resource.listKind,
        apiVersion: apiVersionOf(resource),
        metadata,
        items: resource.definition === undefined ? page.items.map(withoutType) : page.items,
      };
    case 'metadata':
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata,
        // An empty one is null on a real server as well.
        items: page.items.length === 0 ? null : page.items.map(metadataOf),
      };
    case 'table':
      return tableOf(world, resource, page.items, metadata);
  }
}

/** Items of built-in kinds come without the apiVersion and kind that the list tells. */
function withoutType(object: KubeObject): unknown {
  const { apiVersion: _version, kind: _kind, ...rest } = object;
  return rest;
}
