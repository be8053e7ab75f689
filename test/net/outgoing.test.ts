import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { TransportError } from '../../src/net/http.js';
import { createOutgoing, type OutgoingRequest } from '../../src/net/outgoing.js';
import { inFolder } from '../cluster/testCluster.js';
import { startTestServer, type TestHandler } from '../cluster/testServer.js';

const plain: OutgoingRequest = { timeoutMs: 5_000, mostBytes: 1_000 };

async function served<T>(
  handle: TestHandler,
  use: (url: URL, ca: string) => Promise<T>,
  protocol: 'http' | 'https' = 'http',
) {
  const server = await startTestServer(handle, { protocol });
  try {
    return await use(new URL(server.url), server.ca);
  } finally {
    await server.close();
  }
}

const failsWith = (code: string) => (error: unknown) => error instanceof TransportError && error.code === code;

describe('createOutgoing', () => {
  it('follows redirects of a GET, tells of each, and hands its headers to the first server alone', () =>
    served(
      ({ url: { pathname }, headers }) =>
        pathname === '/a'
          ? { status: 302, headers: { location: '/b?x=1' }, body: 'no' }
          : { body: `${String(headers['x-key'])} ${String(headers.authorization)}` },
      async (url) => {
        const hops: string[] = [];
        const answer = await createOutgoing({})(new URL('/a', url), {
          ...plain,
          headers: { 'x-key': 'secret' },
          onRedirect: (from, to) => void hops.push(`${from.pathname} ${to.pathname}${to.search}`),
        });
        assert.deepEqual(
          [answer.body.toString(), answer.url.pathname, hops],
          ['undefined undefined', '/b', ['/a /b?x=1']],
        );
      },
    ));

  it('sends the login of an address as Basic', () =>
    served(
      ({ headers }) => ({ body: String(headers.authorization) }),
      async (url) => {
        url.username = 'jane';
        url.password = 'p%40ss';
        assert.equal(
          (await createOutgoing({})(url, plain)).body.toString(),
          `Basic ${Buffer.from('jane:p@ss').toString('base64')}`,
        );
      },
    ));

  it('follows no redirect of a POST: its body is for the one server', () =>
    served(
      () => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' } }),
      async (url) => assert.equal((await createOutgoing({})(url, { ...plain, method: 'POST', body: 'x' })).status, 307),
    ));

  it('connects nowhere that the caller refuses', () =>
    served(
      ({ url: { pathname } }) => (pathname === '/a' ? { status: 302, headers: { location: '/b' } } : { body: 'read' }),
      async (url) => {
        const seen: string[] = [];
        const onConnect = (address: string, hop: number): void => {
          seen.push(`${address} ${hop}`);
          if (hop > 0) throw new TransportError('nothing', 'ENOTTHERE', 'refused');
        };
        await assert.rejects(createOutgoing({})(new URL('/a', url), { ...plain, onConnect }), failsWith('ENOTTHERE'));
        assert.deepEqual(seen, ['127.0.0.1 0', '127.0.0.1 1']);
      },
    ));

  const endings: Record<string, [TestHandler, string]> = {
    'redirects in a circle': [() => ({ status: 302, headers: { location: '/' } }), 'ETOOMANYREDIRECTS'],
    'redirects to a file': [() => ({ status: 302, headers: { location: 'file:///etc/passwd' } }), 'EBADREDIRECT'],
    'more than is read': [() => ({ body: 'x'.repeat(2_000) }), 'ERESPONSETOOLARGE'],
    'a gzip bomb': [
      () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(10_000_000)) }),
      'ERESPONSETOOLARGE',
    ],
    'an answer that never comes': [() => undefined, 'EREQUESTTIMEOUT'],
    'an answer that never ends': [({ response }) => void (response as ServerResponse).write('x'), 'EREQUESTTIMEOUT'],
    'an end before any answer': [
      ({ reset }) => {
        reset();
        return undefined;
      },
      'ECONNRESET',
    ],
  };
  for (const [name, [handle, code]] of Object.entries(endings)) {
    it(`ends at ${name}`, () =>
      served(handle, (url) =>
        assert.rejects(
          createOutgoing({})(url, { ...plain, timeoutMs: code === 'EREQUESTTIMEOUT' ? 300 : 10_000 }),
          failsWith(code),
        ),
      ));
  }

  it('ends with its signal', () =>
    served(
      () => undefined,
      (url) =>
        assert.rejects(createOutgoing({})(url, { ...plain, signal: AbortSignal.timeout(50) }), {
          name: 'TimeoutError',
        }),
    ));

  it('trusts what the machine trusts, or the one authority that it is given', () =>
    served(
      () => ({ body: 'hello' }),
      (url, ca) =>
        inFolder(async (folder) => {
          const SSL_CERT_FILE = join(folder, 'company.pem');
          await writeFile(SSL_CERT_FILE, ca);
          await assert.rejects(createOutgoing({})(url, plain), failsWith('DEPTH_ZERO_SELF_SIGNED_CERT'));
          assert.equal((await createOutgoing({})(url, { ...plain, ca })).body.toString(), 'hello');
          assert.equal((await createOutgoing({ SSL_CERT_FILE })(url, plain)).body.toString(), 'hello');
        }),
      'https',
    ));

  it('goes through the proxy of the environment, with its login', () =>
    served(
      ({ url, headers }) => ({ body: `${url.href} ${String(headers.host)} ${String(headers['proxy-authorization'])}` }),
      async (proxy) => {
        proxy.username = 'jane';
        proxy.password = 'secret';
        const { body } = await createOutgoing({ http_proxy: proxy.href })(new URL('http://web.invalid/x?y'), plain);
        const login = Buffer.from('jane:secret').toString('base64');
        assert.equal(body.toString(), `http://web.invalid/x?y web.invalid Basic ${login}`);
      },
    ));
});
