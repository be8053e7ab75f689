import type { UserEntry } from '../kubeconfig/kubeconfig.js';

/** The headers of user impersonation (client-go transport, NewImpersonatingRoundTripper). */
export function impersonationHeaders(user: UserEntry): Record<string, string | readonly string[]> {
  const { impersonateUser, impersonateUid, impersonateGroups = [], impersonateUserExtra = {} } = user;
  if (impersonateUser === undefined) return {};
  const extras = Object.entries(impersonateUserExtra).filter(([, values]) => values.length > 0);
  return {
    'impersonate-user': impersonateUser,
    ...(impersonateUid === undefined ? {} : { 'impersonate-uid': impersonateUid }),
    ...(impersonateGroups.length === 0 ? {} : { 'impersonate-group': impersonateGroups }),
    ...Object.fromEntries(extras.map(([key, values]) => [`impersonate-extra-${escapeHeaderKey(key)}`, values])),
  };
}

/**
 * Percent-encodes what a header's name cannot hold (RFC 9110 token), byte by byte (client-go, headerKeyEscape). Only
 * ASCII letters are made small, as by every HTTP/2 client and by the server: `Š` and `š` stay two keys.
 */
export function escapeHeaderKey(key: string): string {
  return [...Buffer.from(key, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[!#$&'*+\-.^_`|~0-9A-Za-z]/.test(char) ? char.toLowerCase() : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}
