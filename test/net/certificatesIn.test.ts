import assert from 'node:assert/strict';
import { certificatesIn } from '../../src/net/certificatesIn.js';

const certificate = (letter: string): string =>
  `-----BEGIN CERTIFICATE-----\n${letter.repeat(64)}\n${letter.repeat(8)}\n-----END CERTIFICATE-----\n`;
const [one, two] = [certificate('M'), certificate('N')];
const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n';

// Each was tried with crypto/x509 of Go, by kubectl with such a certificate-authority-data.
const CASES: Readonly<Record<string, readonly [pem: string, found: readonly string[]]>> = {
  one: [one, [one]],
  'two, in their order': [one + two, [one, two]],
  none: ['', []],
  'with text before, between and behind': [`Issuer: x\n${one}\nfoo bar\n${two}trailing`, [one, two]],
  'without a line break at the end': [one.trim(), [one]],
  'with the line ends of Windows': [one.replaceAll('\n', '\r\n'), [one]],
  'with empty lines': [one.replaceAll('\n', '\n\n'), [one]],
  'with blanks at the ends of lines': [one.replaceAll('\n', '  \n'), [one]],
  'one that nobody can read is by itself': [broken + one, [broken, one]],
  'with one break in the body turned into a blank': [one.replace('MMM\nM', 'MMM M'), [one]],
  'no key': [key + one, [one]],
  'none with headers': [one.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n'), []],
  'none that does not end, and the next one': [one.replace(/-----END.*\n/, '') + two, [two]],
};

describe('the certificates in a text', () => {
  for (const [name, [pem, found]] of Object.entries(CASES))
    it(name, () => assert.deepEqual(certificatesIn(pem), found));
});
