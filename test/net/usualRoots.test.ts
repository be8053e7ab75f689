import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { usualRoots } from '../../src/net/usualRoots.js';
import { connect } from '../../src/cluster/connect.js';
import { inFolder } from '../cluster/testCluster.js';
import { emptyDiscovery, startTestServer } from '../cluster/testServer.js';

describe('usualRoots', () => {
  it("are Node's, the machine's, and NODE_EXTRA_CA_CERTS", () =>
    inFolder(async (folder) => {
      const pem = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;
      const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
      for (const [name, file] of Object.entries({ a, b, c })) await writeFile(file, pem(name));
      const [many, more] = ['many', 'more'].map((name) => join(folder, name)) as [string, string];
      await mkdir(many);
      await mkdir(more);
      for (const name of ['a', 'd']) await writeFile(join(many, name), pem(name));
      await writeFile(join(more, 'readme'), 'no certificate');
      await writeFile(join(more, 'e.pem'), pem('e'));
      const missing = join(folder, 'missing');
      const cases: [env: Record<string, string>, files: string[], folders: string[], found: string[]][] = [
        [{}, [], [], []],
        [{}, [missing, a, b], [], ['a']],
        // The folder's copy of what is in the bundle is left out.
        [{}, [a], [many, missing], ['a', 'd']],
        [{}, [], [many], ['a', 'd']],
        [{ SSL_CERT_FILE: b, NODE_EXTRA_CA_CERTS: c }, [a], [], ['b', 'c']],
        [{ SSL_CERT_FILE: b }, [a], [many], ['b', 'a', 'd']],
        [{ SSL_CERT_FILE: missing, NODE_EXTRA_CA_CERTS: '' }, [a], [], []],
        [{ SSL_CERT_DIR: `${many}:${more}` }, [], [folder], ['a', 'd', 'e']],
        [{ SSL_CERT_DIR: more }, [c], [many], ['c', 'e']],
      ];
      for (const [env, files, folders, found] of cases) {
        const roots = (await usualRoots(env, { files, folders })).slice(rootCertificates.length);
        assert.deepEqual(roots, found.map(pem), JSON.stringify(env));
      }
    }));

  it('let a server be reached whose authority the machine trusts', () =>
    inFolder(async (HOME) => {
      const server = await startTestServer(emptyDiscovery);
      const SSL_CERT_FILE = join(HOME, 'company.pem');
      await writeFile(SSL_CERT_FILE, server.ca);
      try {
        const cluster = await connect({ server: server.url, env: { HOME, SSL_CERT_FILE } });
        await cluster.discover();
        await cluster.close();
      } finally {
        await server.close();
      }
      assert.equal(server.requests.length, 2);
    }));
});
