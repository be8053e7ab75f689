/** What an object names, by the reference table: every field of a built-in kind that holds the name of another object. */
import { groupOf, type KubeObject } from '../../objects/object.js';
import { namesAt, parsePath, type FoundName, type Segment } from './fieldPath.js';
import { REFERENCE_TABLE, type ReferenceRow } from './referenceTable.js';

export interface Reference {
  /** undefined: a kind of this name in any group. */
  readonly group: string | undefined;
  /** undefined: whatever has the name. */
  readonly kind: string | undefined;
  /** The name, or what all names look like that are meant. */
  readonly name: string | RegExp;
  /** Where it lives, if it lives in a namespace; undefined: in any. */
  readonly namespace: string | undefined;
  /** Where it lives rather, if it is there. */
  readonly rather?: string;
  /** Where it stands, for people: `spec.template.spec.containers[0].env[2].valueFrom.configMapKeyRef.name`. */
  readonly path: string;
}

/** Where a kind keeps its pod spec. */
const POD_SPEC_OF: Readonly<Record<string, string>> = {
  '/Pod': 'spec',
  '/PodTemplate': 'template.spec',
  '/ReplicationController': 'spec.template.spec',
  'apps/Deployment': 'spec.template.spec',
  'apps/StatefulSet': 'spec.template.spec',
  'apps/DaemonSet': 'spec.template.spec',
  'apps/ReplicaSet': 'spec.template.spec',
  'batch/Job': 'spec.template.spec',
  'batch/CronJob': 'spec.jobTemplate.spec.template.spec',
};

/** The kinds that run pods, as `GROUP/KIND`. */
export const POD_KINDS: readonly string[] = Object.keys(POD_SPEC_OF);

/** Where a pod template stands that runs no pods by itself: the old revision of a StatefulSet or DaemonSet. */
const POD_SPECS: readonly (readonly [kind: string, path: string])[] = [
  ...Object.entries(POD_SPEC_OF),
  ['apps/ControllerRevision', 'data.spec.template.spec'],
];

interface ParsedRow extends ReferenceRow {
  readonly segments: readonly Segment[];
}

const ROWS_OF = new Map<string, ParsedRow[]>();
for (const row of REFERENCE_TABLE) {
  const places: readonly (readonly [string, string])[] =
    row.from === 'PodSpec' ? POD_SPECS.map(([kind, base]) => [kind, `${base}.${row.path}`]) : [[row.from, row.path]];
  for (const [kind, path] of places) {
    ROWS_OF.set(kind, [...(ROWS_OF.get(kind) ?? []), { ...row, path, segments: parsePath(path) }]);
  }
}

/** The rows of a kind, `GROUP/KIND`, with whole paths; none for a kind that the table does not know. */
export function rowsOf(kind: string): readonly ReferenceRow[] {
  return ROWS_OF.get(kind) ?? [];
}

/** The path of a kind's pod spec (`spec.template.spec`), or undefined where it runs no pods. */
export function podSpecPath(group: string, kind: string): string | undefined {
  const key = `${group}/${kind}`;
  return Object.hasOwn(POD_SPEC_OF, key) ? POD_SPEC_OF[key] : undefined;
}

/** Every reference that the object makes by a field of the table, whether or not it still counts as a use. */
export function referencesOf(object: KubeObject): Reference[] {
  const rows = ROWS_OF.get(`${groupOf(object.apiVersion)}/${object.kind}`) ?? [];
  return rows.flatMap((row) =>
    namesAt(object, row.segments).flatMap((found) => {
      if (row.where !== undefined && !hasItem(found.holder[row.where.list], row.where.has)) return [];
      return [{ ...kindNamed(row, found), name: nameMeant(row, found, object), ...placed(row, found, object) }];
    }),
  );
}

function hasItem(list: unknown, item: string): boolean {
  return Array.isArray(list) && list.includes(item);
}

function kindNamed(row: ReferenceRow, { holder }: FoundName): Pick<Reference, 'group' | 'kind'> {
  const slash = row.to.indexOf('/');
  const [group, kind] = slash < 0 ? [undefined, undefined] : [row.to.slice(0, slash), row.to.slice(slash + 1)];
  if (row.kindBeside === undefined) return { group, kind };
  const saidKind = text(holder.kind) ?? kind;
  const saidGroup = text(holder.group) ?? text(holder.apiGroup);
  const { apiVersion } = holder;
  const said = saidGroup ?? (typeof apiVersion === 'string' ? groupOf(apiVersion) : undefined);
  // Without a group, the kind of the table has the group of the table, and another kind any.
  return { group: said ?? (saidKind === kind ? group : undefined), kind: saidKind };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** CSI parameters may hold `${pvc.name}` and the like: any text stands for these. */
const TEMPLATE = /\$\{[^}]*\}/g;

function nameMeant({ pattern }: ReferenceRow, { name }: FoundName, object: KubeObject): string | RegExp {
  if (pattern !== undefined) {
    const filled = pattern.replace('NAME', escape(name)).replace('OWNER', escape(object.metadata.name));
    return new RegExp(`^${filled}$`);
  }
  const parts = name.split(TEMPLATE);
  return parts.length === 1 ? name : new RegExp(`^${parts.map(escape).join('.+')}$`);
}

function escape(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function placed(
  row: ReferenceRow,
  { holder, path }: FoundName,
  object: KubeObject,
): Pick<Reference, 'namespace' | 'path' | 'rather'> {
  const own = object.metadata.namespace;
  switch (row.namespace) {
    case 'cluster':
      return { namespace: '', path };
    case 'own':
      return { namespace: own, path };
    case 'any':
      return { namespace: undefined, path, ...(own !== undefined && { rather: own }) };
    default: {
      const said = text(holder[row.namespace]);
      return { namespace: said === undefined || said.includes('${') ? own : said, path };
    }
  }
}
