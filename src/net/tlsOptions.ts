import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';
import { inputError } from '../errors.js';
import { certificatesIn } from './certificatesIn.js';
import { codeOf } from './http.js';

export interface TlsInput {
  /** Of the server's URL, without brackets. */
  readonly host: string;
  /** `tls-server-name`: the name that the certificate must have instead. */
  readonly serverName: string | undefined;
  /** PEM. */
  readonly ca: string | string[] | undefined;
  readonly insecure: boolean;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** What to offer; HTTP/2 and HTTP/1.1 unless told otherwise. */
  readonly protocols?: readonly string[];
}

/** Made once for all connections with the same credentials: reading 150 roots for each would take longer than the handshake. */
export function tlsOptions(input: TlsInput): ConnectionOptions {
  const name = input.serverName ?? input.host;
  return {
    host: input.host,
    ALPNProtocols: [...(input.protocols ?? ['h2', 'http/1.1'])],
    rejectUnauthorized: !input.insecure,
    // SNI holds names only (RFC 6066); an address is checked against the certificate all the same.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    secureContext: secureContextOf(input),
  };
}

function secureContextOf({ ca, cert, key }: TlsInput): SecureContext {
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      // Whatever is named as an authority is one, be it an intermediate or the server's own certificate, as in Go.
      allowPartialTrustChain: true,
      ...(ca === undefined ? {} : { ca: [ca].flat().flatMap(certificatesIn) }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
  } catch (error) {
    const code = codeOf(error);
    if (code === '') throw error;
    throw inputError('InvalidCertificate', `a certificate or key of the kubeconfig cannot be used (${code})`, {
      cause: error,
      suggestions: [
        'Check that client-certificate and client-key belong together, and that all are PEM, not encrypted and not cut off.',
      ],
    });
  }
}
