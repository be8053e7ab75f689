/** What servers write of an object, and `kubectl get -o yaml` exports: nobody's manifest means it. */
import type { KubeObject } from './object.js';

/** Applying these is refused, or means nothing. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  'managedFields',
  'creationTimestamp',
  'uid',
  'resourceVersion',
  'generation',
  'selfLink',
]);

/** The metadata that a manifest may give. */
export function withoutServerMetadata({ metadata }: KubeObject): KubeObject['metadata'] {
  const given = Object.entries(metadata).filter(([field]) => !SERVER_METADATA.has(field));
  return Object.fromEntries(given) as unknown as KubeObject['metadata'];
}

/** The object without its status and without what the server keeps in its metadata. */
export function withoutServerFields(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  return { ...rest, metadata: withoutServerMetadata(object) };
}
