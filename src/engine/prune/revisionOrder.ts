/** The revisions of each family of generated configs, by the sets that own them: which of them was replaced. Pure. */
import { idOf, keyOf, type KubeObject } from '../../objects/object.js';
import { familyKey, newestFirst } from '../configs/revisions.js';
import { ownersOf } from '../sets/ownership.js';
import { lastTouched } from './lastTouched.js';

export interface RevisionOrder {
  /** True where each of its owners has a newer revision of its family. Of what is no revision: true. */
  readonly isSuperseded: (object: KubeObject) => boolean;
}

/** `KIND/NAMESPACE/FAMILY` of each owner: two sets that give a generator the same name have two families. */
export function familiesOf(object: KubeObject): string[] {
  const family = familyKey(idOf(object));
  if (family === undefined) return [];
  const owners = ownersOf(object);
  return (owners.length === 0 ? [''] : owners).map((owner) => `${family} ${owner}`);
}

/** Newest first: by the latest of creation, return into use and apply; then by creation alone. */
export function lastTouchedFirst(a: KubeObject, b: KubeObject): number {
  const [touchedA, touchedB] = [lastTouched(a), lastTouched(b)];
  if (touchedA !== touchedB && !Number.isNaN(touchedA - touchedB)) return touchedB - touchedA;
  return newestFirst(a, b);
}

/** The revisions of each family of generated configs, the last touched first. */
export function groupFamilies(objects: readonly KubeObject[]): Map<string, KubeObject[]> {
  const families = new Map<string, KubeObject[]>();
  for (const object of objects) {
    for (const family of familiesOf(object)) {
      const known = families.get(family);
      if (known === undefined) families.set(family, [object]);
      else known.push(object);
    }
  }
  for (const revisions of families.values()) revisions.sort(lastTouchedFirst);
  return families;
}

/** Tells which revisions are superseded; what is being deleted supersedes nothing. */
export function orderRevisions(objects: readonly KubeObject[]): RevisionOrder {
  const families = groupFamilies(objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
  return {
    isSuperseded: (object) =>
      familiesOf(object).every((family) => {
        const newest = families.get(family)?.[0];
        return newest !== undefined && keyOf(idOf(newest)) !== keyOf(idOf(object));
      }),
  };
}
