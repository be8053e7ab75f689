import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { ApiError } from '../../../src/cluster/apiError.js';
import type { Cluster, ObjectAddress, WatchEvent } from '../../../src/cluster/cluster.js';
import { EXIT, KapplyError } from '../../../src/errors.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { configMaps, withCluster } from '../testCluster.js';
import { startTestServer, type TestHandler, type TestServer, type TestServerOptions } from '../testServer.js';

const address: ObjectAddress = { resource: configMaps, namespace: 'shop', name: 'cfg' };
const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg', namespace: 'shop' } };

const status = (code: number, reason: string, message = reason): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message,
});

const apply = (cluster: Cluster): Promise<KubeObject> => cluster.apply(address, object, { fieldManager: 'kapply' });

/** Runs against each protocol that an API server, or kubectl proxy, speaks. */
const protocols: NonNullable<TestServerOptions['protocol']>[] = ['h2', 'https', 'http'];

for (const protocol of protocols) {
  describe(`requests over ${protocol}`, () => {
    let server: TestServer;
    const answering = async (handle: TestHandler): Promise<TestServer> => {
      server = await startTestServer(handle, { protocol });
      return server;
    };
    afterEach(() => server.close());

    it('applies with all that a server-side apply needs', async () => {
      await answering(() => ({ body: object }));
      await withCluster(server, async (cluster) => {
        assert.deepEqual(
          await cluster.apply(address, object, { fieldManager: 'ci', force: true, dryRun: true }),
          object,
        );
      });
      const [request] = server.requests;
      assert.equal(request?.method, 'PATCH');
      assert.equal(request.url.pathname, '/api/v1/namespaces/shop/configmaps/cfg');
      assert.deepEqual(Object.fromEntries(request.url.searchParams), {
        fieldManager: 'ci',
        fieldValidation: 'Strict',
        dryRun: 'All',
        force: 'true',
      });
      assert.equal(request.headers['content-type'], 'application/apply-patch+yaml');
      assert.deepEqual(JSON.parse(request.body), object);
      assert.equal(request.headers.authorization, protocol === 'http' ? undefined : 'Bearer letmein');
    });

    describe('refused by a conflict of versions', () => {
      // helm/helm#9710, #12258, #31783: many creates charge one quota at once.
      const quota = status(
        409,
        'Conflict',
        'Operation cannot be fulfilled on resourcequotas "q": the object has been modified',
      );
      const create = (cluster: Cluster): Promise<KubeObject> => cluster.create(address, object);
      const once =
        (body: object): TestHandler =>
        ({ count }) =>
          count === 1 ? { status: 409, body } : { body: object };

      for (const [name, send] of Object.entries({ apply, create })) {
        it(`is tried again where it said nothing of a version: ${name}`, async () => {
          await answering(once(quota));
          await withCluster(server, async (cluster) => assert.deepEqual(await send(cluster), object));
          assert.equal(server.requests.length, 2);
        });
      }

      const versioned = { ...object, metadata: { ...object.metadata, resourceVersion: '1' } };
      const causes = [{ reason: 'FieldManagerConflict', field: '.data.a', message: 'conflict with "kubectl"' }];
      for (const [name, body, send] of [
        [
          'an apply that names its version',
          quota,
          (cluster) => cluster.apply(address, versioned, { fieldManager: 'k' }),
        ],
        ['a patch, which may name one', quota, (cluster) => cluster.patch(address, {}, { type: 'merge' })],
        ['a delete with preconditions', quota, (cluster) => cluster.remove(address, { resourceVersion: '1' })],
        ['a field of another manager', { ...status(409, 'Conflict'), details: { causes } }, apply],
        ['what is there already', status(409, 'AlreadyExists'), create],
      ] as const satisfies readonly (readonly [string, object, (cluster: Cluster) => Promise<unknown>])[]) {
        it(`is told at once otherwise: ${name}`, async () => {
          await answering(once(body));
          await withCluster(server, async (cluster) => {
            await assert.rejects(send(cluster), (error) => error instanceof ApiError && error.httpStatus === 409);
          });
          assert.equal(server.requests.length, 1);
        });
      }
    });

    it('has one connection for many requests, one after the other', async () => {
      await answering(() => ({ body: object }));
      await withCluster(server, async (cluster) => {
        for (let i = 0; i < 20; i += 1) await cluster.get(address);
        assert.equal(cluster.requests, 20);
      });
      assert.equal(server.connections(), 1);
    });

    for (const { concurrency, most: expected } of [
      { concurrency: undefined, most: 64 },
      { concurrency: 3, most: 3 },
      { concurrency: 1000, most: 100 },
    ]) {
      it(`sends at most ${expected} requests at once for ${concurrency ?? 'no'} concurrency`, async () => {
        let running = 0;
        let most = 0;
        await answering(async () => {
          running += 1;
          most = Math.max(most, running);
          await sleep(10);
          running -= 1;
          return { body: object };
        });
        const applyAll = (cluster: Cluster) => Promise.all(Array.from({ length: 400 }, () => apply(cluster)));
        await withCluster(server, applyAll, { concurrency });
        assert.equal(server.requests.length, 400);
        assert.ok(most <= expected, `${most} at once`);
        // Over HTTP/1.1 it depends on how quickly connections are made, and beyond 32 on how quickly this machine answers.
        if (protocol === 'h2') assert.deepEqual([most >= Math.min(expected, 32), server.connections()], [true, 1]);
      });
    }

    it('keeps the path of the server URL', async () => {
      await answering(() => ({ body: object }));
      await withCluster({ ...server, url: `${server.url}/k8s/clusters/c-1/` }, (cluster) => cluster.get(address));
      assert.equal(server.requests[0]?.url.pathname, '/k8s/clusters/c-1/api/v1/namespaces/shop/configmaps/cfg');
    });

    it('unpacks gzip', async () => {
      await answering(() => ({
        headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
        body: gzipSync(JSON.stringify(object)),
      }));
      await withCluster(server, async (cluster) => assert.deepEqual(await cluster.get(address), object));
      assert.equal(server.requests[0]?.headers['accept-encoding'], 'gzip');
    });

    it('repeats what the server was too busy for, after the time that it asked for', async () => {
      await answering(({ count }) =>
        count === 1
          ? { status: 429, headers: { 'retry-after': '1' }, body: status(429, 'TooManyRequests') }
          : { body: object },
      );
      await withCluster(server, async (cluster) => {
        const started = performance.now();
        await cluster.create(address, object);
        assert.ok(performance.now() - started >= 1000);
        assert.equal(cluster.requests, 2);
      });
    });

    it('repeats an apply whose connection broke before the answer', async () => {
      await answering(({ count, reset }) => {
        if (count > 1) return { body: object };
        reset(constants.NGHTTP2_INTERNAL_ERROR);
        return undefined;
      });
      await withCluster(server, async (cluster) => assert.deepEqual(await apply(cluster), object));
      assert.equal(server.requests.length, 2);
    });

    it('repeats a read whose connection broke within the answer', async () => {
      await answering(({ count, response, reset }) => {
        if (count > 1) return { body: object };
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        (response as NodeJS.WritableStream).write('{"apiVersion":"v1",', () => reset(constants.NGHTTP2_CANCEL));
        return undefined;
      });
      await withCluster(server, async (cluster) => assert.deepEqual(await cluster.get(address), object));
      assert.equal(server.requests.length, 2);
    });

    /** The first request breaks before its answer, the others are answered so. */
    const answeringAfterBreak = (answer: { status: number; body: object }): Promise<TestServer> =>
      answering(({ count, reset }) => {
        if (count > 1) return answer;
        reset(constants.NGHTTP2_INTERNAL_ERROR);
        return undefined;
      });
    const bound = [{ op: 'replace', path: '/metadata/resourceVersion', value: '7' }];
    for (const [what, write] of [
      ['a create', (cluster) => cluster.create(address, object)],
      ['a merge patch', (cluster) => cluster.patch(address, { data: {} }, { type: 'merge' })],
      ['a patch of one version', (cluster) => cluster.patch(address, bound, { type: 'json' })],
    ] satisfies [string, (cluster: Cluster) => Promise<unknown>][]) {
      it(`repeats ${what} that may have been carried out, and says so where it is refused then`, async () => {
        await answeringAfterBreak({ status: 409, body: status(409, 'AlreadyExists', 'there') });
        await withCluster(server, async (cluster) => {
          await assert.rejects(write(cluster), { httpStatus: 409, mayBeDone: true });
        });
        assert.equal(server.requests.length, 2);
      });
    }

    it('does not repeat a patch that twice is not once', async () => {
      const append = [{ op: 'add', path: '/list/-', value: 'a' }];
      await answeringAfterBreak({ status: 200, body: object });
      await withCluster(server, async (cluster) => {
        const patched = cluster.patch(address, append, { type: 'json' });
        await assert.rejects(patched, { code: 'Unreachable', exitCode: EXIT.unreachable });
      });
      assert.equal(server.requests.length, 1);
    });

    it('has itself deleted what is gone at the second attempt', async () => {
      await answeringAfterBreak({ status: 404, body: status(404, 'NotFound', 'gone') });
      await withCluster(server, async (cluster) =>
        assert.equal(await cluster.remove(address, { uid: 'u' }), 'deleted'),
      );
      await answering(() => ({ status: 404, body: status(404, 'NotFound', 'gone') }));
      await withCluster(server, async (cluster) => assert.equal(await cluster.remove(address, { uid: 'u' }), 'gone'));
    });

    it('does not say that of a refusal after one that came before anything was done', async () => {
      await answering(({ count }) =>
        count > 1
          ? { status: 409, body: status(409, 'AlreadyExists', 'there') }
          : { status: 429, headers: { 'retry-after': '0' }, body: status(429, 'TooManyRequests', 'busy') },
      );
      await withCluster(server, async (cluster) => {
        await assert.rejects(cluster.create(address, object), { httpStatus: 409, mayBeDone: false });
      });
    });

    it('asks before each attempt of a write whether it may be sent', async () => {
      let asked = 0;
      const before = (): Promise<void> =>
        ++asked > 1 ? Promise.reject(new KapplyError('LockLost', 'lost', EXIT.refused)) : Promise.resolve();
      await answeringAfterBreak({ status: 200, body: object });
      await withCluster(server, async (cluster) => {
        const applied = cluster.apply(address, object, { fieldManager: 'kapply', before });
        await assert.rejects(applied, { code: 'LockLost' });
      });
      assert.deepEqual([asked, server.requests.length], [2, 1]);
    });

    it('does not let what others wait for wait with them', async () => {
      await answering(() => ({ status: 200, body: object }));
      const use = async (cluster: Cluster): Promise<void> => {
        const before = async (): Promise<void> => {
          await cluster.get(address, { urgent: true });
        };
        await cluster.apply(address, object, { fieldManager: 'kapply', before });
      };
      await withCluster(server, use, { concurrency: 1 });
      assert.equal(server.requests.length, 2);
    });

    it('throws the Status of a refusal', async () => {
      const details = {
        causes: [{ reason: 'FieldManagerConflict', field: '.data.a', message: 'conflict with "hpa"' }],
      };
      await answering(() => ({ status: 409, body: { ...status(409, 'Conflict', 'Apply failed'), details } }));
      await withCluster(server, async (cluster) => {
        await assert.rejects(apply(cluster), (error) => {
          assert.ok(error instanceof ApiError);
          assert.equal(error.code, 'Conflict');
          assert.equal(error.exitCode, EXIT.refused);
          assert.equal(error.httpStatus, 409);
          assert.deepEqual(error.status.details, details);
          return true;
        });
      });
      assert.equal(server.requests.length, 1);
    });

    it('makes an error of an answer that is no Status', async () => {
      await answering(() => ({ status: 403, body: '<html>blocked by the company</html>' }));
      await withCluster(server, async (cluster) => {
        await assert.rejects(apply(cluster), { code: 'Forbidden', httpStatus: 403 });
      });
    });

    it('ends at once, with the reason, when aborted', async () => {
      await answering(() => undefined);
      await withCluster(server, async (cluster) => {
        const abort = new AbortController();
        const reason = new Error('Ctrl-C');
        setTimeout(() => abort.abort(reason), 50);
        const started = performance.now();
        await assert.rejects(cluster.get(address, { signal: abort.signal }), (error) => error === reason);
        assert.ok(performance.now() - started < 2000);
      });
    });

    it('sends nothing for a signal that has aborted, and leaves the queue when it does', async () => {
      await answering(() => undefined);
      await withCluster(server, async (cluster) => {
        await assert.rejects(cluster.get(address, { signal: AbortSignal.abort(new Error('before')) }), /before/);
        assert.equal(cluster.requests, 0);
        const busy = new AbortController();
        const others = Array.from({ length: 64 }, () => cluster.get(address, { signal: busy.signal }));
        const abort = new AbortController();
        const queued = cluster.get(address, { signal: abort.signal });
        setTimeout(() => abort.abort(new Error('queued')), 20);
        await assert.rejects(queued, /queued/);
        busy.abort(new Error('busy'));
        for (const other of others) await assert.rejects(other, /busy/);
      });
    });

    it('ends the wait for a retry when aborted', async () => {
      await answering(() => ({ status: 429, headers: { 'retry-after': '30' }, body: status(429, 'TooManyRequests') }));
      await withCluster(server, async (cluster) => {
        const abort = new AbortController();
        setTimeout(() => abort.abort(new Error('Ctrl-C')), 50);
        await assert.rejects(cluster.get(address, { signal: abort.signal }), /Ctrl-C/);
      });
    });

    it('gives up on an answer that takes longer than --request-timeout', async () => {
      await answering(() => undefined);
      await withCluster(
        server,
        async (cluster) => {
          await assert.rejects(cluster.get(address), (error) => {
            assert.ok(error instanceof KapplyError);
            assert.equal(error.code, 'Unreachable');
            assert.equal(error.exitCode, EXIT.unreachable);
            assert.ok(error.suggestions.some((text) => text.includes('--request-timeout')));
            return true;
          });
        },
        // So long may a busy machine take until the request is there.
        { requestTimeoutMs: 600 },
      );
      assert.equal(server.requests.length, 1);
    });

    it('tries again by itself when an answer does not come', async () => {
      await answering(({ count }) => (count === 1 ? undefined : { body: object }));
      await withCluster(server, async (cluster) => assert.deepEqual(await cluster.get(address), object), {
        timing: { requestMs: 200 },
      });
    });

    it('gives up on a body that does not end', async () => {
      await answering(({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        (response as NodeJS.WritableStream).write('{');
        return undefined;
      });
      await withCluster(
        server,
        async (cluster) => {
          // It has begun to answer: it is there.
          await assert.rejects(cluster.get(address), { code: 'Timeout' });
        },
        { requestTimeoutMs: 100 },
      );
    });

    it('keeps each warning once, with what was written', async () => {
      const headers = { warning: ['299 - "old \\"v1beta1\\" API"', '299 - "second, with comma"'] };
      await answering(() => ({ headers, body: object }));
      await withCluster(server, async (cluster) => {
        await apply(cluster);
        await apply(cluster);
        assert.deepEqual(cluster.warnings, ['configmaps/cfg: old "v1beta1" API', 'configmaps/cfg: second, with comma']);
      });
    });

    if (protocol !== 'http') {
      it('says that the credentials are not accepted', async () => {
        await answering(() => ({ status: 401, body: status(401, 'Unauthorized') }));
        await withCluster(server, async (cluster) => {
          await assert.rejects(cluster.get(address), { code: 'Unauthorized', exitCode: EXIT.unreachable });
        });
        assert.equal(server.requests.length, 1);
      });
    }
  });
}

describe('requests over one HTTP/2 session', () => {
  let server: TestServer;
  afterEach(() => server.close());

  it('takes a new session after GOAWAY and finishes what was in flight on the old one', async () => {
    server = await startTestServer(async ({ url }) => {
      if (!url.pathname.endsWith('/slow')) return { body: object };
      await sleep(200);
      return { body: { ...object, metadata: { ...object.metadata, name: 'slow' } } };
    });
    await withCluster(server, async (cluster) => {
      const slow = cluster.get({ ...address, name: 'slow' });
      while (server.requests.length < 1) await sleep(5);
      server.sessions[0]?.goaway(constants.NGHTTP2_NO_ERROR);
      await sleep(50);
      await cluster.get(address);
      assert.equal((await slow)?.metadata.name, 'slow');
    });
    assert.equal(server.sessions.length, 2);
    assert.equal(server.requests.length, 2);
  });

  it('repeats a refused stream, whatever it was', async () => {
    server = await startTestServer(({ count, reset }) => {
      if (count > 1) return { status: 201, body: object };
      reset(constants.NGHTTP2_REFUSED_STREAM);
      return undefined;
    });
    await withCluster(server, async (cluster) => assert.deepEqual(await cluster.create(address, object), object));
    assert.equal(server.requests.length, 2);
  });

  it('survives the end of the session under 300 applies', async () => {
    server = await startTestServer(async () => {
      const endsNow = [30, 130, 230].includes(server.requests.length);
      await sleep(2);
      if (endsNow) server.sessions.at(-1)?.destroy();
      return { body: object };
    });
    await withCluster(server, async (cluster) => {
      const applied = await Promise.all(Array.from({ length: 300 }, () => apply(cluster)));
      assert.deepEqual(applied, Array(300).fill(object));
    });
    assert.equal(server.sessions.length, 4);
  });

  it('reconnects to a server that went away and came back', async () => {
    server = await startTestServer(() => ({ body: object }));
    await withCluster(server, async (cluster) => {
      await cluster.get(address);
      for (const session of server.sessions) session.destroy();
      assert.deepEqual(await cluster.get(address), object);
    });
    assert.equal(server.sessions.length, 2);
  });

  it('asks a silent server for a sign of life, and leaves it without one', async () => {
    server = await startTestServer(({ count }) => (count === 1 ? undefined : { body: object }));
    await withCluster(
      server,
      async (cluster) => {
        const answer = cluster.get(address);
        while (server.requests.length < 1) await sleep(5);
        // Neither answers nor pings are sent any more, and the connection stays.
        (await sessionSocket(server)).pause();
        assert.deepEqual(await answer, object);
      },
      { timing: { pingAfterMs: 50, pingTimeoutMs: 100 } },
    );
    assert.equal(server.sessions.length, 2);
  });

  it('keeps a slow request alive while the server answers pings', async () => {
    server = await startTestServer(async () => {
      await sleep(500);
      return { body: object };
    });
    await withCluster(server, async (cluster) => assert.deepEqual(await cluster.get(address), object), {
      timing: { pingAfterMs: 50, pingTimeoutMs: 100 },
    });
    assert.equal(server.requests.length, 1);
  });

  it('reads a large answer past an unread watch', async () => {
    const large = { ...object, data: { text: 'x'.repeat(6 << 20) } };
    server = await startTestServer(({ url, response }) => {
      if (!url.searchParams.has('watch')) return { body: large };
      response.writeHead(200, { 'content-type': 'application/json' });
      const event = {
        type: 'ADDED',
        object: { ...large, metadata: { ...object.metadata, uid: '1', resourceVersion: '2' } },
      };
      (response as NodeJS.WritableStream).write(`${JSON.stringify(event)}\n`);
      return undefined;
    });
    server.handle = ((inner) => (request) =>
      request.url.pathname.endsWith('/configmaps') && !request.url.searchParams.has('watch')
        ? { body: { metadata: { resourceVersion: '1' }, items: [] } }
        : inner(request))(server.handle);
    await withCluster(server, async (cluster) => {
      const abort = new AbortController();
      const events = cluster.watch(configMaps, { signal: abort.signal })[Symbol.asyncIterator]();
      const next = async (): Promise<string | undefined> => {
        const { value } = (await events.next()) as IteratorResult<WatchEvent, undefined>;
        return value?.type;
      };
      assert.equal(await next(), 'synced');
      // The next event is not asked for to its end: its bytes wait at our side.
      const pending = next();
      const read = await cluster.get(address);
      assert.equal((read?.data as { text: string }).text.length, 6 << 20);
      assert.equal(await pending, 'changed');
      abort.abort();
    });
  });
});

async function sessionSocket(server: TestServer): Promise<{ pause(): void }> {
  const session = server.sessions[0];
  assert.ok(session);
  if (session.connecting) await once(session, 'connect');
  // http2 hides the socket's own pause: the server is made deaf by no longer reading its handle.
  const symbol = Object.getOwnPropertySymbols(session).find((key) => key.toString() === 'Symbol(socket)');
  assert.ok(symbol);
  const socket = (session as unknown as Record<symbol, { _handle: { readStop(): void } }>)[symbol];
  return { pause: () => socket?._handle.readStop() };
}
