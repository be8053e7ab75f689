/** What a request needs to be allowed (RBAC), and the question that tells whether it is. */
import { shellCommand } from '../objects/shellCommand.js';
import type { ApiResource, ObjectAddress } from './cluster.js';

export type RightVerb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';

/** One right, as a rule of a Role gives it. */
export interface Right {
  readonly verb: RightVerb;
  readonly group: string;
  /** The plural name of the kind. */
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** undefined: the kind belongs to the cluster; '': all namespaces. */
  readonly namespace: string | undefined;
  /** Absent for what names no single object. */
  readonly name?: string | undefined;
}

/** The right to do this with a whole kind. */
export function rightOn(verb: RightVerb, { group, plural, namespaced }: ApiResource, namespace: string): Right {
  return { verb, group, resource: plural, namespace: namespaced ? namespace : undefined };
}

/** The right to do this with one object. */
export function rightTo(verb: RightVerb, { resource, namespace, name }: ObjectAddress, subresource?: string): Right {
  const right = rightOn(verb, resource, namespace);
  // A create is allowed or refused before the object has a name (kubernetes.io, RBAC, "Referring to resources").
  return { ...right, ...(verb !== 'create' && { name }), ...(subresource !== undefined && { subresource }) };
}

/** `secrets`, `deployments.apps`, as kubectl takes it. */
export function resourceWord({ group, resource }: Pick<Right, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** `list secrets in shop`, `get namespaces/shop`, `list pods in all namespaces` */
export function rightWords(right: Right): string {
  const { verb, subresource, namespace, name } = right;
  const what = `${resourceWord(right)}${name === undefined ? '' : `/${name}`}${subresource === undefined ? '' : ` (${subresource})`}`;
  return `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace === '' ? 'all namespaces' : namespace}`}`;
}

/**
 * The command that tells whether the right is given.
 * @param kubectl how kubectl is started for the same server and user (`Cluster.kubectl`); empty: it cannot be
 * @returns undefined where kubectl cannot ask
 */
export function canIQuestion(right: Right, kubectl: readonly string[] = ['kubectl']): string | undefined {
  if (kubectl.length === 0) return undefined;
  const { verb, subresource, namespace, name } = right;
  return shellCommand([
    ...kubectl,
    ...['auth', 'can-i', verb, `${resourceWord(right)}${name === undefined ? '' : `/${name}`}`],
    ...(subresource === undefined ? [] : [`--subresource=${subresource}`]),
    ...(namespace === undefined ? [] : namespace === '' ? ['--all-namespaces'] : ['-n', namespace]),
  ]);
}

/** The questions for these rights, each once, as suggestions of an error. */
export function canIQuestions(rights: readonly Right[], kubectl?: readonly string[]): string[] {
  const questions = rights.flatMap((right) => canIQuestion(right, kubectl) ?? []);
  return [...new Set(questions)].map((question) => `Is it allowed? ${question}`);
}
