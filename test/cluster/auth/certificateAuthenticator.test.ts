import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAuthenticator } from '../../../src/cluster/auth/authenticatorFor.js';
import {
  makeCertificateAuthenticator,
  readClientCertificate,
} from '../../../src/cluster/auth/certificateAuthenticator.js';
import type { ConnectionTarget } from '../../../src/cluster/kubeconfig/resolveTarget.js';
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

  const others: Readonly<Record<string, object>> = {
    'nothing else': {},
    'a token': { token: 'secret-token' },
    'a token in a file': { tokenFile: 'token' },
    'a password': { username: 'u', password: 'p' },
    'a plugin': {
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: 'echo',
        args: ['{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'],
        env: [],
        interactiveMode: 'Never',
      },
    },
  };
  for (const [what, more] of Object.entries(others)) {
    it(`are renewed beside ${what}, and asked for anew when the server refuses them`, () =>
      inFolder(async (folder) => {
        const [first, second] = [await testCertificate(), await testCertificate({ name: 'other' })];
        const [certFile, keyFile] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
        const renew = ({ clientCert, clientKey }: typeof first): void => {
          writeFileSync(certFile, clientCert);
          writeFileSync(keyFile, clientKey);
        };
        renew(first);
        writeFileSync(join(folder, 'token'), 't');
        const user = {
          name: 'u',
          certFile,
          keyFile,
          ...more,
          ...('tokenFile' in more && { tokenFile: join(folder, 'token') }),
        };
        let now = 0;
        const authenticator = await makeAuthenticator(
          { server: new URL('https://host'), user, cluster: {} } as unknown as ConnectionTarget,
          {
            ...{ env: process.env, interactive: false, now: () => now, warn: () => undefined, ca: undefined },
            signal: new AbortController().signal,
          },
        );
        const used = await authenticator.current();
        assert.equal(used.cert, first.clientCert);
        assert.equal(used.authorization === undefined, what === 'nothing else');
        assert.equal(await authenticator.current(), used, 'the same, for whoever compares');
        renew(second);
        assert.equal((await authenticator.current()).cert, first.clientCert, 'it is not yet time to look');
        assert.equal(authenticator.discard(used), true);
        const next = await authenticator.current();
        assert.equal(next.cert, second.clientCert);
        assert.equal(next.authorization, used.authorization);
        renew(first);
        now += 61_000;
        assert.equal((await authenticator.current()).cert, first.clientCert);
      }));
  }
});
