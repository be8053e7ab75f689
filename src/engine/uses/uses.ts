/** Which objects use which candidates, and through whom. Pure over what was read. */
import { OPENSHIFT_REVISION_ANNOTATION, REVISION_ANNOTATION } from '../../objects/annotations.js';
import {
  controllerOf,
  formatId,
  groupOf,
  idOf,
  keyOf,
  type KubeObject,
  type ObjectId,
  type OwnerReference,
} from '../../objects/object.js';
import { isConfigKind, isRevision } from '../configs/revisions.js';
import { canStillStart, isFinishedRun, isPaused, revisionKey, revisionsStartedAgain } from './lifecycle.js';
import { mentionsIn } from './mentions.js';
import { referencesOf, type Reference } from './references.js';
import { wantedOf } from './wanted.js';

/** One use of a candidate. */
export interface Use {
  readonly user: ObjectId;
  /** The top of the user's chain of controllers: the Deployment of a Pod. The user itself where it has none. */
  readonly root: ObjectId;
  /** In words: `Pod/web-abc of Deployment/web, revision 3`; `ops/Deployment/web` where it lives in another namespace. */
  readonly words: string;
  /** The number of the revision that it belongs to, as `rollout undo --to-revision` takes it. */
  readonly revision: string | undefined;
  /** False for what can start nothing any more, but could be gone back to: a ReplicaSet at 0, a ControllerRevision. */
  readonly active: boolean;
  /** Where the user names it: `spec.template.spec.containers[0].envFrom[0].configMapRef.name`. */
  readonly through: readonly string[];
  /** True where it is a word that equals the name, in no field that is known to name an object: people want to see where. */
  readonly isWord?: true;
}

/** The first user in words, and how many uses there are besides; undefined where there are none. */
export function usersWords([first, ...others]: readonly Use[]): string | undefined {
  if (first === undefined) return undefined;
  return others.length > 0 ? `${first.words} and ${others.length} more` : first.words;
}

/** The key of a candidate in the uses. */
export function useKey(id: ObjectId): string {
  return keyOf(id);
}

/** What of an object is remembered, so that a whole cluster can be read page by page. */
interface Link {
  readonly id: ObjectId;
  readonly controller: OwnerReference | undefined;
  readonly revision: string | undefined;
  readonly canStart: boolean;
  readonly isFinishedRun: boolean;
  readonly isPaused: boolean;
  readonly startsAgain: readonly string[];
  /** As its owner's `startsAgain` has it. */
  readonly revisionKey: string;
}

/** One object that names a candidate. */
interface Naming {
  readonly user: string;
  readonly order: number;
  readonly through: readonly string[];
  /** It names the candidate only where none of these is there, by `keyOf`: a config of the same name that it means rather. */
  readonly unless: readonly string[];
  readonly isWord: boolean;
}

/** What one object names a candidate by, as it is found out. */
interface Found {
  readonly through: string[];
  unless: readonly string[];
  isWord: boolean;
}

export interface UseIndex {
  /** Looks through an object; `order` sorts the uses, those of equal order stay as they came. Adding one twice is adding it once. */
  readonly add: (object: KubeObject, order?: number) => void;
  /**
   * By `useKey`; `listed` are the kinds of configs that were listed in all namespaces: only of those is it known whether a
   * name that could be meant in several namespaces is there in another one.
   */
  readonly uses: (listed?: ReadonlySet<string>) => Map<string, Use[]>;
}

/** Takes in objects one by one and tells at the end which of the candidates they use. Holds a few words of each. */
export function makeUseIndex(candidates: readonly ObjectId[], plainNames = false): UseIndex {
  const named = byKindAndName(candidates);
  const wanted = wantedOf(candidates, plainNames);
  const links = new Map<string, Link>();
  const used = new Map<string, Map<string, Naming>>();
  const configs = new Set<string>();
  const names = new Set(candidates.map(({ name }) => name));
  return {
    add: (object, order = 0) => {
      const user = object.metadata.uid ?? keyOf(idOf(object));
      const { kind, metadata } = object;
      if (isConfigKind(groupOf(object.apiVersion), kind) && names.has(metadata.name)) configs.add(keyOf(idOf(object)));
      links.set(user, linkOf(object));
      const references = referencesOf(object);
      const decided = new Set(references.map(({ path }) => path));
      const found = new Map<string, Found>();
      const note = (key: string, one: Omit<Found, 'through'>, path: string): void => {
        const known = found.get(key);
        if (known === undefined) found.set(key, { ...one, through: [path] });
        else {
          if (!known.through.includes(path)) known.through.push(path);
          if (one.unless.length === 0) known.unless = [];
          known.isWord &&= one.isWord;
        }
      };
      for (const reference of references)
        for (const id of named(reference))
          note(keyOf(id), { unless: insteadOf(id, reference), isWord: false }, reference.path);
      for (const { id, path, rather = [] } of mentionsIn(object, wanted, decided)) {
        const unless = rather.map((namespace) => keyOf({ ...id, namespace }));
        note(keyOf(id), { unless, isWord: !isRevision(id) }, path);
      }
      // An object's own name is no reference to itself.
      found.delete(keyOf(idOf(object)));
      for (const [key, naming] of found) {
        const users = used.get(key) ?? new Map<string, Naming>();
        users.set(user, { user, order, ...naming });
        used.set(key, users);
      }
    },
    uses: (listed = NONE) => {
      const newest = newestReplicaSets(links);
      const isMeant = ({ unless }: Naming, key: string): boolean =>
        unless.length === 0 || (listed.has(kindOfKey(key)) && !unless.some((other) => configs.has(other)));
      return new Map(
        [...used].flatMap(([key, users]) => {
          const uses = [...users.values()]
            .filter((naming) => isMeant(naming, key))
            .sort((a, b) => a.order - b.order)
            .map(({ user, through, isWord }) => ({
              ...describeUse(links.get(user) as Link, links, newest, key),
              through,
              ...(isWord && { isWord }),
            }))
            // What a candidate runs itself goes with it.
            .filter(({ root }) => keyOf(root) !== key);
          return uses.length === 0 ? [] : [[key, uses] as const];
        }),
      );
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

function kindOfKey(key: string): string {
  return key.split('/')[1] ?? '';
}

/** Which of the candidates these objects use; `listed` as in `UseIndex`. Pure. */
export function indexUses(
  objects: readonly KubeObject[],
  candidates: readonly ObjectId[],
  plainNames = false,
  listed = NONE,
): Map<string, Use[]> {
  const index = makeUseIndex(candidates, plainNames);
  for (const object of objects) index.add(object);
  return index.uses(listed);
}

/** Finds the candidates that a reference names. */
function byKindAndName(candidates: readonly ObjectId[]): (reference: Reference) => ObjectId[] {
  const byName = new Map<string, ObjectId[]>();
  const byKind = new Map<string, ObjectId[]>();
  for (const id of candidates) {
    byName.set(id.name, [...(byName.get(id.name) ?? []), id]);
    byKind.set(id.kind, [...(byKind.get(id.kind) ?? []), id]);
  }
  return ({ group, kind, name, namespace }) => {
    const matching =
      typeof name === 'string'
        ? (byName.get(name) ?? [])
        : (kind === undefined ? candidates : (byKind.get(kind) ?? [])).filter((id) => name.test(id.name));
    return matching.filter(
      (id) =>
        (group === undefined || group === id.group) &&
        (kind === undefined || kind === id.kind) &&
        (namespace === undefined || id.namespace === '' || namespace === id.namespace),
    );
  };
}

/** What a reference without a namespace names rather, where it is there. */
function insteadOf(id: ObjectId, { rather }: Reference): readonly string[] {
  return rather === undefined || rather === id.namespace ? [] : [keyOf({ ...id, namespace: rather })];
}

function linkOf(object: KubeObject): Link {
  return {
    id: idOf(object),
    controller: controllerOf(object),
    revision: revisionOf(object),
    canStart: canStillStart(object),
    isFinishedRun: isFinishedRun(object),
    isPaused: isPaused(object),
    startsAgain: revisionsStartedAgain(object),
    revisionKey: revisionKey(object),
  };
}

const PAST_REVISIONS = new Set(['ControllerRevision', 'ReplicaSet']);

/** `key`: what is used. */
function describeUse(
  link: Link,
  links: ReadonlyMap<string, Link>,
  newest: ReadonlySet<Link>,
  key: string,
): Omit<Use, 'through' | 'isWord'> {
  const chain = [link, ...controllersOf(link, links)];
  const top = chain[chain.length - 1] ?? link;
  const revision = chain.map((one) => one.revision).find((found) => found !== undefined);
  const names = chain.length === 1 ? [link] : [link, top];
  const [, , namespace = ''] = key.split('/');
  const isElsewhere = namespace !== '' && link.id.namespace !== namespace;
  const words =
    names.map(({ id }, at) => formatId(id, isElsewhere && at === 0)).join(' of ') +
    (revision === undefined ? '' : `, revision ${revision}`) +
    (link.isFinishedRun ? ', a finished run' : '');
  const owner = top.controller;
  const root =
    owner === undefined ? top.id : { ...top.id, group: groupOf(owner.apiVersion), kind: owner.kind, name: owner.name };
  const parent = chain[1];
  const active =
    link.canStart ||
    (PAST_REVISIONS.has(link.id.kind) && parent?.startsAgain.includes(link.revisionKey) === true) ||
    (parent?.isPaused === true && newest.has(link));
  return { user: link.id, root, words, revision, active };
}

/** The newest ReplicaSet of each Deployment, unless another one of it has replicas. */
function newestReplicaSets(links: ReadonlyMap<string, Link>): Set<Link> {
  const newest = new Map<string, Link>();
  const running = new Set<string>();
  for (const link of links.values()) {
    if (link.id.kind !== 'ReplicaSet' || link.controller === undefined) continue;
    const { uid } = link.controller;
    if (link.canStart) running.add(uid);
    const known = newest.get(uid);
    if (known === undefined || Number(known.revision) < Number(link.revision)) newest.set(uid, link);
  }
  return new Set([...newest].flatMap(([uid, link]) => (running.has(uid) ? [] : [link])));
}

function controllersOf(link: Link, links: ReadonlyMap<string, Link>): Link[] {
  const chain: Link[] = [];
  const seen = new Set([keyOf(link.id)]);
  for (let owner = link.controller; owner !== undefined;) {
    const next = links.get(owner.uid);
    if (next === undefined || seen.has(keyOf(next.id))) break;
    seen.add(keyOf(next.id));
    chain.push(next);
    owner = next.controller;
  }
  return chain;
}

/** The number that `kubectl rollout undo --to-revision` takes. */
function revisionOf(object: KubeObject): string | undefined {
  if (object.kind === 'ControllerRevision')
    return typeof object.revision === 'number' ? String(object.revision) : undefined;
  const { annotations } = object.metadata;
  if (object.kind === 'ReplicationController')
    return annotations?.[OPENSHIFT_REVISION_ANNOTATION] ?? object.metadata.name;
  return object.kind === 'ReplicaSet' ? annotations?.[REVISION_ANNOTATION] : undefined;
}
