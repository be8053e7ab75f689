import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect as connectTcp, createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect, type ConnectOptions } from '../../src/cluster/connect.js';
import { KapplyError } from '../../src/errors.js';
import { testCertificate } from './testCertificates.js';
import { configMaps, inFolder, withCluster } from './testCluster.js';
import { emptyDiscovery, startTestServer, type TestServer, type TestServerOptions } from './testServer.js';

let open: { close(): unknown }[] = [];
const start = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const server = await startTestServer(emptyDiscovery, options);
  open.push(server);
  return server;
};
afterEach(async () => {
  for (const server of open) await server.close();
  open = [];
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

async function discoverWith(options: Omit<ConnectOptions, 'env'>, env: ConnectOptions['env'] = {}): Promise<void> {
  await inFolder(async (HOME) => {
    const cluster = await connect({ ...options, env: { HOME, ...env } });
    try {
      await cluster.discover();
    } finally {
      await cluster.close();
    }
  });
}

describe('connect', () => {
  describe('authenticates', () => {
    it('with a client certificate, from data and from files', async () => {
      const server = await start();
      const { clientCert, clientKey } = await testCertificate();
      const data = { 'client-certificate-data': base64(clientCert), 'client-key-data': base64(clientKey) };
      await withCluster(server, (cluster) => cluster.discover(), { user: data });
      await inFolder(async (folder) => {
        await writeFile(join(folder, 'c.pem'), clientCert);
        await writeFile(join(folder, 'k.pem'), clientKey);
        const files = { 'client-certificate': join(folder, 'c.pem'), 'client-key': join(folder, 'k.pem') };
        await withCluster(server, (cluster) => cluster.discover(), { user: files });
      });
      assert.deepEqual(new Set(server.requests.map((request) => request.clientName)), new Set(['jane']));
    });

    it('with a name and a password', async () => {
      const server = await start();
      await withCluster(server, (cluster) => cluster.discover(), { user: { username: 'jane', password: 'p:w' } });
      assert.equal(server.requests[0]?.headers.authorization, `Basic ${base64('jane:p:w')}`);
    });

    it('with a token file, read again when its token is not accepted', async () => {
      const server = await start();
      server.handle = (request) =>
        request.headers.authorization === 'Bearer new' ? emptyDiscovery(request) : { status: 401 };
      await inFolder(async (folder) => {
        const tokenFile = join(folder, 'token');
        await writeFile(tokenFile, 'old\n');
        await withCluster(
          server,
          async (cluster) => {
            await assert.rejects(cluster.discover(), { code: 'Unauthorized' });
            await writeFile(tokenFile, 'new\n');
            await cluster.discover();
          },
          { user: { tokenFile } },
        );
        await writeFile(tokenFile, '');
        await withCluster(
          server,
          (cluster) => assert.rejects(cluster.discover(), { code: 'TokenFileUnreadable', exitCode: 7 }),
          {
            user: { tokenFile },
          },
        );
      });
    });

    it('with a token file before a token, which serves where the file cannot be read', async () => {
      const server = await start();
      await inFolder(async (folder) => {
        const tokenFile = join(folder, 'token');
        await writeFile(tokenFile, 'from-file\n');
        await withCluster(server, (cluster) => cluster.discover(), { user: { token: 'plain', tokenFile } });
        await withCluster(server, (cluster) => cluster.discover(), {
          user: { token: 'plain', tokenFile: join(folder, 'missing') },
        });
        await withCluster(server, (cluster) => cluster.discover(), { user: { tokenFile }, token: 'from-flag' });
      });
      assert.deepEqual(
        [0, 2, 4].map((index) => server.requests[index]?.headers.authorization),
        ['Bearer from-file', 'Bearer plain', 'Bearer from-flag'],
      );
    });

    it('as nobody, who is told to log in rather than what is forbidden', async () => {
      const forbidden = { status: 403, body: { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' } };
      for (const [protocol, code, exitCode] of [
        ['h2', 'Unauthorized', 7],
        ['http', 'DiscoveryForbidden', 5],
      ] as const) {
        const server = await start({ protocol });
        server.handle = () => forbidden;
        await withCluster(server, (cluster) => assert.rejects(cluster.discover(), { code, exitCode }), { user: {} });
      }
    });

    it('not at all over plain HTTP, as kubectl', async () => {
      const server = await start({ protocol: 'http' });
      await withCluster(server, (cluster) => cluster.discover(), { user: { token: 't', as: 'jane' } });
      assert.equal(server.requests[0]?.headers.authorization, undefined);
      assert.equal(server.requests[0]?.headers['impersonate-user'], 'jane');
    });
  });

  it('says that a certificate and a key do not belong together', async () => {
    const server = await start();
    const [{ clientCert }, { clientKey }] = await Promise.all([testCertificate(), testCertificate({ name: 'other' })]);
    const user = { 'client-certificate-data': base64(clientCert), 'client-key-data': base64(clientKey) };
    await withCluster(
      server,
      (cluster) => assert.rejects(cluster.discover(), { code: 'InvalidCertificate', exitCode: 2 }),
      { user },
    );
  });

  describe('says why it cannot reach a server', () => {
    const cases: [what: string, options: () => Promise<Omit<ConnectOptions, 'env'>>, words: RegExp][] = [
      ['nothing listens', () => Promise.resolve({ server: 'https://127.0.0.1:1' }), /ECONNREFUSED/],
      ['no such name', () => Promise.resolve({ server: 'https://nosuch.invalid' }), /ENOTFOUND|EAI_AGAIN/],
      [
        'unknown authority',
        async () => ({ server: (await start()).url }),
        /unknown authority[^]*--certificate-authority/,
      ],
      ['expired', async () => trusting(await start({ expired: true })), /CERT_HAS_EXPIRED/],
      ['another name', async () => trusting(await start({ name: 'other.example.com' })), /tls-server-name/],
      [
        'plain HTTP there',
        async () => ({ server: (await start({ protocol: 'http' })).url.replace('http:', 'https:') }),
        /TLS[^]*http:\/\//,
      ],
      ['TLS there', async () => ({ server: (await start()).url.replace('https:', 'http:') }), /https:\/\//],
    ];
    const trusting = async (server: TestServer): Promise<Omit<ConnectOptions, 'env'>> => {
      const file = await certificateFile(server.ca);
      return { server: server.url, certificateAuthority: file };
    };
    const certificateFile = (pem: string): Promise<string> =>
      new Promise((resolve, reject) => {
        inFolder(async (folder) => {
          const file = join(folder, 'ca.crt');
          await writeFile(file, pem);
          resolve(file);
          await new Promise<void>((done) => open.push({ close: done }));
        }).catch(reject);
      });
    for (const [what, options, words] of cases) {
      it(what, async () => {
        const flags = await options();
        await assert.rejects(discoverWith(flags), (error) => {
          assert.ok(error instanceof KapplyError, String(error));
          assert.equal(error.code, 'Unreachable');
          assert.equal(error.exitCode, 7);
          const text = [error.message, ...error.suggestions].join('\n');
          assert.match(text, words);
          assert.ok(text.includes(flags.server ?? ''), text);
          return true;
        });
      });
    }

    it('names the context', async () => {
      await withCluster({ url: 'https://127.0.0.1:1', ca: (await testCertificate()).cert }, (cluster) =>
        assert.rejects(cluster.discover(), /context test/),
      );
    });

    it('after a time-out, when nothing answers', async () => {
      const silent = createTcp(() => undefined).listen(0, '127.0.0.1');
      const sockets: Socket[] = [];
      silent.on('connection', (socket) => sockets.push(socket));
      await new Promise((resolve) => silent.once('listening', resolve));
      open.push({ close: () => (sockets.forEach((socket) => socket.destroy()), silent.close()) });
      const { port } = silent.address() as AddressInfo;
      await assert.rejects(
        discoverWith({ server: `https://127.0.0.1:${port}`, timing: { connectMs: 100 } }),
        /ETIMEDOUT/,
      );
    });
  });

  it('can leave a certificate unchecked, or check it against another name', async () => {
    const server = await start({ name: 'other.example.com' });
    await discoverWith({ server: server.url, insecureSkipTlsVerify: true });
    const clusterEntry = {
      server: server.url,
      'certificate-authority-data': base64(server.ca),
      'tls-server-name': 'other.example.com',
    };
    await withCluster(server, (cluster) => cluster.discover(), { clusterEntry });
    assert.equal(server.requests.length, 4);
  });

  it('sends nothing before it is asked to', async () => {
    const server = await start();
    await withCluster(server, (cluster) => {
      assert.deepEqual([cluster.server, cluster.context, cluster.namespace], [server.url, 'test', 'default']);
      return Promise.resolve();
    });
    assert.equal(server.connections(), 0);
  });

  it('ends everything when closed', async () => {
    const server = await start();
    server.handle = () => undefined;
    await withCluster(server, async (cluster) => {
      const waiting = assert.rejects(cluster.discover(), { code: 'Closed' });
      while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await cluster.close();
      await waiting;
    });
  });

  it('tells a deleted object from one that another has taken the place of', async () => {
    const address = { resource: configMaps, namespace: 'shop', name: 'cfg' };
    const conflict = { status: 409, body: { kind: 'Status', code: 409, reason: 'Conflict', message: 'precondition' } };
    const live = { body: { metadata: { name: 'cfg', uid: 'live' } } };
    const server = await start();
    server.handle = ({ method }) => (method === 'DELETE' ? conflict : live);
    await withCluster(server, async (cluster) => {
      assert.equal(await cluster.remove(address, { uid: 'other', resourceVersion: '1' }), 'gone');
      await assert.rejects(cluster.remove(address, { uid: 'live', resourceVersion: '1' }), { code: 'Conflict' });
    });
    assert.deepEqual(JSON.parse(server.requests[0]?.body ?? ''), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'other', resourceVersion: '1' },
    });
    server.handle = () => ({ status: 404, body: { kind: 'Status', code: 404, reason: 'NotFound', message: 'x' } });
    await withCluster(server, async (cluster) => {
      assert.equal(await cluster.remove(address, { uid: 'x', propagation: 'Background', dryRun: true }), 'gone');
      assert.equal(await cluster.get(address), undefined);
    });
  });

  describe('through a proxy', () => {
    /** An HTTP proxy that tunnels, and forwards plain requests; it keeps what it was asked for. */
    const startProxy = async (protocol = 'http'): Promise<{ url: string; asked: string[]; server: Server }> => {
      const asked: string[] = [];
      const { cert, key } = await testCertificate();
      const create = protocol === 'https' ? createHttps.bind(undefined, { cert, key }) : createServer;
      const server = create((request, response) => {
        asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
        const { hostname, port, pathname } = new URL(request.url ?? '');
        void fetch(`http://${hostname}:${port}${pathname}`).then(async (answer) =>
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text()),
        );
      });
      const sockets: Socket[] = [];
      server.on('connect', (request, socket: Socket, head) => {
        asked.push(`CONNECT ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? '-'}`);
        if (request.headers['proxy-authorization'] === `Basic ${base64('deny:me')}`) {
          socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
          return;
        }
        const [host, port] = (request.url ?? '').split(':');
        const upstream = connectTcp(Number(port), host, () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          upstream.write(head);
          upstream.pipe(socket).pipe(upstream);
        });
        sockets.push(socket, upstream);
        socket.on('error', () => upstream.destroy());
        upstream.on('error', () => socket.destroy());
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      open.push({
        close: () => {
          sockets.forEach((socket) => socket.destroy());
          server.closeAllConnections();
          server.close();
        },
      });
      return { url: `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
    };

    it('tunnels HTTP/2 with proxy-url, with its credentials', async () => {
      const server = await start();
      const proxy = await startProxy();
      const clusterEntry = {
        server: server.url,
        'certificate-authority-data': base64(server.ca),
        'proxy-url': proxy.url.replace('//', '//user:p%40ss@'),
      };
      await withCluster(server, (cluster) => cluster.discover(), { clusterEntry });
      assert.deepEqual(proxy.asked, [`CONNECT 127.0.0.1:${server.port} Basic ${base64('user:p@ss')}`]);
      assert.equal(server.sessions.length, 1);
    });

    it('tunnels through an HTTPS proxy', async () => {
      const server = await start();
      const proxy = await startProxy('https');
      const clusterEntry = {
        server: server.url,
        'certificate-authority-data': base64(server.ca),
        'proxy-url': proxy.url,
      };
      await withCluster(server, (cluster) => cluster.discover(), { clusterEntry });
      assert.deepEqual(proxy.asked, [`CONNECT 127.0.0.1:${server.port} -`]);
    });

    it('tunnels through a SOCKS5 proxy', async () => {
      const server = await start();
      const asked: string[] = [];
      const sockets: Socket[] = [];
      // RFC 1928: a greeting (no authentication), a request for an IPv4 address, and then bytes as they are.
      const proxy = createTcp((socket) => {
        sockets.push(socket);
        socket.on('error', () => undefined);
        socket.once('data', () => {
          socket.write(Buffer.from([5, 0]));
          socket.once('data', (request: Buffer) => {
            const host = [...request.subarray(4, 8)].join('.');
            const port = request.readUInt16BE(8);
            asked.push(`${request[1] ?? ''} ${host}:${port}`);
            const upstream = connectTcp(port, host, () => {
              socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
              upstream.pipe(socket).pipe(upstream);
            });
            upstream.on('error', () => undefined);
            sockets.push(upstream);
          });
        });
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      open.push({ close: () => (sockets.forEach((socket) => socket.destroy()), proxy.close()) });
      const clusterEntry = {
        server: server.url,
        'certificate-authority-data': base64(server.ca),
        'proxy-url': `socks5://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      };
      await withCluster(server, (cluster) => cluster.discover(), { clusterEntry });
      assert.deepEqual(asked, [`1 127.0.0.1:${server.port}`]);
    });

    it('forwards plain HTTP', async () => {
      const server = await start({ protocol: 'http' });
      const proxy = await startProxy();
      await withCluster(server, (cluster) => cluster.discover(), {
        clusterEntry: { server: server.url, 'proxy-url': proxy.url },
      });
      assert.deepEqual([...proxy.asked].sort(), [`GET ${server.url}/api`, `GET ${server.url}/apis`]);
    });

    it('says that the proxy refuses', async () => {
      const server = await start();
      const proxy = await startProxy();
      const clusterEntry = { server: server.url, 'proxy-url': proxy.url.replace('//', '//deny:me@') };
      await withCluster(server, (cluster) => assert.rejects(cluster.discover(), /PROXY_LOGIN_NEEDED/), {
        clusterEntry,
      });
    });

    it('says that the proxy, and not the server, cannot be reached', async () => {
      const server = await start();
      for (const scheme of ['http', 'https', 'socks5']) {
        // Nothing listens on port 1.
        const clusterEntry = { server: server.url, 'proxy-url': `${scheme}://user:password@127.0.0.1:1` };
        await withCluster(server, (cluster) => assert.rejects(cluster.discover(), /the proxy .*PROXY_UNREACHABLE/), {
          clusterEntry,
        });
      }
    });

    it('takes HTTPS_PROXY', async () => {
      const proxy = await startProxy();
      await assert.rejects(discoverWith({ server: 'https://nosuch.invalid:6443' }, { HTTPS_PROXY: proxy.url }));
      assert.deepEqual(new Set(proxy.asked), new Set(['CONNECT nosuch.invalid:6443 -']));
    });

    it('refuses a kind of proxy that it does not know, without showing it', async () => {
      await assert.rejects(
        discoverWith({ server: 'https://a.example.com' }, { HTTPS_PROXY: 'ftp://user:SECRET@proxy' }),
        (error) => error instanceof KapplyError && error.code === 'InvalidProxy' && !error.message.includes('SECRET'),
      );
    });
  });
});
