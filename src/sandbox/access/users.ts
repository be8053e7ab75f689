import type { IncomingHttpHeaders } from 'node:http';
import { badRequest, unauthorized } from '../status.js';

/** Who asks. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A bearer token and whose it is. */
export interface TokenUser extends User {
  readonly token: string;
}

export const MASTERS = 'system:masters';
export const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';
const ANONYMOUS: User = { name: 'system:anonymous', groups: [UNAUTHENTICATED] };

/**
 * The user of a request by its bearer token; without one it is anonymous, with an unknown one refused (401). `ofAccount` knows
 * the tokens of service accounts.
 */
export function authenticate(
  headers: IncomingHttpHeaders,
  users: readonly TokenUser[],
  ofAccount: (token: string) => User | undefined,
): User {
  const given = headers.authorization;
  if (given === undefined) return ANONYMOUS;
  const [, token] = /^Bearer (.+)$/i.exec(given) ?? [];
  const user = users.find((candidate) => candidate.token === token?.trim());
  if (user === undefined) {
    const account = ofAccount(token?.trim() ?? '');
    if (account === undefined) throw unauthorized();
    return account;
  }
  return { name: user.name, groups: [...user.groups, AUTHENTICATED] };
}

/** Somebody whom a request wants to act as, and what whoever asks must be allowed to impersonate. */
export interface Impersonation {
  readonly user: User;
  readonly of: readonly { readonly resource: string; readonly namespace: string; readonly name: string }[];
}

/**
 * Whom a request wants to act as (`kubectl --as`), if anybody (apiserver, endpoints/filters/impersonation). Whether it may is the
 * caller's to check: for the user or the account, and for each group.
 */
export function impersonationOf(headers: IncomingHttpHeaders): Impersonation | undefined {
  const name = headers['impersonate-user'];
  const groups = listed(headers['impersonate-group']);
  if (typeof name !== 'string') {
    if (groups.length > 0) throw badRequest(`requested groups [${groups.join(' ')}] without impersonating a user name`);
    return undefined;
  }
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  const who =
    namespace !== undefined && account !== undefined
      ? { resource: 'serviceaccounts', namespace, name: account }
      : { resource: 'users', namespace: '', name };
  const fixed = namespace === undefined || groups.length > 0 ? groups : accountGroups(namespace);
  return {
    user: { name, groups: withEverybody(name, fixed) },
    of: [who, ...groups.map((group) => ({ resource: 'groups', namespace: '', name: group }))],
  };
}

/** The groups of every service account of a namespace. */
export function accountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

function listed(header: string | string[] | undefined): string[] {
  const values = header === undefined ? [] : Array.isArray(header) ? header : [header];
  return values.flatMap((value) => value.split(/,\s*/));
}

/** Whoever is known is authenticated, unless the groups say that somebody is not. */
function withEverybody(name: string, groups: readonly string[]): readonly string[] {
  if (name === ANONYMOUS.name) return [...new Set([...groups, UNAUTHENTICATED])];
  return groups.includes(AUTHENTICATED) || groups.includes(UNAUTHENTICATED) ? groups : [...groups, AUTHENTICATED];
}
