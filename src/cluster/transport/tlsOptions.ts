import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';

export interface TlsInput {
  /** Of the server's URL, without brackets. */
  readonly host: string;
  /** `tls-server-name`: the name that the certificate must have instead. */
  readonly serverName: string | undefined;
  /** PEM; undefined means the usual roots. */
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

export function tlsOptions(input: TlsInput): ConnectionOptions {
  const { ca, cert, key } = input;
  const name = input.serverName ?? input.host;
  return {
    host: input.host,
    ALPNProtocols: ['h2', 'http/1.1'],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !input.insecure,
    // SNI holds names only (RFC 6066); an address is checked against the certificate all the same.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}
