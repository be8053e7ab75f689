import { generate } from 'selfsigned';

export interface CertificateOptions {
  /** The one name that it has; by default localhost and 127.0.0.1. */
  readonly name?: string;
  readonly expired?: boolean;
}

/** PEM: the server's certificate, which is its own authority, and one of the user jane that it signed. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const made = new Map<string, Promise<TestCertificate>>();

/** A self-signed certificate, made once per kind and process. */
export function testCertificate(options: CertificateOptions = {}): Promise<TestCertificate> {
  const kind = JSON.stringify(options);
  const certificate = made.get(kind) ?? makeCertificate(options);
  made.set(kind, certificate);
  return certificate;
}

async function makeCertificate(options: CertificateOptions): Promise<TestCertificate> {
  const from = Date.now() - (options.expired === true ? 10 : 1) * DAY_MS;
  const {
    cert,
    private: key,
    clientcert,
    clientprivate,
  } = await generate([{ name: 'commonName', value: options.name ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(from + 5 * DAY_MS),
    clientCertificate: { cn: 'jane', keyType: 'ec', algorithm: 'sha256' },
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames:
          options.name === undefined
            ? [
                { type: 2, value: 'localhost' },
                { type: 7, ip: '127.0.0.1' },
              ]
            : [{ type: 2, value: options.name }],
      },
    ],
  });
  if (clientcert === undefined || clientprivate === undefined) throw new Error('no client certificate was made');
  return { cert, key, clientCert: clientcert, clientKey: clientprivate };
}
