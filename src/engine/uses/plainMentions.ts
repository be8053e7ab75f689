/** Which candidates without a content hash a string names: docs/uses.md, "Names without a hash". */
import type { KubeObject, ObjectId } from '../../objects/object.js';
import { isConfigKind } from '../configs/revisions.js';
import {
  accountsIn,
  exposedServices,
  hostsIn,
  isInContainer,
  isNoName,
  isPlaceOfNames,
  kindSaid,
  kindsSaid,
  wholeNames,
  type PlainMention,
} from './plainNames.js';
import { kindsOfWord } from './kindWords.js';
import { isInNamespace, saysNamespace } from './saidNamespace.js';
import { walk, type FoundString } from './strings.js';
import type { Wanted } from './wanted.js';
import { namesWithin, type NameWithin } from './withinTexts.js';

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

/** What is asked about: a text, and whose it is. */
interface Asked {
  readonly found: FoundString;
  readonly object: KubeObject;
  readonly isCustom: boolean;
  readonly wanted: Wanted;
}

/** The candidates with plain names that this text names. */
export function plainCandidates(
  found: FoundString,
  object: KubeObject,
  isCustom: boolean,
  wanted: Wanted,
): readonly ObjectId[] {
  const asked: Asked = { found, object, isCustom, wanted };
  const isPlace = isPlaceOfNames(found, isCustom);
  if (isPlace && /^\s*[[{]/.test(found.text)) {
    const inner = parsed(found.text);
    if (inner !== undefined) return withinParsed(inner, asked);
  }
  if (wanted.everywhere || isPlace) return [...idsOf(wholeNames(expanded(found)), asked), ...idsInText(asked, true)];
  return isSilent(found, object) ? [] : idsInText(asked, false);
}

/** True where not even a full name counts: labels, a status, what the object says of itself. A ConfigMap's keys are its own. */
function isSilent(found: FoundString, object: KubeObject): boolean {
  if (isData(found, object)) return false;
  return isNoName(found) || (found.path.startsWith('metadata.') && !found.path.startsWith('metadata.annotations.'));
}

function isData({ path }: FoundString, { kind }: KubeObject): boolean {
  return kind === 'ConfigMap' && path.startsWith('data.');
}

/** The accounts whose full name this text is, whatever its field names: `system:serviceaccount:shop:web` is a user. */
export function accountsNamed(found: FoundString, object: KubeObject, wanted: Wanted): readonly ObjectId[] {
  return idsOf(accountsIn(found.text), { found, object, wanted, isCustom: false });
}

function withinParsed(inner: unknown, { found, object, isCustom, wanted }: Asked): readonly ObjectId[] {
  const ids: ObjectId[] = [];
  walk(inner, found, (within) => {
    if (within.text !== found.text) ids.push(...plainCandidates(within, object, isCustom, wanted));
  });
  return ids;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not every text in brackets is JSON: it is read as it is.
    return undefined;
  }
}

/** A command or an argument with the variables of its container that are written beside it: `$(APP)-config`. */
function expanded({ text, path, holder }: FoundString): string {
  const { env } = holder;
  if (!text.includes('$(') || !isInContainer(path) || !Array.isArray(env)) return text;
  const values = new Map(
    (env as readonly { name?: unknown; value?: unknown }[]).map(({ name, value }) => [name, value]),
  );
  return text.replace(/\$\(([A-Za-z_][\w.-]*)\)/g, (variable, name: string) => {
    const value = values.get(name);
    return typeof value === 'string' ? value : variable;
  });
}

/** What a longer text names, and the forms that hold nothing but a name of Kubernetes, wherever they stand. */
function idsInText(asked: Asked, isPlace: boolean): readonly ObjectId[] {
  const { found, object, isCustom, wanted } = asked;
  const { text, field } = found;
  const hosts = field === 'externalName' ? [...hostsIn(text), ...hostsIn(`x://${text}`)] : hostsIn(text);
  const ids = idsOf([...hosts, ...accountsIn(text)], asked);
  // What a MutatingAdmissionPolicy writes into pods.
  const isExpression = field === 'expression' && object.kind === 'MutatingAdmissionPolicy';
  const isText = isPlace || isData(found, object) || isExpression || (isCustom && field === '');
  if (!isText) return ids;
  const data = isData(found, object) && field !== '' ? dataValues(asked) : [];
  return [
    ...ids,
    ...data,
    ...namesWithin(expanded(found), (name) => wanted.plain.has(name)).flatMap((name) => idsWithin(name, asked)),
  ];
}

/** A value of a ConfigMap is a variable of somebody's, often: what it is as a whole is a host, or what its key says. */
function dataValues(asked: Asked): readonly ObjectId[] {
  const { text, field } = asked.found;
  const kinds = kindsOfWord(field);
  return [
    ...idsOf(exposedServices(text), asked),
    ...idsOf(wholeNames(text), asked).filter(({ kind }) => kind === 'Service' || kinds.includes(kind.toLowerCase())),
  ];
}

function idsOf(mentions: readonly PlainMention[], asked: Asked): readonly ObjectId[] {
  return mentions.flatMap((mention) =>
    (asked.wanted.plain.get(mention.name) ?? []).filter((id) => isPlainMeant(id, mention, asked)),
  );
}

function idsWithin({ name, kinds, namespace, isPlaced }: NameWithin, asked: Asked): readonly ObjectId[] {
  const { found, object, wanted } = asked;
  const around = found.field === '' ? kindsOfWord(found.above[found.above.length - 1] ?? '') : kindsSaid(found);
  return (wanted.plain.get(name) ?? []).filter((id) => {
    if (id.name !== name) return false;
    const kind = id.kind.toLowerCase();
    const isAround = found.text !== name || found.field === '';
    const isSaid = kinds.includes(kind) || (isAround && around.includes(kind));
    const isHere =
      namespace === id.namespace && isPlaced && isConfigKind(id.group, id.kind) && !kinds.includes('image');
    if (!isSaid && !isHere) return false;
    if (id.namespace === '' || namespace === id.namespace) return true;
    if (namespace !== undefined && wanted.namespaces.has(namespace)) return false;
    return isInNamespace(id, found, object) || saysNamespace(object, id.namespace, found);
  });
}

function isPlainMeant(id: ObjectId, mention: PlainMention, { found, object, wanted }: Asked): boolean {
  const { kinds, everywhere } = wanted;
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
  if (isInNamespace(id, found, object)) return true;
  // From another namespace, which it says elsewhere: only where the kind is said as well.
  const isSaid = mention.kind === kind || kindsSaid(found).includes(kind);
  return isSaid && mention.namespace === undefined && saysNamespace(object, id.namespace, found);
}
