/** Headers as bytes, alike for HTTP/1.1 and HTTP/2. */
import { inputError } from '../errors.js';
import type { HttpRequest } from './http.js';

/** RFC 9110, 5.6.2: what the name of a header may be. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What golang.org/x/net/http/httpguts, and so kubectl, refuses in a value: everything below a space but the tab, and DEL. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Where a value comes from, for whoever has to correct it. The value itself may be a credential: it is never shown. */
const SOURCES: Readonly<Record<string, string>> = {
  authorization: 'the token or the password of the user',
  'proxy-authorization': 'the login of the proxy',
  'impersonate-user': 'the user to impersonate (--as, or "as" in the kubeconfig)',
  'impersonate-uid': 'the UID to impersonate (--as-uid, or "as-uid" in the kubeconfig)',
  'impersonate-group': 'a group to impersonate (--as-group, or "as-groups" in the kubeconfig)',
};

/**
 * The headers as Node has to be given them: it writes the low byte of each UTF-16 unit, so that `š` would leave as `a`
 * and name another user. Here each value becomes the bytes of its UTF-8, as in Go.
 * @throws KapplyError `InvalidHeader` (exit 2) for what no header can hold
 */
export function wireHeaders(headers: HttpRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (!TOKEN.test(name)) throw invalid(name, 'has a name that no header can have');
      return [name, typeof value === 'string' ? bytesOf(name, value) : value.map((one) => bytesOf(name, one))];
    }),
  );
}

function bytesOf(name: string, value: string): string {
  if (CONTROL.test(value)) throw invalid(name, 'holds a control character');
  // Half of a surrogate pair has no UTF-8: it would leave as U+FFFD, another text than was given.
  if (/\p{Cs}/u.test(value)) throw invalid(name, 'is not valid Unicode');
  return Buffer.from(value, 'utf8').toString('latin1');
}

function invalid(name: string, what: string): Error {
  const key = name.toLowerCase();
  const source = key.startsWith('impersonate-extra-')
    ? 'an extra value to impersonate ("as-user-extra" in the kubeconfig)'
    : SOURCES[key];
  const subject = source ?? `the header ${JSON.stringify(name)}`;
  return inputError('InvalidHeader', `${subject} ${what}: it cannot be sent`, {
    suggestions: ['Look for a line break at its end; nothing was sent.'],
  });
}

/** The text of a header that the server wrote in UTF-8: Node hands out one character for each byte. */
export function headerText(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
