/** Whoever may not look must not be told that there is nothing: docs/output.md, "Exit codes". */
import type { Cluster } from '../../cluster/cluster.js';
import { canIQuestion, canIQuestions, resourceWord, type Right } from '../../cluster/right.js';
import { EXIT, KapplyError } from '../../errors.js';
import type { Gap } from '../uses/plannedReads.js';
import type { Unlisted } from './candidate.js';

/** Of so many refused lists the questions are suggested: an account that may nothing lacks them all alike. */
const MOST_QUESTIONS = 3;

type Asking = Pick<Cluster, 'kubectl'>;

/** @throws KapplyError `NothingListed` (exit 5) where not one list was answered: then nothing is known at all */
export function refuseBlind(
  { unlisted, answered }: { readonly unlisted: readonly Unlisted[]; readonly answered: boolean },
  cluster: Asking,
): void {
  if (answered || unlisted.length === 0) return;
  throw new KapplyError('NothingListed', `nothing could be listed: ${placesOf(unlisted)}`, EXIT.refused, {
    suggestions: questionsOf(unlisted, cluster),
  });
}

/** @throws KapplyError `NotAllListed` (exit 6) where something could not be listed, once all else is done */
export function refusePartlyBlind(unlisted: readonly Unlisted[], cluster: Asking): void {
  if (unlisted.length === 0) return;
  throw new KapplyError('NotAllListed', notAllListed(unlisted), EXIT.pruneIncomplete, {
    suggestions: questionsOf(unlisted, cluster),
  });
}

/** The sentence of it: `not everything could be listed: secrets in shop` */
export function notAllListed(unlisted: readonly Unlisted[]): string {
  return `not everything could be listed: ${placesOf(unlisted)}`;
}

/** A part of the cluster in which uses could not be looked for. */
export function unlistedGap({ group, kind, plural = '*', namespace, words, rights = [] }: Gap): Unlisted {
  return { resource: { group, kind, plural }, namespace, why: words, rights };
}

/** One entry of `unlisted[]` in the documents of `status` and `history`. */
export interface UnlistedEntry {
  /** `get` for one object. */
  readonly verb: 'list' | 'get';
  readonly group: string;
  /** The plural name; `*` for a whole group that discovery could not tell of. */
  readonly resource: string;
  /** '' for all, and for what belongs to the cluster. */
  readonly namespace: string;
  /** Of the one object. */
  readonly name?: string;
  readonly message: string;
  /** `kubectl auth can-i list secrets -n shop`, where it was forbidden. */
  readonly question?: string;
}

/** What could not be listed, for the documents. */
export function unlistedEntry(
  { resource, namespace, name, why, rights }: Unlisted,
  { kubectl }: Asking,
): UnlistedEntry {
  const [right] = rights;
  const question = right === undefined ? undefined : canIQuestion(right, kubectl);
  return {
    verb: name === undefined ? 'list' : 'get',
    group: resource.group,
    resource: resource.plural,
    namespace,
    ...(name !== undefined && { name }),
    message: why,
    ...(question !== undefined && { question }),
  };
}

function placesOf(unlisted: readonly Unlisted[]): string {
  const places = unlisted.map(({ resource: { group, plural }, namespace, name }) => {
    const what = resourceWord({ group, resource: plural });
    if (name !== undefined) return `${what}/${name}${namespace === '' ? '' : ` in ${namespace}`}`;
    return `${what} in ${namespace === '' ? 'all namespaces' : namespace}`;
  });
  return [...new Set(places)].join(', ');
}

/** What tells whether it is a matter of permissions. */
function questionsOf(unlisted: readonly Unlisted[], { kubectl }: Asking): string[] {
  const rights: Right[] = unlisted.flatMap((one) => one.rights);
  return canIQuestions(rights, kubectl).slice(0, MOST_QUESTIONS);
}
