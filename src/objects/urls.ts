/** URLs as they may be shown: a user's name and password, and a query, which may hold a token or a signature, are left out. */

const WITH_USER = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;
const WITH_QUERY = /\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*)\?[^\s#"'<>)\]},;]+/gi;
/** Which version of a remote base is no secret, and worth to be shown. */
const REF = /[?&](ref|version)=([-A-Za-z0-9._/]+)/;

/** The text with every URL in it shortened to what is no secret: `https://user:pw@host/x?sig=y` → `https://host/x?…`. */
export function hideUrlSecrets(text: string): string {
  if (!text.includes('://')) return text;
  return text.replace(WITH_USER, '$1').replace(WITH_QUERY, (url: string, path: string) => {
    const [, name, ref] = REF.exec(url) ?? [];
    return name === undefined ? `${path}?…` : `${path}?${name}=${String(ref)}`;
  });
}

/** True where a URL in the text names a user, and so may hold a password. */
export function hasUrlUser(text: string): boolean {
  return text.includes('://') && text.search(WITH_USER) >= 0;
}
