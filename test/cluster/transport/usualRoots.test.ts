import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { usualRoots } from '../../../src/cluster/transport/usualRoots.js';
import { connect } from '../../../src/cluster/connect.js';
import { inFolder } from '../testCluster.js';
import { startTestServer } from '../testServer.js';

describe('usualRoots', () => {
  it("are Node's, the machine's first bundle, and NODE_EXTRA_CA_CERTS", () =>
    inFolder(async (folder) => {
      const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name));
      assert.ok(a && b && c);
      for (const file of [a, b, c]) await writeFile(file, file);
      const added = async (env: Record<string, string>, bundles: string[]): Promise<string[]> =>
        (await usualRoots(env, bundles)).slice(rootCertificates.length);
      assert.deepEqual(await added({}, []), []);
      assert.deepEqual(await added({}, [join(folder, 'missing'), a, b]), [a]);
      assert.deepEqual(await added({ SSL_CERT_FILE: b, NODE_EXTRA_CA_CERTS: c }, [a]), [b, c]);
      assert.deepEqual(await added({ SSL_CERT_FILE: join(folder, 'missing'), NODE_EXTRA_CA_CERTS: '' }, [a]), []);
    }));

  it('let a server be reached whose authority the machine trusts', () =>
    inFolder(async (HOME) => {
      const server = await startTestServer(() => ({ body: {} }));
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
