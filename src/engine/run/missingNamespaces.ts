/** A namespace that is not there holds nothing, which must not look like nothing to do. */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, Discovery, RequestOptions } from '../../cluster/cluster.js';
import { canIQuestion, rightWords } from '../../cluster/right.js';
import { inputError, type KapplyError } from '../../errors.js';
import { nearest } from '../../objects/nearest.js';
import { mapConcurrently } from './mapConcurrently.js';

export interface NamespaceOptions extends RequestOptions {
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/**
 * @param namespaces in which nothing was found; a list that is allowed is answered for a namespace that never was
 * @returns a sentence for each of which it may not be asked whether it is there
 * @throws KapplyError `NamespaceNotFound` (exit 2)
 */
export async function refuseMissingNamespaces(
  cluster: Cluster,
  namespaces: readonly string[],
  options: NamespaceOptions,
): Promise<string[]> {
  const resource = options.discovery.resources.find(({ group, kind }) => group === '' && kind === 'Namespace');
  if (resource === undefined) return [];
  const { signal } = options;
  const answers = await mapConcurrently([...new Set(namespaces)], cluster.concurrency, async (name) => {
    try {
      const found = await cluster.get({ resource, namespace: '', name }, { signal });
      return { name, isMissing: found === undefined, words: [] };
    } catch (error) {
      if (!(error instanceof ApiError) || error.httpStatus !== 403) throw error;
      const [right] = error.rights;
      const question = right === undefined ? undefined : canIQuestion(right, cluster.kubectl);
      const need =
        right === undefined ? '' : ` (needs ${rightWords(right)}${question === undefined ? '' : `: ${question}`})`;
      return {
        name,
        isMissing: false,
        words: [`nothing was found in ${name}, and whether there is such a namespace may not be asked${need}`],
      };
    }
  });
  const missing = answers.filter(({ isMissing }) => isMissing).map(({ name }) => name);
  const [first] = missing;
  if (first === undefined) return answers.flatMap(({ words }) => words);
  throw await notFound(cluster, resource, first, missing.length, signal);
}

async function notFound(
  cluster: Cluster,
  resource: ApiResource,
  name: string,
  count: number,
  signal: AbortSignal,
): Promise<KapplyError> {
  const more = count > 1 ? `, nor ${count - 1} more of those that are named` : '';
  const near = nearest(name, await knownNamespaces(cluster, resource, signal));
  return inputError('NamespaceNotFound', `the cluster has no namespace ${name}${more}`, {
    suggestions:
      near === undefined ? ['kubectl get namespaces lists those that there are.'] : [`Did you mean ${near}?`],
  });
}

async function knownNamespaces(cluster: Cluster, resource: ApiResource, signal: AbortSignal): Promise<string[]> {
  try {
    return (await cluster.listMetadata(resource, { signal })).items.map(({ metadata }) => metadata.name);
  } catch (error) {
    // It is for a suggestion alone.
    if (error instanceof ApiError) return [];
    throw error;
  }
}
