/** The order of the output: as the resources came, or kustomize's legacy order (SortOrderTransformer.go). */
import { inputError } from '../../errors.js';
import type { SortOptions } from '../kustomization/kustomization.js';
import { type Resource, currentId } from '../resources/resource.js';
import { LEGACY_ORDER, type ResourceId, compareText, gvkSortText, kindOrder } from '../resources/resourceId.js';
import type { ResourceMap } from '../resources/resourceMap.js';

/** Throws KapplyError `InvalidSortOptions`, and `DuplicateResource` where two have come to have the same id. */
export function sortResources(map: ResourceMap, options: SortOptions, file: string): void {
  const { order = '', legacySortOptions } = options;
  const invalid = (message: string): Error => inputError('InvalidSortOptions', message, { position: { file } });
  if (order !== 'legacy' && order !== 'fifo') {
    throw invalid(`sortOptions.order is fifo or legacy, not ${order === '' ? 'empty' : order}`);
  }
  if (order === 'fifo') {
    if (legacySortOptions !== undefined)
      throw invalid('sortOptions.legacySortOptions is for the order legacy, not fifo');
    return;
  }
  const { orderFirst, orderLast } = legacySortOptions ?? {
    orderFirst: LEGACY_ORDER.first,
    orderLast: LEGACY_ORDER.last,
  };
  map.setAll(inLegacyOrder(map.resources, orderFirst ?? [], orderLast ?? []));
  map.refuseDuplicates();
}

function inLegacyOrder(resources: readonly Resource[], first: readonly string[], last: readonly string[]): Resource[] {
  const placeOf = kindOrder(first, last);
  const keyed = resources.map((resource) => {
    const id = currentId(resource);
    return { resource, id, place: placeOf(id.kind), gvk: gvkSortText(id), name: nameSortText(id) };
  });
  keyed.sort((left, right) => {
    if (left.gvk === right.gvk) return compareText(left.name, right.name);
    if (left.place !== right.place) return left.place - right.place;
    const byGvk = compareText(left.gvk, right.gvk);
    // Of kinds called Namespace, that of Kubernetes comes first.
    const namespaces = left.id.kind === 'Namespace' && right.id.kind === 'Namespace';
    return namespaces && (left.id.group === '' || right.id.group === '') ? -byGvk : byGvk;
  });
  return keyed.map(({ resource }) => resource);
}

function nameSortText({ kind, version, group, namespace, name }: ResourceId): string {
  const gvk = `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
  return `${gvk}|${namespace || '~X'}|${name || '~N'}`;
}
