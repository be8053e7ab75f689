import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:tls';
import { generate } from 'selfsigned';
import { tlsOptions } from '../../src/net/tlsOptions.js';

interface Signed {
  readonly cert: string;
  readonly key: string;
}

/** A certificate of localhost; an authority where `isAuthority`; its own where nobody signs it. */
async function signed(name: string, isAuthority: boolean, by?: Signed): Promise<Signed> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(by !== undefined && { ca: by }),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  return { cert, key };
}

/** kubectl takes whatever the kubeconfig names as an authority for one (crypto/x509: every certificate of the pool is trusted). */
describe('the authority of a kubeconfig', () => {
  let certificates: Readonly<Record<'root' | 'intermediate' | 'leaf' | 'stranger', Signed>>;
  let server: Server;

  before(async () => {
    const root = await signed('root', true);
    const intermediate = await signed('intermediate', true, root);
    const leaf = await signed('localhost', false, intermediate);
    certificates = { root, intermediate, leaf, stranger: await signed('root', true) };
    server = createServer({ cert: `${leaf.cert}\n${intermediate.cert}`, key: leaf.key }, (socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => server.close());

  const codeWith = (ca: string, host = 'localhost'): Promise<string> =>
    new Promise((resolve) => {
      const { port } = server.address() as AddressInfo;
      const options = tlsOptions({ host, serverName: undefined, ca, insecure: false, cert: undefined, key: undefined });
      const socket = connect({ ...options, host: '127.0.0.1', port }, () => {
        socket.destroy();
        resolve('trusted');
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });

  for (const name of ['root', 'intermediate', 'leaf'] as const) {
    it(`may be the ${name} of the server's chain`, async () => {
      assert.equal(await codeWith(certificates[name].cert), 'trusted');
    });
  }

  // kubectl takes every certificate of such a bundle that it can read, wherever the other one stands.
  it('may stand beside one that cannot be read', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const { root } = certificates;
    const stranger = await signed('stranger', true);
    for (const bundle of [
      [broken, root.cert],
      [root.cert, broken],
      [stranger.cert, broken, root.cert, 'and words'],
    ])
      assert.equal(await codeWith(bundle.join('\n')), 'trusted');
    assert.notEqual(await codeWith(`${broken}${stranger.cert}`), 'trusted');
  });

  it('may be none that did not sign, nor one for another host', async () => {
    assert.notEqual(await codeWith(certificates.stranger.cert), 'trusted');
    assert.equal(await codeWith(certificates.leaf.cert, 'other.example'), 'ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
