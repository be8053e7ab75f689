import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../src/cluster/apiError.js';
import type { WatchEvent, WatchOptions } from '../../../src/cluster/cluster.js';
import { configMaps, withCluster } from '../testCluster.js';
import { startTestServer, type TestAnswer, type TestRequest, type TestServer } from '../testServer.js';

const object = (name: string, version: number, uid = `uid-${name}`): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', uid, resourceVersion: String(version) },
});
const list = (version: number, ...items: object[]): TestAnswer => ({
  body: { metadata: { resourceVersion: String(version) }, items },
});
const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };

/** What one watch request is answered with: events, then how it ends. */
interface WatchScript {
  readonly events: readonly (readonly [type: string, object: object])[];
  readonly end: 'close' | 'reset' | 'stay';
}

/** Lists and watches, each taken in order; the last list serves again. */
function scripted(lists: readonly TestAnswer[], watches: readonly WatchScript[]) {
  const asked: string[] = [];
  const left = [...watches];
  const leftLists = [...lists];
  const handle = ({ url, response, reset }: TestRequest): TestAnswer | undefined => {
    if (!url.searchParams.has('watch')) {
      asked.push('list');
      return (leftLists.length > 1 ? leftLists.shift() : leftLists[0]) ?? { status: 500 };
    }
    asked.push(`watch ${url.searchParams.get('resourceVersion') ?? ''}`);
    const script = left.shift() ?? { events: [], end: 'stay' };
    response.writeHead(200, { 'content-type': 'application/json' });
    const out = response as NodeJS.WritableStream;
    for (const [type, value] of script.events) out.write(`${JSON.stringify({ type, object: value })}\n`);
    if (script.end === 'close') out.end();
    if (script.end === 'reset') setTimeout(() => reset(2), 20);
    return undefined;
  };
  return { handle, asked };
}

const short = (event: WatchEvent): string =>
  event.type === 'synced'
    ? 'synced'
    : `${event.type} ${event.object.metadata.name}@${event.object.metadata.resourceVersion ?? ''}`;

/** The first `count` events, then the signal aborts and the watch must end by itself. */
async function take(server: TestServer, count: number, options: Partial<WatchOptions> = {}): Promise<string[]> {
  return withCluster(server, async (cluster) => {
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const event of cluster.watch(configMaps, { namespace: 'shop', ...options, signal: abort.signal })) {
      seen.push(short(event));
      if (seen.length === count) abort.abort();
    }
    return seen;
  });
}

for (const protocol of ['h2', 'http'] as const) {
  describe(`a watch over ${protocol}`, () => {
    let server: TestServer;
    const serve = async (script: ReturnType<typeof scripted>): Promise<void> => {
      server = await startTestServer(script.handle, { protocol });
    };
    afterEach(() => server.close());

    it('lists, says so, and goes on from the version of the list', async () => {
      const script = scripted(
        [list(5, object('a', 1), object('b', 2))],
        [
          {
            events: [
              ['ADDED', object('c', 6)],
              ['MODIFIED', object('a', 7)],
              ['DELETED', object('b', 8)],
            ],
            end: 'stay',
          },
        ],
      );
      await serve(script);
      assert.deepEqual(await take(server, 6, { labelSelector: 'app=x', fieldSelector: 'metadata.name!=z' }), [
        'changed a@1',
        'changed b@2',
        'synced',
        'changed c@6',
        'changed a@7',
        'deleted b@8',
      ]);
      assert.deepEqual(script.asked, ['list', 'watch 5']);
      for (const { url } of server.requests) {
        assert.equal(url.searchParams.get('labelSelector'), 'app=x');
        assert.equal(url.searchParams.get('fieldSelector'), 'metadata.name!=z');
      }
      const query = server.requests[1]?.url.searchParams;
      assert.equal(query?.get('allowWatchBookmarks'), 'true');
      assert.ok(Number(query.get('timeoutSeconds')) >= 300);
    });

    for (const end of ['close', 'reset'] as const) {
      it(`resumes after a ${end} from the last bookmark or event, without a new list`, async () => {
        const script = scripted(
          [list(5)],
          [
            {
              events: [
                ['ADDED', object('a', 6)],
                ['BOOKMARK', object('', 9)],
              ],
              end,
            },
            { events: [['ADDED', object('b', 10)]], end },
            { events: [['ADDED', object('c', 11)]], end: 'stay' },
          ],
        );
        await serve(script);
        assert.deepEqual(await take(server, 4), ['synced', 'changed a@6', 'changed b@10', 'changed c@11']);
        assert.deepEqual(script.asked, ['list', 'watch 5', 'watch 9', 'watch 10']);
      });
    }

    it('lists anew after 410 and tells only the difference', async () => {
      const script = scripted(
        [
          list(5, object('gone', 1), object('same', 2), object('moved', 3), object('reborn', 4, 'old-uid')),
          list(20, object('same', 2), object('moved', 12), object('new', 13), object('reborn', 14, 'new-uid')),
        ],
        [{ events: [['ERROR', gone]], end: 'close' }],
      );
      await serve(script);
      assert.deepEqual((await take(server, 10)).slice(4), [
        'synced',
        'deleted gone@1',
        'deleted reborn@4',
        'changed moved@12',
        'changed new@13',
        'changed reborn@14',
      ]);
    });

    it('lists anew when the watch itself is answered with 410', async () => {
      let watches = 0;
      server = await startTestServer(
        ({ url, response }) => {
          if (!url.searchParams.has('watch')) return list(5 + watches, object('a', 1 + watches));
          watches += 1;
          if (watches === 1) return { status: 410, body: gone };
          response.writeHead(200, { 'content-type': 'application/json' });
          return undefined;
        },
        { protocol },
      );
      assert.deepEqual(await take(server, 3), ['changed a@1', 'synced', 'changed a@2']);
    });

    it('outlives a server that is away for a while', async () => {
      let away = 0;
      server = await startTestServer(
        ({ url, response }) => {
          if (!url.searchParams.has('watch')) return list(5);
          if (away < 3) {
            away += 1;
            return { status: 500, body: 'upgrading' };
          }
          response.writeHead(200, { 'content-type': 'application/json' });
          (response as NodeJS.WritableStream).write(`${JSON.stringify({ type: 'ADDED', object: object('a', 6) })}\n`);
          return undefined;
        },
        { protocol },
      );
      assert.deepEqual(await take(server, 2), ['synced', 'changed a@6']);
      assert.equal(away, 3);
    });

    it('takes events that come in pieces', async () => {
      server = await startTestServer(
        ({ url, response }) => {
          if (!url.searchParams.has('watch')) return list(5);
          response.writeHead(200, { 'content-type': 'application/json' });
          const bytes = Buffer.from(
            [object('ä😀', 6), object('b', 7)].map((o) => `${JSON.stringify({ type: 'ADDED', object: o })}\n`).join(''),
          );
          void (async () => {
            for (let at = 0; at < bytes.length; at += 7) {
              (response as NodeJS.WritableStream).write(bytes.subarray(at, at + 7));
              await sleep(1);
            }
          })();
          return undefined;
        },
        { protocol },
      );
      assert.deepEqual(await take(server, 3), ['synced', 'changed ä😀@6', 'changed b@7']);
    });

    it('is not a tight loop when the server ends every watch at once', async () => {
      const script = scripted(
        [list(5)],
        Array.from({ length: 100 }, () => ({ events: [], end: 'close' as const })),
      );
      await serve(script);
      await withCluster(server, async (cluster) => {
        const abort = new AbortController();
        setTimeout(() => abort.abort(), 500);
        const seen: string[] = [];
        for await (const event of cluster.watch(configMaps, { signal: abort.signal })) seen.push(event.type);
        assert.deepEqual(seen, ['synced']);
      });
      assert.ok(script.asked.length < 8, script.asked.join());
    });

    it('throws what the first list is refused with', async () => {
      const body = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' };
      server = await startTestServer(() => ({ status: 403, body }), { protocol });
      await assert.rejects(take(server, 1), (error) => error instanceof ApiError && error.code === 'Forbidden');
    });

    it('throws when it is forbidden later on', async () => {
      const forbidden = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' };
      await serve(scripted([list(5)], [{ events: [['ERROR', forbidden]], end: 'close' }]));
      await assert.rejects(take(server, 9), { code: 'Forbidden' });
    });

    it('ends without an error before its first request when aborted already', async () => {
      await serve(scripted([list(5)], []));
      await withCluster(server, async (cluster) => {
        for await (const event of cluster.watch(configMaps, { signal: AbortSignal.abort() })) assert.fail(event.type);
      });
      assert.equal(server.requests.length, 0);
    });

    it('can be left by its reader', async () => {
      await serve(scripted([list(5, object('a', 1))], []));
      await withCluster(server, async (cluster) => {
        const { signal } = new AbortController();
        for await (const event of cluster.watch(configMaps, { signal })) if (event.type === 'synced') break;
      });
    });

    it('watches metadata alone', async () => {
      const secret = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"x"}}', other: 'y' };
      const partial = {
        apiVersion: 'meta.k8s.io/v1',
        kind: 'PartialObjectMetadata',
        metadata: { name: 'a', uid: '1', resourceVersion: '6', annotations: secret },
      };
      await serve(
        scripted(
          [{ body: { metadata: { resourceVersion: '5' }, items: null } }],
          [{ events: [['ADDED', partial]], end: 'stay' }],
        ),
      );
      await withCluster(server, async (cluster) => {
        const abort = new AbortController();
        const events = cluster.watch(configMaps, { signal: abort.signal, metadataOnly: true });
        for await (const event of events) {
          if (event.type === 'synced') continue;
          assert.deepEqual(event.object, {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: {
              name: 'a',
              uid: '1',
              resourceVersion: '6',
              annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '', other: 'y' },
            },
          });
          abort.abort();
        }
      });
      const accepted = server.requests.map(({ headers }) => headers.accept);
      assert.ok(accepted[0]?.includes('as=PartialObjectMetadataList'));
      assert.ok(accepted[1]?.includes('as=PartialObjectMetadata;'));
    });
  });
}
