import type { KubeObject } from '../../objects/object.js';
import { DEFINITION_KIND, keyOfResource } from '../catalog.js';
import { child, children, isDraft, text } from '../draft.js';
import type { Draft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import type { World } from '../registry/world.js';
import { age } from './duration.js';
import { COLUMNS } from './tableColumns.js';
import type { Column } from './tableColumns.js';

/** meta/v1 Table, what `kubectl get` prints. Rows carry metadata alone, as clients ask for by default. */
export function tableOf(
  world: World,
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: Readonly<Record<string, unknown>>,
): unknown {
  const columns = columnsOf(world, resource);
  const now = world.store.now();
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type = 'string', format = '', wide = false }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : format,
      description: name,
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object as Draft, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

const NAME: Column = { name: 'Name', cell: (object) => text(child(object, 'metadata'), 'name') };
const AGE: Column = {
  name: 'Age',
  cell: (object, now) => age(text(child(object, 'metadata'), 'creationTimestamp'), now),
};

function columnsOf(world: World, resource: Resource): readonly Column[] {
  if (resource.definition === undefined) {
    const { all, before = [], after = [] } = COLUMNS[keyOfResource(resource)] ?? {};
    return all ?? [NAME, ...before, AGE, ...after];
  }
  const definition = world.store.get(DEFINITION_KIND, '', resource.definition) as Draft | undefined;
  const version = children(child(definition, 'spec'), 'versions').find((v) => v['name'] === resource.version);
  const printed = children(version, 'additionalPrinterColumns').map((column): Column => {
    const type = text(column, 'type');
    return {
      name: text(column, 'name'),
      type,
      wide: Number(column['priority'] ?? 0) > 0,
      cell: (object, now) => printedValue(object, text(column, 'jsonPath'), type, now),
    };
  });
  return printed.length === 0 ? [NAME, AGE] : [NAME, ...printed];
}

/** The simple paths that printer columns have: `.status.phase`, `.status.conditions[?(@.type=="Ready")].status`. */
function printedValue(object: Draft, path: string, type: string, now: number): unknown {
  const steps = path.match(/[^.[\]]+|\[\?\(@\.\w+=="[^"]*"\)\]|\[\d+\]/g) ?? [];
  let value: unknown = object;
  for (const step of steps) {
    const filter = /^\[\?\(@\.(\w+)=="([^"]*)"\)\]$/.exec(step);
    if (filter !== null && Array.isArray(value)) {
      const items: readonly unknown[] = value;
      value = items.find((item) => isDraft(item) && item[filter[1] ?? ''] === filter[2]);
    } else if (/^\d+$/.test(step) && Array.isArray(value)) value = (value as readonly unknown[])[Number(step)];
    else value = isDraft(value) ? value[step] : undefined;
  }
  if (value === undefined || value === null) return type === 'date' ? '<unknown>' : null;
  if (type === 'date') return typeof value === 'string' ? age(value, now) : '<unknown>';
  return isDraft(value) || Array.isArray(value) ? JSON.stringify(value) : value;
}
