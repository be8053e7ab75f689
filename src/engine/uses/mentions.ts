/** Which of the candidates an object mentions in a string: docs/uses.md says what counts and what does not. */
import { groupOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { isConfigKind, isRevision } from '../configs/revisions.js';
import { isBuiltInGroup } from './builtInGroups.js';
import { exposedServices, hostsIn, isPlaceOfNames, kindSaid, wholeNames, type PlainMention } from './plainNames.js';
import { isInNamespace, saysNamespace } from './saidNamespace.js';
import { kindBeside, someText, visitStrings, visitTexts, walk, type FoundString } from './strings.js';
import { hashedTokens, type Token } from './tokens.js';

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

/**
 * Kinds that serve nobody by their name alone: they are mentioned only where their kind is said, as in
 * `deployment/web`. A Namespace, a Node, a definition of custom resources are never meant by a string.
 */
const ONLY_WITH_KIND = new Set([
  'pod',
  'podtemplate',
  'deployment',
  'replicaset',
  'statefulset',
  'daemonset',
  'replicationcontroller',
  'job',
  'cronjob',
  'horizontalpodautoscaler',
  'poddisruptionbudget',
  'networkpolicy',
  'role',
  'rolebinding',
  'clusterrole',
  'clusterrolebinding',
  'resourcequota',
  'limitrange',
  'lease',
  'endpointslice',
  'controllerrevision',
]);
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

export interface Mention {
  readonly id: ObjectId;
  /** Where it stands. */
  readonly path: string;
}

/** The mentions of candidates in the strings of an object; `decided` are the paths that the reference table has decided. */
export function mentionsIn(object: KubeObject, wanted: Wanted, decided: ReadonlySet<string>): Mention[] {
  const isNamed = (text: string): boolean =>
    hashedTokens(text).some((token) => hashedCandidates(token, wanted).length > 0);
  // Most objects hold no name with a content hash, and to see that costs much less than to go through them.
  if (wanted.plain.size === 0 && !someText(object, isNamed)) return [];
  const isCustom = !isBuiltInGroup(groupOf(object.apiVersion));
  const mentions: Mention[] = [];
  const visit = (found: FoundString): void => {
    if (decided.has(found.path) && found.field !== '') return;
    if (wanted.hashed.size > 0) {
      for (const token of hashedTokens(found.text))
        for (const id of hashedCandidates(token, wanted))
          if (isMeant(id, token, found, object, isCustom, wanted)) mentions.push({ id, path: found.path });
    }
    if (wanted.plain.size > 0)
      for (const id of plainCandidates(found, object, isCustom, wanted)) mentions.push({ id, path: found.path });
  };
  visitStrings(object, visit);
  return mentions;
}

/** `cfg-HASH`, `cfg-HASH.shop` for its namespace, and `spark.kubernetes.driver.secrets.cfg-HASH`, a key that ends in it. */
function hashedCandidates({ name }: Token, { hashed }: Wanted): readonly ObjectId[] {
  const exact = hashed.get(name);
  if (exact !== undefined) return exact;
  const dots = [...name.matchAll(/\./g)].map(({ index }) => index);
  const [first] = dots;
  if (first === undefined) return [];
  const named = (hashed.get(name.slice(0, first)) ?? []).filter(({ namespace }) => name.slice(first + 1) === namespace);
  return [...named, ...dots.flatMap((dot) => hashed.get(name.slice(dot + 1)) ?? [])];
}

function isMeant(
  id: ObjectId,
  { before, name }: Token,
  found: FoundString,
  object: KubeObject,
  isCustom: boolean,
  { namespaces }: Wanted,
): boolean {
  const said = kindBeside(found);
  if (said !== undefined && isConfigKind('', said)) {
    if (said !== id.kind) return false;
    if (isCustom && isReport(found)) return false;
  }
  if (name === `${id.name}.${id.namespace}` || before === id.namespace) return true;
  if (before !== undefined && namespaces.has(before)) return false;
  return isInNamespace(id, found, object) || saysNamespace(object, id.namespace, found);
}

/** A reference is asked for, in the spec; anything else that tells kind and name, or a UID, tells what was seen. */
function isReport({ path, holder }: FoundString): boolean {
  return !path.startsWith('spec.') || typeof holder.uid === 'string';
}

function plainCandidates(
  found: FoundString,
  object: KubeObject,
  isCustom: boolean,
  wanted: Wanted,
): readonly ObjectId[] {
  const isPlace = isPlaceOfNames(found, isCustom);
  const isText =
    isPlace || (object.kind === 'ConfigMap' && found.path.startsWith('data.')) || found.field === 'externalName';
  if (!isText && !wanted.everywhere) return [];
  if (isPlace && /^\s*[[{]/.test(found.text)) {
    const inner = parsed(found.text);
    if (inner !== undefined) {
      const ids: ObjectId[] = [];
      walk(inner, { ...found, field: found.field }, (within) => {
        if (within.text !== found.text) ids.push(...plainCandidates(within, object, isCustom, wanted));
      });
      return ids;
    }
  }
  const hosts =
    found.field === 'externalName' ? [...hostsIn(found.text), ...hostsIn(`x://${found.text}`)] : hostsIn(found.text);
  const whole = isPlace || wanted.everywhere ? wholeNames(found.text) : exposedServices(found.text);
  const mentions = [...whole, ...hosts];
  return mentions.flatMap((mention) =>
    (wanted.plain.get(mention.name) ?? []).filter((id) => isPlainMeant(id, mention, found, object, wanted)),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not every text in brackets is JSON: it is read as it is.
    return undefined;
  }
}

function isPlainMeant(
  id: ObjectId,
  mention: PlainMention,
  found: FoundString,
  object: KubeObject,
  { kinds, everywhere }: Wanted,
): boolean {
  if (mention.isJoined !== (id.name !== mention.name)) return false;
  const kind = id.kind.toLowerCase();
  if (mention.isHost) {
    if (kind !== 'service') return false;
  } else {
    const said = mention.kind ?? kindSaid(found);
    const isSaid = said !== undefined && kinds.has(said);
    if (isSaid && said !== kind) return false;
    if (!isSaid && mention.kind !== undefined && mention.namespace === undefined && found.text.includes('/'))
      return false;
    if (!isSaid && ONLY_WITH_KIND.has(kind) && !everywhere) return false;
  }
  if (mention.isJoined) return true;
  if (mention.namespace !== undefined && mention.namespace !== '')
    return id.namespace === '' || mention.namespace === id.namespace;
  return isInNamespace(id, found, object);
}

/** Where an object says one of these names: as a whole string, or as a token where the name has a content hash. */
export function findNames(object: KubeObject, names: ReadonlySet<string>): { name: string; path: string }[] {
  const found: { name: string; path: string }[] = [];
  if (names.size === 0) return found;
  visitTexts(object, (text, path) => {
    if (names.has(text)) found.push({ name: text, path: path() });
    else for (const { name } of hashedTokens(text)) if (names.has(name)) found.push({ name, path: path() });
  });
  return found;
}
