import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileProblem } from '../../files/fileProblem.js';
import { inputError } from '../../errors.js';
import { certificatesIn } from '../../net/certificatesIn.js';

/**
 * PEM from the kubeconfig: base64 in it, or a file beside it. As in client-go (rest.LoadTLSFiles), data wins over a file.
 * @param what for errors: `client certificate of the user admin`
 */
export async function readPem(
  file: string | undefined,
  data: string | undefined,
  what: string,
): Promise<string | undefined> {
  if (data !== undefined && data !== '') return checked(Buffer.from(data, 'base64').toString('utf8'), what);
  if (file === undefined || file === '') return undefined;
  try {
    return checked(await readFile(file, 'utf8'), `${what} (${file})`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || code === 'InvalidPem') throw error;
    throw inputError('UnreadableCertificate', `the ${what} cannot be read from ${file} (${fileProblem(code)})`, {
      cause: error,
      suggestions: ['Paths in a kubeconfig are relative to the folder that it is in.'],
    });
  }
}

/**
 * The same for what signs a server's certificate. One of several may be unreadable, not all of them (client-go,
 * transport.rootCertPool).
 */
export async function readAuthority(...[file, data, what]: Parameters<typeof readPem>): Promise<string | undefined> {
  const pem = await readPem(file, data, what);
  if (pem === undefined || certificatesIn(pem).some(isCertificate)) return pem;
  throw inputError('InvalidPem', `the ${what} holds no certificate that can be read`, {
    suggestions: ['Check that it is whole: a line may be missing, or a key stands there instead.'],
  });
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

function checked(pem: string, what: string): string {
  if (pem.includes('-----BEGIN ')) return pem;
  throw inputError('InvalidPem', `the ${what} is not PEM`, {
    suggestions: ['The -data fields of a kubeconfig hold base64 of PEM, the others the path of a PEM file.'],
  });
}
