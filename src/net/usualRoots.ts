import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { codeOf } from './http.js';

/** Where Linux distributions and BSDs keep their roots (Go, crypto/x509 root_linux.go). */
export interface RootPlaces {
  /** The first that is there counts. */
  readonly files: readonly string[];
  /** All files in all of them count. */
  readonly folders: readonly string[];
}

const PLACES: RootPlaces = {
  files: [
    '/etc/ssl/certs/ca-certificates.crt',
    '/etc/pki/tls/certs/ca-bundle.crt',
    '/etc/ssl/ca-bundle.pem',
    '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    '/etc/ssl/cert.pem',
  ],
  folders: ['/etc/ssl/certs', '/etc/pki/tls/certs'],
};

/**
 * The roots for a server whose certificate authority nobody names. kubectl trusts what the machine trusts, a company's
 * own authority included; Node by itself knows only the public ones that it was built with. As in Go, SSL_CERT_FILE
 * takes the place of the distribution's bundle, and SSL_CERT_DIR that of its folders.
 */
export async function usualRoots(
  env: Readonly<Record<string, string | undefined>>,
  places: RootPlaces = PLACES,
): Promise<string[]> {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folders, NODE_EXTRA_CA_CERTS: extra } = env;
  const bundle = await firstThatIsThere(file ? [file] : places.files);
  const loose = await Promise.all((folders ? folders.split(delimiter) : places.folders).map(readFolder));
  // Roots that are given explicitly take the place of Node's own and of NODE_EXTRA_CA_CERTS: they are named again.
  const added = extra ? await readIfThere(extra) : undefined;
  const found = new Set([bundle, ...loose.flat(), added].filter((pem) => pem !== undefined));
  // A distribution's folder holds the certificates of its bundle once more, each in a file.
  return [...rootCertificates, ...[...found].filter((pem) => pem === bundle || bundle?.includes(pem.trim()) !== true)];
}

async function firstThatIsThere(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const pem = await readIfThere(file);
    if (pem !== undefined) return pem;
  }
  return undefined;
}

async function readFolder(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
  const texts = await Promise.all(names.sort().map((name) => readIfThere(join(folder, name))));
  return texts.filter((text) => text?.includes('-----BEGIN ') === true) as string[];
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'ELOOP'].includes(codeOf(error));
}
