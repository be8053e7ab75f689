/** Which of the candidates an object mentions in a string: docs/uses.md says what counts and what does not. */
import { groupOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { isConfigKind } from '../configs/revisions.js';
import { isBuiltInGroup } from './builtInGroups.js';
import { accountsNamed, plainCandidates } from './plainMentions.js';
import { isInNamespace, saysNamespace } from './saidNamespace.js';
import { kindBeside, namespaceBeside, someText, visitStrings, visitTexts, type FoundString } from './strings.js';
import { hashedTokens, type Token } from './tokens.js';
import type { Wanted } from './wanted.js';

export interface Mention {
  readonly id: ObjectId;
  /** Where it stands. */
  readonly path: string;
  /**
   * The namespaces that it means before that of the candidate, where nothing says which: only where none of them has a
   * config of that name is the candidate's meant.
   */
  readonly rather?: readonly string[];
}

/** The mentions of candidates in the strings of an object; `decided` are the paths that the reference table has decided. */
export function mentionsIn(object: KubeObject, wanted: Wanted, decided: ReadonlySet<string>): Mention[] {
  const isThere = (text: string): boolean =>
    hashedTokens(text).some((token) => hashedCandidates(token, wanted).length > 0);
  // Most objects hold no name with a content hash, and to see that costs much less than to go through them.
  if (wanted.plain.size === 0 && !someText(object, isThere)) return [];
  const isCustom = !isBuiltInGroup(groupOf(object.apiVersion));
  const mentions: Mention[] = [];
  const visit = (found: FoundString): void => {
    const isDecided = decided.has(found.path) && found.field !== '';
    if (isDecided && wanted.plain.size > 0)
      for (const id of accountsNamed(found, object, wanted)) mentions.push({ id, path: found.path });
    if (isDecided) return;
    if (wanted.hashed.size > 0) {
      for (const token of hashedTokens(found.text))
        for (const id of hashedCandidates(token, wanted))
          if (isNamed(id, found, isCustom)) mentions.push(...meant(id, token, found, object, wanted));
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

/** False where another kind is said beside it, or where it is no reference but a report. */
function isNamed(id: ObjectId, found: FoundString, isCustom: boolean): boolean {
  const said = kindBeside(found);
  if (said === undefined || !isConfigKind('', said)) return true;
  return said === id.kind && !(isCustom && isReport(found));
}

/** The mention, where the namespace of the candidate is meant, or could be: docs/uses.md, "Names with a hash". */
function meant(
  id: ObjectId,
  { before, name }: Token,
  found: FoundString,
  object: KubeObject,
  { namespaces }: Wanted,
): Mention[] {
  const { path } = found;
  if (name === `${id.name}.${id.namespace}` || before === id.namespace) return [{ id, path }];
  if (before !== undefined && namespaces.has(before)) return [];
  if (isInNamespace(id, found, object) || saysNamespace(object, id.namespace, found)) return [{ id, path }];
  // Istio's Gateway names a Secret beside the proxies that it selects, and nobody says where that is.
  const isSaid = namespaceBeside(found) !== undefined && !path.startsWith('metadata.');
  if (isSaid || path.startsWith('status.')) return [];
  return [{ id, path, rather: [object.metadata.namespace ?? '', ...(before === undefined ? [] : [before])] }];
}

/** A reference is asked for, in the spec; anything else that tells kind and name, or a UID, tells what was seen. */
function isReport({ path, holder }: FoundString): boolean {
  return !path.startsWith('spec.') || typeof holder.uid === 'string';
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
