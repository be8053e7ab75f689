/**
 * The resources of a kustomization in their order, found by what they are called or were called (api/resmap/reswrangler.go).
 * kustomize compares every resource with every other one; an index by id does the same in flat time.
 */
import { inputError } from '../../errors.js';
import { type Resource, type ResourceSource, currentId, previousIds } from './resource.js';
import { type ResourceId, describeId, resourceKey } from './resourceId.js';

type Index = Map<string, Resource[]>;

export class ResourceMap {
  private list: Resource[] = [];
  private current: Index | undefined;
  private any: Index | undefined;

  static of(resources: Iterable<Resource>): ResourceMap {
    const map = new ResourceMap();
    for (const resource of resources) map.append(resource);
    return map;
  }

  get resources(): readonly Resource[] {
    return this.list;
  }

  /** Adds at the end. Throws `DuplicateResource` where one with the same id is there. */
  append(resource: Resource): void {
    const id = currentId(resource);
    const key = resourceKey(id);
    const index = this.currentIndex();
    const known = index.get(key);
    if (known?.[0] !== undefined) throw duplicate(id, known[0], resource);
    index.set(key, [resource]);
    this.list.push(resource);
    if (this.any !== undefined) addTo(this.any, resource, idsOf(resource));
  }

  appendAll(resources: Iterable<Resource>): void {
    for (const resource of resources) this.append(resource);
  }

  /** Those with this id now. */
  withCurrentId(id: ResourceId): readonly Resource[] {
    return this.currentIndex().get(resourceKey(id)) ?? [];
  }

  /** Those that have or had this id. */
  withAnyId(id: ResourceId): readonly Resource[] {
    this.any ??= indexOf(this.list, idsOf);
    return this.any.get(resourceKey(id)) ?? [];
  }

  /** Puts a resource in the place of another one with the same ids. */
  replace(old: Resource, resource: Resource): void {
    const swap = (list: Resource[]): void => {
      const place = list.indexOf(old);
      if (place >= 0) list[place] = resource;
    };
    swap(this.list);
    for (const index of [this.current, this.any]) {
      for (const key of new Set(idsOf(old).map(resourceKey))) swap(index?.get(key) ?? []);
    }
  }

  /** Other resources in another order; nothing is checked. */
  setAll(resources: readonly Resource[]): void {
    this.list = [...resources];
    this.idsChanged();
  }

  /** To be called by whoever changed a name, namespace, kind or apiVersion. */
  idsChanged(): void {
    this.current = undefined;
    this.any = undefined;
  }

  /** Leaves out what patches have deleted. */
  dropDeleted(): void {
    if (this.list.some(({ tree }) => tree === undefined)) {
      this.setAll(this.list.filter(({ tree }) => tree !== undefined));
    }
  }

  /** Throws `DuplicateResource` where two resources have come to have the same id. */
  refuseDuplicates(): void {
    for (const [first, second] of this.currentIndex().values()) {
      if (first !== undefined && second !== undefined) throw duplicate(currentId(first), first, second);
    }
  }

  private currentIndex(): Index {
    this.current ??= indexOf(this.list, (resource) => [currentId(resource)]);
    return this.current;
  }
}

function idsOf(resource: Resource): readonly ResourceId[] {
  return [...previousIds(resource), currentId(resource)];
}

function indexOf(resources: readonly Resource[], ids: (resource: Resource) => readonly ResourceId[]): Index {
  const index: Index = new Map();
  for (const resource of resources) {
    if (resource.tree !== undefined) addTo(index, resource, ids(resource));
  }
  return index;
}

function addTo(index: Index, resource: Resource, ids: readonly ResourceId[]): void {
  for (const key of new Set(ids.map(resourceKey))) {
    const known = index.get(key);
    if (known === undefined) index.set(key, [resource]);
    else known.push(resource);
  }
}

function duplicate(id: ResourceId, first: Resource, second: Resource): Error {
  return inputError(
    'DuplicateResource',
    `${describeId(id)} is there twice: ${where(first.source)} and ${where(second.source)}`,
    {
      position: second.source,
      suggestions: ['Remove one of the two, or give one of them another name or namespace.'],
    },
  );
}

function where({ file, line }: ResourceSource): string {
  return line === undefined ? file : `${file}:${line}`;
}
