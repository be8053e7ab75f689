import { generate, type GenerateResult } from 'selfsigned';

export interface CertificateOptions {
  /** The one name that it has; by default localhost and 127.0.0.1. */
  readonly name?: string;
  readonly expired?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const made = new Map<string, Promise<GenerateResult>>();

/** A self-signed certificate, made once per kind and process. Its `clientcert` and `clientprivate` belong to the user jane. */
export function testCertificate(options: CertificateOptions = {}): Promise<GenerateResult> {
  const key = JSON.stringify(options);
  const known = made.get(key);
  if (known !== undefined) return known;
  const from = Date.now() - (options.expired === true ? 10 : 1) * DAY_MS;
  const certificate = generate([{ name: 'commonName', value: options.name ?? 'localhost' }], {
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
  made.set(key, certificate);
  return certificate;
}
