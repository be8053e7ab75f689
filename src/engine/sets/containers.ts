/** Kinds that others live in, or that hold data: no label is consent to delete one, and none is ever recreated. */
import type { ObjectId } from '../../objects/object.js';

const CONTAINERS: ReadonlySet<string> = new Set([
  '/Namespace',
  'apiextensions.k8s.io/CustomResourceDefinition',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
]);

/** True for kinds that others live in: what is in them goes with them. */
export function isContainer({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean {
  return CONTAINERS.has(`${group}/${kind}`);
}
