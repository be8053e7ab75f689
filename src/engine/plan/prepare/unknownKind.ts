import { EXIT, inputError, KapplyError } from '../../../errors.js';
import type { Discovery } from '../../../cluster/cluster.js';
import { apiVersionOf, formatId, idOf } from '../../../objects/object.js';
import type { RenderedObject } from '../../../objects/rendered.js';

/** What is said of an object of a kind that the server does not have: where it is to be found, or why nobody knows. */
export function unknownKind(item: RenderedObject, discovery: Discovery): KapplyError {
  const { apiVersion, kind } = item.object;
  const broken = discovery.failures.find(({ groupVersion }) => groupVersion === apiVersion);
  const what = `${formatId(idOf(item.object))} in ${item.origin.file}`;
  if (broken !== undefined) {
    return new KapplyError(
      'DiscoveryFailed',
      `${what}: the server could not say what ${apiVersion} holds: ${broken.message}`,
      EXIT.refused,
      {
        position: item.origin,
        suggestions: ['kubectl get apiservices shows which extension API server does not answer.'],
      },
    );
  }
  const others = discovery.resources.filter((resource) => resource.kind === kind).map(apiVersionOf);
  return inputError('UnknownKind', `${what}: the server has no kind ${kind} in ${apiVersion}`, {
    position: item.origin,
    suggestions: [
      others.length > 0
        ? `The server has it in ${[...new Set(others)].join(', ')}.`
        : 'Add its CustomResourceDefinition to the set, or install it first.',
    ],
  });
}
