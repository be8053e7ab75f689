import { pipeline, type Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { discard } from './discard.js';
import { codeOf, TransportError, type HttpResponse } from './http.js';

/** The body, unpacked where the server packed it (kube-apiserver: answers above 128 KB). */
function unpack(response: HttpResponse): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response.body;
  // A watch's events must come through as they are flushed. The error arrives through the stream that is returned.
  return pipeline(response.body, createGunzip({ flush: constants.Z_SYNC_FLUSH }), () => undefined);
}

/**
 * What comes of a body, unpacked, as it comes. However the loop over it is left, the rest is discarded: a loop over the stream itself would
 * reset it at once (net/discard).
 */
export async function* chunksOf(response: HttpResponse): AsyncGenerator<Buffer> {
  try {
    yield* unpack(response).iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } finally {
    discard(response.body);
  }
}

/** The whole body as text; see readBytes. */
export async function readText(response: HttpResponse, mostBytes: number): Promise<string> {
  return (await readBytes(response, mostBytes)).toString('utf8');
}

/**
 * The whole body.
 * @param mostBytes counted after unpacking: a kilobyte can unpack to a megabyte
 * @throws TransportError `ERESPONSETOOLARGE` beyond that, others where it ends too early
 */
export function readBytes(response: HttpResponse, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body = unpack(response);
    const chunks: Buffer[] = [];
    let length = 0;
    const arrived = watchArrival(response);
    const broken = (cause: unknown): void => {
      reject(
        cause instanceof TransportError
          ? cause
          : new TransportError('perhaps', codeOf(cause) || 'ECONNRESET', 'the answer ended too early', cause),
      );
    };
    const finish = (): void => {
      if (arrived.isWhole()) resolve(Buffer.concat(chunks));
      else broken(response.body.errored);
    };
    body.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= mostBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(tooLarge(mostBytes));
      discard(body);
      discard(response.body);
    });
    body.once('error', broken);
    // Only at its close is it known whether a stream was reset: a reset ends the body as if it were complete.
    body.once('end', () => {
      if (response.body.closed) finish();
      else response.body.once('close', finish);
    });
    body.once('close', () => {
      if (!body.readableEnded) broken(body.errored);
    });
  });
}

/** The error for an answer, or a line of one, beyond what is read. */
export function tooLarge(mostBytes: number): TransportError {
  return new TransportError('perhaps', 'ERESPONSETOOLARGE', `the answer is larger than ${mostBytes} bytes`);
}

/**
 * Watches how a body ends, before it is unpacked: whole is what no reset, and no end of the connection, cut short, and what is
 * as long as its head said. A proxy whose server went away ends a stream of HTTP/2 as if it were complete, and Node lets that pass.
 */
function watchArrival({ body, headers }: HttpResponse): { readonly isWhole: () => boolean } {
  let length = 0;
  body.on('data', (chunk: Buffer) => (length += chunk.length));
  return {
    isWhole: () => {
      const { rstCode = 0, complete = true } = body as Readable & { rstCode?: number; complete?: boolean };
      const announced = headers['content-length'];
      const isShort = announced !== undefined && length < Number(announced);
      return body.errored === null && rstCode === 0 && complete && !isShort;
    },
  };
}
