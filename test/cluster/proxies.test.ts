/** What a proxy does instead of making a tunnel: the proxy is blamed for it, not the server behind it, and nothing shows its password. */
import assert from 'node:assert/strict';
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { KapplyError } from '../../src/errors.js';
import { testCertificate } from './testCertificates.js';
import { withCluster } from './testCluster.js';
import { emptyDiscovery, startTestServer } from './testServer.js';

type Talk = (socket: Socket) => void;

/** Answers the first bytes, whatever they are. */
const answering =
  (...answers: readonly (string | Buffer)[]): Talk =>
  (socket) => {
    const left = [...answers];
    socket.on('data', () => {
      const next = left.shift();
      if (next !== undefined) socket.write(next);
    });
  };

const http = (status: string): Talk => answering(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);

interface ProxyCase {
  readonly scheme: 'http' | 'https' | 'socks5';
  /** What the proxy speaks, where its scheme says otherwise. */
  readonly speaks?: 'plain' | 'tls' | 'unknown authority';
  readonly talk: Talk;
  readonly says: RegExp;
}

const LOGIN = /wants a login.*PROXY_LOGIN_NEEDED/;
const REFUSED = 'the proxy does not connect to it \\(PROXY_REFUSED: ';
const BROKEN = 'the proxy in front of it does not make the connection \\(PROXY_BROKEN: ';

const CASES: Readonly<Record<string, ProxyCase>> = {
  'answers 403': { scheme: 'http', talk: http('403 Forbidden'), says: new RegExp(`${REFUSED}.*403`) },
  'answers 407': { scheme: 'http', talk: http('407 Proxy Authentication Required'), says: LOGIN },
  'answers 407 over TLS': { scheme: 'https', talk: http('407 Proxy Authentication Required'), says: LOGIN },
  'answers 502': { scheme: 'http', talk: http('502 Bad Gateway'), says: new RegExp(`${REFUSED}.*502`) },
  'hangs up': {
    scheme: 'http',
    talk: (socket) => socket.once('data', () => socket.destroy()),
    says: new RegExp(BROKEN),
  },
  'hangs up over TLS': {
    scheme: 'https',
    talk: (socket) => socket.once('data', () => socket.destroy()),
    says: new RegExp(BROKEN),
  },
  'speaks no HTTP': { scheme: 'http', talk: answering('SSH-2.0-OpenSSH_9.9\r\n'), says: new RegExp(BROKEN) },
  'says nothing': { scheme: 'http', talk: () => undefined, says: new RegExp(`${BROKEN}.*no answer`) },
  'says nothing over TLS': { scheme: 'https', talk: () => undefined, says: new RegExp(`${BROKEN}.*no answer`) },
  'speaks plain HTTP where its URL says https': {
    scheme: 'https',
    speaks: 'plain',
    talk: http('400 Bad Request'),
    says: new RegExp(BROKEN),
  },
  'has a certificate of an unknown authority': {
    scheme: 'https',
    speaks: 'unknown authority',
    talk: () => undefined,
    says: /the certificate of the proxy in front of it is not accepted \(PROXY_CERTIFICATE: .*SELF_SIGNED/,
  },
  'is SOCKS and wants a login': {
    scheme: 'socks5',
    talk: answering(Buffer.from([5, 2]), Buffer.from([1, 1])),
    says: LOGIN,
  },
  'is SOCKS and takes no login that is offered': {
    scheme: 'socks5',
    talk: answering(Buffer.from([5, 0xff])),
    says: LOGIN,
  },
  'is SOCKS and refuses': {
    scheme: 'socks5',
    talk: answering(Buffer.from([5, 0]), Buffer.from([5, 2, 0, 1, 0, 0, 0, 0, 0, 0])),
    says: new RegExp(`${REFUSED}.*NotAllowed`),
  },
  'is SOCKS and finds nobody': {
    scheme: 'socks5',
    talk: answering(Buffer.from([5, 0]), Buffer.from([5, 4, 0, 1, 0, 0, 0, 0, 0, 0])),
    says: new RegExp(`${REFUSED}.*HostUnreachable`),
  },
  'is SOCKS and hangs up': {
    scheme: 'socks5',
    talk: (socket) => socket.once('data', () => socket.destroy()),
    says: new RegExp(BROKEN),
  },
  'is SOCKS and says nothing': { scheme: 'socks5', talk: () => undefined, says: new RegExp(`${BROKEN}.*no answer`) },
  'is no SOCKS proxy': { scheme: 'socks5', talk: http('400 Bad Request'), says: new RegExp(BROKEN) },
};

describe('a proxy that makes no tunnel', () => {
  for (const [what, { scheme, speaks, talk, says }] of Object.entries(CASES)) {
    it(`is blamed where it ${what}`, async () => {
      const server = await startTestServer(emptyDiscovery);
      const sockets = new Set<Socket>();
      const receive = (socket: Socket): void => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        talk(socket);
      };
      const { cert, key } = await testCertificate(speaks === 'unknown authority' ? { name: 'corp-proxy' } : {});
      const proxy = scheme === 'https' && speaks !== 'plain' ? createTls({ cert, key }, receive) : createTcp(receive);
      proxy.on('tlsClientError', () => undefined);
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = proxy.address() as AddressInfo;
        const clusterEntry = {
          server: server.url,
          'certificate-authority-data': Buffer.from(server.ca).toString('base64'),
          'proxy-url': `${scheme}://user:hunter2@127.0.0.1:${port}`,
        };
        await withCluster(
          server,
          (cluster) =>
            assert.rejects(cluster.discover(), (error) => {
              assert.ok(error instanceof KapplyError, String(error));
              assert.equal(error.exitCode, 7);
              const text = [error.message, ...error.suggestions].join('\n');
              assert.match(text, says);
              assert.match(text, /proxy-url/);
              assert.doesNotMatch(text, /hunter2/);
              return true;
            }),
          { clusterEntry, timing: { connectMs: 500 } },
        );
      } finally {
        for (const socket of sockets) socket.destroy();
        proxy.close();
        await server.close();
      }
    });
  }

  it('is blamed where plain HTTP goes through it, and it wants a login', async () => {
    const proxy = await startTestServer(() => ({ status: 407, body: 'login first' }), { protocol: 'http' });
    try {
      const clusterEntry = { server: 'http://api.example.com:8080', 'proxy-url': proxy.url };
      await withCluster(proxy, (cluster) => assert.rejects(cluster.discover(), LOGIN), { clusterEntry });
    } finally {
      await proxy.close();
    }
  });

  it('is blamed where plain HTTP goes through it, and nothing listens there', async () => {
    const clusterEntry = { server: 'http://api.example.com:8080', 'proxy-url': 'http://127.0.0.1:1' };
    const nowhere = { url: clusterEntry.server, ca: '' };
    await withCluster(
      nowhere,
      (cluster) => assert.rejects(cluster.discover(), /the proxy .*PROXY_UNREACHABLE: ECONNREFUSED/),
      {
        clusterEntry,
      },
    );
  });
});
