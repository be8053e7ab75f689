import assert from 'node:assert/strict';
import { resource } from '../../engine/fakeCluster.js';
import { withCluster } from '../testCluster.js';
import { startTestServer, type TestAnswer, type TestRequest, type TestServer } from '../testServer.js';

const pods = resource('v1', 'Pod', 'pods');
const at = (second: number, fraction = '000000000'): string => `2026-01-01T12:00:0${second}.${fraction}Z`;

/** What one request is answered with: text, then how it ends; or a refusal. */
interface Script {
  readonly text?: string;
  readonly end?: 'close' | 'reset';
  readonly refuse?: number;
}

describe('the log of a container', () => {
  let server: TestServer;
  let asked: string[] = [];
  /** `ends`: from which request on the container has ended. */
  async function follow(scripts: readonly Script[], ends: number): Promise<string[]> {
    const left = [...scripts];
    asked = [];
    server = await startTestServer(
      ({ url, response, reset }: TestRequest): TestAnswer | undefined => {
        asked.push(url.searchParams.get('sinceTime') ?? '');
        const { text = '', end = 'close', refuse } = left.shift() ?? {};
        if (refuse !== undefined) return { status: refuse, body: { kind: 'Status', code: refuse, message: 'no' } };
        response.writeHead(200, { 'content-type': 'text/plain' });
        const out = response as NodeJS.WritableStream;
        out.write(text);
        if (end === 'close') out.end();
        else setTimeout(() => reset(2), 20);
        return undefined;
      },
      { protocol: 'http' },
    );
    return withCluster(server, async (cluster) => {
      const lines: string[] = [];
      let requests = 0;
      const log = cluster.followLog({
        pod: { resource: pods, namespace: 'shop', name: 'migrate-x' },
        container: 'app',
        hasEnded: () => (requests += 1) > ends,
        signal: new AbortController().signal,
      });
      for await (const line of log) lines.push(line);
      return lines;
    });
  }
  afterEach(() => server.close());

  it('is told line by line, the last one also without its break', async () => {
    assert.deepEqual(await follow([{ text: `${at(1)} one\n${at(1)} \n${at(2)} two` }], 0), ['one', '', 'two']);
  });

  // The first wait between two requests is a second of the real clock.
  it('goes on where it broke off, and says nothing twice: not of the same second, nor of the same instant', async () => {
    const lines = await follow(
      [
        { text: `${at(1)} a\n${at(2)} b\n${at(2)} b\n`, end: 'reset' },
        { text: `${at(2)} b\n${at(2)} b\n${at(2)} b\n${at(2, '5')} c\n` },
      ],
      1,
    );
    assert.deepEqual(lines, ['a', 'b', 'b', 'b', 'c']);
    assert.deepEqual(asked, ['', '2026-01-01T12:00:02Z']);
  });

  it('compares times of any offset, and takes a line without one as it is', async () => {
    const text = '2026-01-01T13:00:01.5+01:00 a\nfailed to watch file\n2026-01-01T99:99:99Z odd\n';
    assert.deepEqual(await follow([{ text }], 0), ['a', 'failed to watch file', '2026-01-01T99:99:99Z odd']);
  });

  it('says nothing twice where a kubelet tells no times', async () => {
    assert.deepEqual(await follow([{ text: 'a\nb\n' }, { text: 'a\nb\nc\n' }], 1), ['a', 'b', 'c']);
  });

  it('waits for a container that will start', async () => {
    assert.deepEqual(await follow([{ refuse: 400 }, { text: `${at(1)} a\n` }], 1), ['a']);
  });

  for (const code of [403, 404]) {
    it(`ends with what the server refuses: ${code}`, async () => {
      await assert.rejects(follow([{ refuse: code }], 9), { httpStatus: code });
    });
  }

  it('cuts a line of a megabyte', async () => {
    const [line = '', next] = await follow([{ text: `${at(1)} ${'x'.repeat(1 << 20)}\n${at(2)} b\n` }], 0);
    assert.ok(line.length < 8200 && line.endsWith('…'), String(line.length));
    assert.equal(next, 'b');
  });
});
