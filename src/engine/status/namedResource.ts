/** The kind that somebody means by a word on the command line, as kubectl takes it. */
import type { ApiResource, Discovery } from '../../cluster/cluster.js';
import { inputError } from '../../errors.js';
import { nearest } from '../../objects/nearest.js';

/** What `KIND/NAME` names. */
export interface NamedResource {
  readonly resource: ApiResource;
  readonly name: string;
}

/**
 * Reads `KIND/NAME`, where KIND is what kubectl takes: the kind or the plural in any case, a short name, with the group behind
 * a dot (`deployments.apps`). Two groups that have the kind: the core's, else the first that the server tells, as in kubectl.
 * @throws KapplyError `UsageError`, `UnknownKind` (exit 2)
 */
export function namedResource({ resources }: Discovery, text: string): NamedResource {
  const slash = text.lastIndexOf('/');
  const name = text.slice(slash + 1);
  if (slash <= 0 || name === '') {
    throw inputError('UsageError', `${JSON.stringify(text)} names no object`, {
      suggestions: ['Write KIND/NAME: configmap/db-cred, deployments.apps/web.'],
    });
  }
  const word = text.slice(0, slash).toLowerCase();
  const usable = resources.filter(({ preferred, verbs }) => preferred && verbs.includes('list'));
  const found = usable.filter((resource) => wordsOf(resource).includes(word));
  const resource = found.find(({ group }) => group === '') ?? found[0];
  if (resource !== undefined) return { resource, name };
  const near = nearest(
    word,
    usable.flatMap(({ kind, plural, shortNames = [] }) => [kind.toLowerCase(), plural, ...shortNames]),
  );
  throw inputError('UnknownKind', `the server has no kind ${JSON.stringify(text.slice(0, slash))} that can be listed`, {
    suggestions: [
      ...(near === undefined ? [] : [`Did you mean ${near}/${name}?`]),
      'kubectl api-resources lists the kinds.',
    ],
  });
}

/** Every word for a kind, in small letters. */
function wordsOf({ group, version, kind, plural, shortNames = [] }: ApiResource): string[] {
  const short = [kind.toLowerCase(), plural, ...shortNames];
  if (group === '') return short;
  return [...short, ...short.flatMap((word) => [`${word}.${group}`, `${word}.${version}.${group}`])];
}
