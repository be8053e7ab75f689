import type { IncomingHttpHeaders } from 'node:http';
import { StatusError, unauthorized } from '../status.js';

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
const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

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
  return { name: user.name, groups: [...user.groups, 'system:authenticated'] };
}

/** The user that a request wants to act as (`kubectl --as`), if any. Whether it may is the caller's to check. */
export function impersonated(headers: IncomingHttpHeaders): User | undefined {
  const name = headers['impersonate-user'];
  const groups = headers['impersonate-group'];
  if (typeof name !== 'string') {
    if (groups !== undefined) throw new StatusError(500, 'InternalError', 'requested impersonation without a user', {});
    return undefined;
  }
  const listed =
    groups === undefined ? [] : (Array.isArray(groups) ? groups : [groups]).flatMap((g) => g.split(/,\s*/));
  return { name, groups: [...listed, 'system:authenticated'] };
}
