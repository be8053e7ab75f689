/** Appends the content hash to the names of generated ConfigMaps and Secrets (the HashTransformer). */
import type { JsonObject } from '../../objects/object.js';
import { contentHash } from '../generators/hash.js';
import { metadataOf, nameOf, storePreviousId } from '../resources/resource.js';
import { withText } from '../resources/scalarText.js';
import { plainJson } from '../resources/tree.js';
import type { Transformer } from './transformer.js';

/**
 * Adds the hash of their content to the names of generated ConfigMaps and Secrets; who refers to them is told later.
 */
export const addHashes: Transformer = (map) => {
  for (const resource of map.resources) {
    const { tree } = resource;
    const metadata = metadataOf(tree);
    if (!resource.needsHash || tree === undefined || metadata === undefined) continue;
    const hash = contentHash(plainJson(tree) as JsonObject);
    storePreviousId(resource);
    metadata.name = withText(metadata.name, `${nameOf(resource)}-${hash}`);
  }
  map.idsChanged();
};
