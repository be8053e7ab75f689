import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { codeOf } from './http.js';

/** Where Linux distributions and BSDs keep their roots: the first that is there counts (Go, crypto/x509 root_linux.go). */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The roots for a server whose kubeconfig names no certificate authority. kubectl trusts what the machine trusts, a
 * company's own authority included; Node by itself knows only the public ones that it was built with.
 */
export async function usualRoots(
  env: Readonly<Record<string, string | undefined>>,
  bundles: readonly string[] = BUNDLES,
): Promise<string[]> {
  const { SSL_CERT_FILE: chosen, NODE_EXTRA_CA_CERTS: extra } = env;
  const machine = chosen === undefined || chosen === '' ? await firstThatIsThere(bundles) : await readIfThere(chosen);
  // Roots that are given explicitly take the place of Node's own and of NODE_EXTRA_CA_CERTS: they are named again.
  const added = extra === undefined || extra === '' ? undefined : await readIfThere(extra);
  return [...rootCertificates, ...[machine, added].filter((pem) => pem !== undefined)];
}

async function firstThatIsThere(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const pem = await readIfThere(file);
    if (pem !== undefined) return pem;
  }
  return undefined;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}
