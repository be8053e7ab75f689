import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createApiClient } from '../../../src/cluster/requests/apiClient.js';
import { makeFixedAuthenticator } from '../../../src/cluster/auth/authenticator.js';
import { watchAll } from '../../../src/cluster/requests/watch.js';
import { openTransport } from '../../../src/net/openTransport.js';
import { defaultTiming } from '../../../src/net/timing.js';
import { configMaps } from '../testCluster.js';
import { startTestServer, type TestHandler } from '../testServer.js';

const silence = { checkMs: 60, longestMs: 120, lagMs: 40, pollMs: 20 };

/** What a watch of the server tells, as `name@version`, and what it warns of; ends after so many events. */
async function watched(
  handle: TestHandler,
  count: number,
): Promise<{ seen: string[]; warnings: string[]; lists: number }> {
  const server = await startTestServer(handle, { protocol: 'http' });
  const warnings: string[] = [];
  const client = createApiClient({
    concurrency: 64,
    identity: { server: server.url, context: undefined, kubectl: [] },
    basePath: '',
    authenticator: makeFixedAuthenticator({}),
    headers: {},
    open: () =>
      openTransport(
        () => Promise.resolve({ host: '127.0.0.1', port: server.port, tls: undefined, proxy: undefined }),
        'localhost',
        defaultTiming,
      ),
    requestTimeoutMs: 5_000,
    readTimeoutMs: 5_000,
    retryTimeouts: false,
    random: () => 0,
    now: Date.now,
    warn: (message) => warnings.push(message),
    lifetime: new AbortController(),
  });
  const stop = new AbortController();
  const seen: string[] = [];
  try {
    for await (const event of watchAll(client, configMaps, { signal: stop.signal }, () => 0, silence)) {
      seen.push(
        event.type === 'synced'
          ? 'synced'
          : `${event.object.metadata.name}@${event.object.metadata.resourceVersion ?? ''}`,
      );
      if (seen.length >= count) stop.abort();
    }
    assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
  } finally {
    client.close();
    await server.close();
  }
  return { seen, warnings, lists: server.requests.filter(({ url }) => !url.searchParams.has('watch')).length };
}

const object = (version: number): object => ({ metadata: { name: 'cfg', uid: 'u', resourceVersion: String(version) } });

describe('a silent watch', () => {
  for (const [what, answers] of [
    ['sends no headers', false],
    ['sends headers and nothing more', true],
  ] as const) {
    it(`that ${what} is held back: lists tell instead, and it is said once`, async () => {
      let version = 0;
      const { seen, warnings } = await watched(({ url, response }) => {
        if (url.searchParams.has('watch')) {
          if (answers) (response as ServerResponse).flushHeaders();
          return undefined;
        }
        version += 1;
        return { body: { metadata: { resourceVersion: String(version) }, items: [object(version)] } };
      }, 5);
      assert.deepEqual(seen, ['cfg@1', 'synced', 'cfg@2', 'cfg@3', 'cfg@4']);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /proxy holds them back/);
    });
  }

  it('that has nothing to tell is only asked about, less and less often', async () => {
    let watch: NodeJS.WritableStream | undefined;
    setTimeout(() => watch?.write(`${JSON.stringify({ type: 'MODIFIED', object: object(2) })}\n`), 500);
    const { seen, warnings, lists } = await watched(({ url, response }) => {
      if (!url.searchParams.has('watch')) return { body: { metadata: { resourceVersion: '1' }, items: [object(1)] } };
      watch = response;
      watch.write('\n');
      return undefined;
    }, 3);
    assert.deepEqual(seen, ['cfg@1', 'synced', 'cfg@2']);
    assert.deepEqual(warnings, []);
    assert.ok(lists >= 3 && lists <= 6, String(lists));
  });

  it('that lags a little behind a list is no held back one, and tells nothing twice', async () => {
    let watch: NodeJS.WritableStream | undefined;
    let lists = 0;
    const { seen, warnings } = await watched(({ url, response }) => {
      if (!url.searchParams.has('watch')) {
        lists += 1;
        if (lists === 2)
          setTimeout(() => watch?.write(`${JSON.stringify({ type: 'MODIFIED', object: object(2) })}\n`), 10);
        if (lists === 3)
          setTimeout(() => watch?.write(`${JSON.stringify({ type: 'MODIFIED', object: object(3) })}\n`), 10);
        return { body: { metadata: { resourceVersion: '1' }, items: [object(Math.min(lists, 2))] } };
      }
      watch = response;
      watch.write('\n');
      return undefined;
    }, 4);
    assert.deepEqual(seen, ['cfg@1', 'synced', 'cfg@2', 'cfg@3']);
    assert.deepEqual(warnings, []);
  });
});
