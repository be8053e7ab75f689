import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeCertificateAuthenticator,
  readClientCertificate,
} from '../../../src/cluster/auth/certificateAuthenticator.js';
import { testCertificate } from '../testCertificates.js';
import { inFolder } from '../testCluster.js';

describe('client certificates in files', () => {
  it('are read again while we wait, once both files are renewed', () =>
    inFolder(async (folder) => {
      const [first, second] = [await testCertificate(), await testCertificate({ name: 'other' })];
      assert.notEqual(first.clientCert, second.clientCert);
      const [certFile, keyFile] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
      const user = { name: 'u', certFile, keyFile } as never;
      writeFileSync(certFile, first.clientCert);
      writeFileSync(keyFile, first.clientKey);
      let now = 0;
      const authenticator = makeCertificateAuthenticator(user, await readClientCertificate(user), () => now);
      const current = async (): Promise<string | undefined> => {
        now += 61_000;
        return (await authenticator.current()).cert;
      };
      assert.equal(await current(), first.clientCert);
      writeFileSync(certFile, second.clientCert);
      assert.equal(await current(), first.clientCert, 'the key is still that of before');
      rmSync(certFile);
      assert.equal(await current(), first.clientCert, 'one of them is being replaced');
      writeFileSync(certFile, second.clientCert);
      writeFileSync(keyFile, second.clientKey);
      assert.equal(await current(), second.clientCert);
    }));
});
