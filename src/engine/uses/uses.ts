/** Which objects use which candidates, and through whom. Pure over what was read. */
import { REVISION_ANNOTATION } from '../../objects/annotations.js';
import { formatId, groupOf, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { controllerOf } from '../sets/ownership.js';
import { canStillStart, findStrings, referencesOf } from './references.js';
import { isRevision } from '../configs/revisions.js';

/** One use of a candidate. */
export interface Use {
  readonly user: ObjectId;
  /** The top of the user's chain of controllers: the Deployment of a Pod. The user itself where it has none. */
  readonly root: ObjectId;
  /** In words: `Pod/web-abc of Deployment/web, revision 3`. */
  readonly words: string;
  /** The number of the revision that it belongs to, as `rollout undo --to-revision` takes it. */
  readonly revision: string | undefined;
  /** False for what can start nothing any more, but could be gone back to: a ReplicaSet at 0, a ControllerRevision. */
  readonly active: boolean;
}

export function useKey(id: { readonly kind: string; readonly namespace: string; readonly name: string }): string {
  return `${id.kind}/${id.namespace}/${id.name}`;
}

/** Which of the candidates the objects use, by path or by the exact appearance of a name. Pure. */
export function indexUses(
  objects: readonly KubeObject[],
  candidates: readonly ObjectId[],
  plainNames = false,
): Map<string, Use[]> {
  const byUid = new Map(
    objects.flatMap((object) => (object.metadata.uid === undefined ? [] : [[object.metadata.uid, object] as const])),
  );
  const wanted = new Map(candidates.map((id) => [useKey(id), id]));
  const spellings = new Map<string, string[]>();
  for (const id of candidates) {
    for (const spelling of [id.name, `${id.namespace}/${id.name}`]) {
      spellings.set(spelling, [...(spellings.get(spelling) ?? []), useKey(id)]);
    }
  }
  const searched = new Set(spellings.keys());
  const uses = new Map<string, Use[]>();
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? '';
    const used = new Set<string>();
    for (const { kind, name } of referencesOf(object)) used.add(useKey({ kind, namespace, name }));
    for (const { name, path } of findStrings(object, searched)) {
      // An object's own name is no reference to its namesake.
      if (path === 'metadata.name') continue;
      for (const key of spellings.get(name) ?? []) {
        const id = wanted.get(key);
        if (id !== undefined && isStringUse(object, name, id, plainNames)) used.add(key);
      }
    }
    for (const key of used) {
      const id = wanted.get(key);
      if (id === undefined) continue;
      uses.set(key, [...(uses.get(key) ?? []), describeUse(object, byUid)]);
    }
  }
  return uses;
}

/**
 * Only a name with a content hash is nearly unique; other names appear everywhere, and are found by path alone. Without
 * its namespace it means the namespace of the object: the same overlay makes the same name in every other.
 */
function isStringUse(object: KubeObject, spelling: string, candidate: ObjectId, plainNames: boolean): boolean {
  const { namespace = '' } = object.metadata;
  const isThere = spelling.includes('/') || namespace === '' || namespace === candidate.namespace;
  return (plainNames || isRevision(candidate)) && isThere;
}

function describeUse(object: KubeObject, byUid: ReadonlyMap<string, KubeObject>): Use {
  const chain = [object, ...controllersOf(object, byUid)];
  const top = chain[chain.length - 1] ?? object;
  const revision = chain.map(revisionOf).find((found) => found !== undefined);
  const names = chain.length === 1 ? [object] : [object, top];
  const words =
    names.map((link) => formatId(idOf(link))).join(' of ') + (revision === undefined ? '' : `, revision ${revision}`);
  const owner = controllerOf(top);
  const root =
    owner === undefined
      ? idOf(top)
      : {
          ...idOf(top),
          group: groupOf(owner.apiVersion),
          kind: owner.kind,
          name: owner.name,
        };
  const active = canStillStart(object) && object.kind !== 'ControllerRevision';
  return { user: idOf(object), root, words, revision, active };
}

function controllersOf(object: KubeObject, byUid: ReadonlyMap<string, KubeObject>): KubeObject[] {
  const chain: KubeObject[] = [];
  const seen = new Set([keyOf(idOf(object))]);
  for (let owner = controllerOf(object); owner !== undefined;) {
    const next = byUid.get(owner.uid);
    if (next === undefined || seen.has(keyOf(idOf(next)))) break;
    seen.add(keyOf(idOf(next)));
    chain.push(next);
    owner = controllerOf(next);
  }
  return chain;
}

/** The number that `kubectl rollout undo --to-revision` takes. */
function revisionOf(object: KubeObject): string | undefined {
  if (object.kind === 'ControllerRevision')
    return typeof object.revision === 'number' ? String(object.revision) : undefined;
  return object.kind === 'ReplicaSet' ? object.metadata.annotations?.[REVISION_ANNOTATION] : undefined;
}
