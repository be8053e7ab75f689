/** Retry-After in every place where a server may send it, in each of its forms. */
import assert from 'node:assert/strict';
import type { Cluster } from '../../../src/cluster/cluster.js';
import { KapplyError } from '../../../src/errors.js';
import { configMaps, withCluster } from '../testCluster.js';
import { emptyDiscovery, startTestServer, type TestAnswer, type TestRequest } from '../testServer.js';

const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'shop', resourceVersion: '1' },
};
const address = { resource: configMaps, namespace: 'shop', name: 'a' };
const busy = (status: number, headers: Record<string, string>): TestAnswer => ({
  status,
  headers,
  body: { kind: 'Status', status: 'Failure', code: status, reason: 'TooManyRequests', message: 'come back later' },
});

async function first<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

/** Each place, by its request. */
const PLACES: Readonly<Record<string, (cluster: Cluster) => Promise<unknown>>> = {
  'GET /api': (cluster) => cluster.discover(),
  'GET /api/v1/namespaces/shop/configmaps/a': (cluster) => cluster.get(address),
  'GET /api/v1/namespaces/shop/configmaps': (cluster) => cluster.list(configMaps, { namespace: 'shop' }),
  'PATCH /api/v1/namespaces/shop/configmaps/a': (cluster) => cluster.apply(address, object, { fieldManager: 'kapply' }),
  'POST /api/v1/namespaces/shop/configmaps': (cluster) => cluster.create(address, object),
  'DELETE /api/v1/namespaces/shop/configmaps/a': (cluster) => cluster.remove(address),
  // A patch that is not the same twice: nothing was done.
  'PATCH /api/v1/namespaces/shop/configmaps/b': (cluster) =>
    cluster.patch({ ...address, name: 'b' }, [{ op: 'add', path: '/data/-', value: 'x' }], { type: 'json' }),
  'GET /api/v1/namespaces/other/configmaps': async (cluster) => {
    const leaving = new AbortController();
    await first(cluster.watch(configMaps, { namespace: 'other', signal: leaving.signal }));
    leaving.abort();
  },
  'GET /api/v1/namespaces/shop/pods/p/log': async (cluster) => {
    const leaving = new AbortController();
    const pod = { resource: { ...configMaps, plural: 'pods', kind: 'Pod' }, namespace: 'shop', name: 'p' };
    const line = await first(cluster.followLog({ pod, container: 'c', hasEnded: () => true, signal: leaving.signal }));
    assert.equal(line, 'hello');
    leaving.abort();
  },
};

function done({ url, method }: TestRequest): TestAnswer | Promise<TestAnswer | undefined> | undefined {
  if (url.pathname.endsWith('/log')) return { body: 'hello\n' };
  if (!url.pathname.includes('namespaces')) return emptyDiscovery({ url } as TestRequest);
  if (method === 'GET' && url.pathname.endsWith('/configmaps'))
    return { body: { metadata: { resourceVersion: '5' }, items: url.pathname.includes('other') ? [object] : [] } };
  return { body: object };
}

/** A server's clock may be an hour from ours: its date is of its own clock. */
const at = (ms: number): string => new Date(ms).toUTCString();
const FORMS: Readonly<Record<string, () => Record<string, string>>> = {
  seconds: () => ({ 'retry-after': '1' }),
  'a date': () => ({ date: at(Date.now()), 'retry-after': at(Date.now() + 1000) }),
  'a date by a clock an hour ahead': () => {
    const then = Date.now() + 3_600_000;
    return { date: at(then), 'retry-after': at(then + 1000) };
  },
  'a date by a clock an hour behind': () => {
    const then = Date.now() - 3_600_000;
    return { date: at(then), 'retry-after': at(then + 1000) };
  },
};

describe('Retry-After', () => {
  for (const status of [429, 503]) {
    for (const [form, headers] of Object.entries(FORMS)) {
      it(`of ${status} in ${form} is waited for, whatever was asked`, async () => {
        const refusedAt = new Map<string, number>();
        const waited = new Map<string, number>();
        const server = await startTestServer((request) => {
          const place = `${request.method} ${request.url.pathname}`;
          const before = refusedAt.get(place);
          if (before !== undefined) {
            if (!waited.has(place)) waited.set(place, Date.now() - before);
            return done(request);
          }
          refusedAt.set(place, Date.now());
          return busy(status, headers());
        });
        try {
          await withCluster(server, async (cluster) => {
            await Promise.all(Object.values(PLACES).map((ask) => ask(cluster)));
          });
        } finally {
          await server.close();
        }
        for (const place of Object.keys(PLACES)) {
          const ms = waited.get(place) ?? 0;
          assert.ok(ms >= 990, `${place}: ${ms} ms`);
        }
      });
    }

    it(`of ${status} that is too long is told at once, and how long it is`, async () => {
      const server = await startTestServer(() => busy(status, { 'retry-after': '600' }));
      try {
        await withCluster(server, (cluster) =>
          assert.rejects(cluster.get(address), (error) => {
            assert.ok(error instanceof KapplyError, String(error));
            assert.match([error.message, ...error.suggestions].join('\n'), /come back later\n.*asks.* 10 minutes/);
            return true;
          }),
        );
        assert.equal(server.requests.length, 1);
      } finally {
        await server.close();
      }
    });
  }

  it('that is waited for long is told meanwhile, once', async () => {
    const warned: string[] = [];
    const server = await startTestServer((request) =>
      request.count === 1 ? busy(429, { 'retry-after': '30' }) : done(request),
    );
    const leaving = new AbortController();
    try {
      await withCluster(
        server,
        async (cluster) => {
          const asked = [cluster.get(address), cluster.list(configMaps, { namespace: 'shop' })];
          await Promise.allSettled(asked);
        },
        {
          signal: leaving.signal,
          warn: (text) => {
            warned.push(text);
            // Nobody waits half a minute for this test.
            setTimeout(() => leaving.abort(), 100);
          },
        },
      );
    } finally {
      await server.close();
    }
    assert.deepEqual(warned, ['the server is too busy (429) and asks to come back in 30 seconds: kapply waits']);
  });
});
