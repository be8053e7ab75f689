/** The candidates, indexed by what a text must hold to name one of them. Pure. */
import type { ObjectId } from '../../objects/object.js';
import { isRevision } from '../configs/revisions.js';

/** The candidates by the names that they could be mentioned by. */
export interface Wanted {
  /** Names with a content hash. */
  readonly hashed: ReadonlyMap<string, readonly ObjectId[]>;
  /** All others, and `NAMESPACE-NAME`. */
  readonly plain: ReadonlyMap<string, readonly ObjectId[]>;
  readonly namespaces: ReadonlySet<string>;
  /** The kinds of all candidates and of what a field can speak of, in small letters. */
  readonly kinds: ReadonlySet<string>;
  /** True where a plain name counts wherever it stands as a whole. */
  readonly everywhere: boolean;
}

/** Kinds that fields and flags are named after; the candidates' own are added. */
const KNOWN_KINDS = [
  'configmap',
  'secret',
  'service',
  'serviceaccount',
  'persistentvolumeclaim',
  'persistentvolume',
  'storageclass',
  'ingressclass',
  'gatewayclass',
  'priorityclass',
  'runtimeclass',
  'deployment',
  'statefulset',
  'daemonset',
  'ingress',
  'middleware',
  'role',
  'clusterrole',
];

const NEVER_BY_STRING = new Set(['namespace', 'node', 'customresourcedefinition', 'event', 'apiservice']);

/** Indexes candidates by what a text must hold to name one of them; `everywhere`: plain names count in any field. */
export function wantedOf(candidates: readonly ObjectId[], everywhere: boolean): Wanted {
  const hashed = new Map<string, ObjectId[]>();
  const plain = new Map<string, ObjectId[]>();
  const add = (map: Map<string, ObjectId[]>, name: string, id: ObjectId): void => {
    const known = map.get(name);
    if (known === undefined) map.set(name, [id]);
    else known.push(id);
  };
  for (const id of candidates) {
    if (isRevision(id)) add(hashed, id.name, id);
    else if (!NEVER_BY_STRING.has(id.kind.toLowerCase())) {
      add(plain, id.name, id);
      if (id.namespace !== '') add(plain, joined(id), id);
    }
  }
  return {
    hashed,
    plain,
    namespaces: new Set(candidates.map(({ namespace }) => namespace)),
    kinds: new Set([...KNOWN_KINDS, ...candidates.map(({ kind }) => kind.toLowerCase())]),
    everywhere,
  };
}

function joined({ namespace, name }: ObjectId): string {
  return `${namespace}-${name}`;
}
