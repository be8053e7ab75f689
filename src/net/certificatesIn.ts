/** The certificates of a PEM text, each by itself. */

const BLOCK = /^-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[ \t]*\r?\n([A-Za-z0-9+/=\s]*?)^-----END \1-----/gm;

/**
 * What stands between them, before and behind is left out, and so is a block that has headers: as in Go
 * (crypto/x509, AppendCertsFromPEM). OpenSSL stops at the first one that it cannot read, and a bundle may well have one:
 * by itself it is in nobody's way.
 */
export function certificatesIn(pem: string): string[] {
  return [...pem.matchAll(BLOCK)].map(([, label = '', body = '']) => {
    const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
  });
}
