import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { connect, createServer as createSilent, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { TransportError, type HttpRequest } from '../../src/net/http.js';
import { openHttp2Session, type Http2Session } from '../../src/net/http2Session.js';
import type { Timing } from '../../src/net/timing.js';

type Answer = (stream: ServerHttp2Stream, session: ServerHttp2Session, socket: Socket | undefined) => void;

const ok: Answer = (stream) => {
  stream.respond({ ':status': 200 });
  stream.end('answer');
};
const silent: Answer = () => undefined;
const get: HttpRequest = { method: 'GET', path: '/api', headers: {} };
/** Long enough that no test meets it. */
const PATIENT: Timing = {
  connectMs: 10_000,
  pingAfterMs: 10_000,
  pingTimeoutMs: 10_000,
  requestMs: 10_000,
  readMs: 10_000,
};

interface Peer {
  readonly session: Http2Session;
  /** The paths that the server saw. */
  readonly seen: string[];
}

/** Streams that the server allows at once. */
const MOST_STREAMS = 3;

/** A session with a server, over a socket without TLS: what follows after ALPN is the same. */
async function withPeer(answer: Answer, use: (peer: Peer) => Promise<void>): Promise<void> {
  const server = createServer({ settings: { maxConcurrentStreams: MOST_STREAMS } });
  const seen: string[] = [];
  let accepted: Socket | undefined;
  server.on('connection', (socket: Socket) => (accepted = socket));
  server.on('stream', (stream, headers) => {
    // What a test does to a stream may well be an error to the server.
    stream.on('error', () => undefined);
    seen.push(String(headers[':path']));
    answer(stream, stream.session as ServerHttp2Session, accepted);
  });
  await withSession(server, PATIENT, (session) => use({ session, seen }));
}

async function withSession(
  server: Server,
  timing: Timing,
  use: (session: Http2Session) => Promise<void>,
): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const session = openHttp2Session(socket, 'api.example', timing);
  try {
    await use(session);
  } finally {
    session.destroy();
    server.close();
  }
}

/** One request from its start to its end. */
async function ask(session: Http2Session): Promise<void> {
  const { body } = await session.send(get);
  const closed = once(body, 'close');
  await text(body);
  await closed;
}

/** The first request gets one answer, all others another one. */
const first =
  (one: Answer, others: Answer): Answer =>
  (stream, ...rest) =>
    (stream.id === 1 ? one : others)(stream, ...rest);

const failures: readonly [what: string, answer: Answer, reached: TransportError['reached'], code: RegExp][] = [
  ['refuses the stream', (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM), 'server', /./],
  ['breaks the stream off', (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR), 'perhaps', /^ERR_HTTP2/],
  ['cancels the stream', (stream) => stream.close(constants.NGHTTP2_CANCEL), 'perhaps', /./],
  ['ends the connection', (_stream, _session, socket) => socket?.destroy(), 'perhaps', /./],
  ['goes away before this stream', (_stream, session) => session.goaway(constants.NGHTTP2_NO_ERROR, 1), 'server', /./],
  [
    'fails as a whole',
    (_stream, session) => session.destroy(undefined, constants.NGHTTP2_PROTOCOL_ERROR),
    'perhaps',
    /./,
  ],
];

describe('an HTTP/2 session', () => {
  it('sends a request and gives the head of the answer, then its body', () =>
    withPeer(ok, async ({ session, seen }) => {
      const { status, body } = await session.send(get);
      assert.deepEqual([status, await text(body), seen], [200, 'answer', ['/api']]);
    }));

  for (const [what, answer, reached, code] of failures) {
    it(`says how far a request got where the server ${what}: ${reached}`, () =>
      withPeer(first(ok, answer), async ({ session }) => {
        await ask(session);
        await assert.rejects(session.send(get), (error) => {
          assert.ok(error instanceof TransportError);
          assert.equal(error.reached, reached);
          assert.match(error.code, code);
          return true;
        });
      }));
  }

  it('has sent nothing on a session that is over', () =>
    withPeer(ok, async ({ session, seen }) => {
      session.destroy();
      assert.deepEqual([session.hasRoom(), session.isOver()], [false, true]);
      await assert.rejects(session.send(get), { name: 'TransportError', reached: 'server' });
      assert.deepEqual(seen, []);
    }));

  it('has room for as many streams as the server allows', () =>
    withPeer(first(ok, silent), async ({ session }) => {
      await ask(session);
      const waiting: Promise<unknown>[] = [];
      const room: boolean[] = [];
      for (let sent = 0; sent < MOST_STREAMS; sent++) {
        room.push(session.hasRoom());
        waiting.push(session.send(get).catch(() => undefined));
      }
      assert.deepEqual([...room, session.hasRoom()], [true, true, true, false]);
      session.destroy();
      await Promise.all(waiting);
    }));

  it('has no room once the server goes away, and still gives the answers of before', () =>
    withPeer(
      (stream, session) => {
        session.goaway(constants.NGHTTP2_NO_ERROR);
        stream.respond({ ':status': 200 });
        // Behind the GOAWAY on its way to the client.
        setImmediate(() => stream.end('answer'));
      },
      async ({ session }) => {
        const answer = await session.send(get);
        assert.equal(session.hasRoom(), false);
        assert.equal(await text(answer.body), 'answer');
      },
    ));

  it('sends nothing for a signal that has aborted', () =>
    withPeer(ok, async ({ session, seen }) => {
      const reason = new Error('enough');
      await assert.rejects(session.send({ ...get, signal: AbortSignal.abort(reason) }), reason);
      assert.deepEqual(seen, []);
    }));

  it('cancels the one stream whose signal aborts', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    let cancelled: Promise<unknown> | undefined;
    await withPeer(
      first((stream) => {
        cancelled = once(stream, 'close').then(() => stream.rstCode);
        controller.abort(reason);
      }, ok),
      async ({ session }) => {
        await assert.rejects(session.send({ ...get, signal: controller.signal }), reason);
        assert.equal(await cancelled, constants.NGHTTP2_CANCEL);
        await ask(session);
      },
    );
  });

  it('ends where a server with a request in its hands answers no ping', () =>
    withSession(createSilent(), { ...PATIENT, pingAfterMs: 5, pingTimeoutMs: 20 }, async (session) => {
      await assert.rejects(session.send(get), { name: 'TransportError', reached: 'perhaps', code: 'ETIMEDOUT' });
      assert.equal(session.isOver(), true);
    }));
});
