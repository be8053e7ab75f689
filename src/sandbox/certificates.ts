import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/**
 * A certificate authority and a server certificate, made at run time. Node can make keys and signatures but no
 * certificates, and what npm offers for that takes longer to load than the whole sandbox may take to start
 * (docs/decisions/): so this writes the few DER structures of RFC 5280 that a server certificate needs. P-256 keys, because
 * making RSA keys takes a second.
 */
export interface ServerCertificate {
  /** PEM of the authority: what a kubeconfig's certificate-authority-data holds. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const TEN_YEARS = 3650 * 24 * 3600 * 1000;

/** `hosts` are DNS names and IPv4 addresses. */
export function createServerCertificate(hosts: readonly string[], now: number): ServerCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { from: now - 24 * 3600 * 1000, to: now + TEN_YEARS };
  const signer = { issuer: 'kapply-sandbox-ca', signingKey: authority.privateKey, ...validity };
  return {
    ca: certificate({
      ...signer,
      subject: 'kapply-sandbox-ca',
      publicKey: authority.publicKey,
      extensions: [
        extension('551d13', true, sequence(boolean(true))), // basicConstraints: CA
        extension('551d0f', true, bitString(Buffer.from([0x06]), 1)), // keyUsage: keyCertSign, cRLSign
      ],
    }),
    cert: certificate({
      ...signer,
      subject: 'kapply-sandbox',
      publicKey: server.publicKey,
      extensions: [
        extension('551d0f', true, bitString(Buffer.from([0x80]), 7)), // keyUsage: digitalSignature
        extension('551d25', false, sequence(objectId('2b06010505070301'))), // extKeyUsage: serverAuth
        extension('551d11', false, sequence(...hosts.map(alternativeName))), // subjectAltName
      ],
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface CertificateOptions {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly from: number;
  readonly to: number;
  readonly extensions: readonly Buffer[];
}

function certificate(options: CertificateOptions): string {
  const algorithm = sequence(objectId('2a8648ce3d040302')); // ecdsa-with-SHA256
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive, and not shorter than it looks
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, serial),
    algorithm,
    commonName(options.issuer),
    sequence(time(options.from), time(options.to)),
    commonName(options.subject),
    options.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...options.extensions)),
  );
  const signature = sign('sha256', signed, options.signingKey);
  const body = sequence(signed, algorithm, bitString(signature, 0)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${(body.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const boolean = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]));
const bitString = (bytes: Buffer, unused: number): Buffer => der(0x03, Buffer.from([unused]), bytes);

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), der(0x04, value));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(name)))));
}

/** UTCTime before 2050, GeneralizedTime from then on. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return digits < '2050' ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function alternativeName(host: string): Buffer {
  const address = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
  return address === null ? der(0x82, Buffer.from(host)) : der(0x87, Buffer.from(address.slice(1).map(Number)));
}
