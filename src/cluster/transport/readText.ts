import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf, TransportError, type HttpResponse } from './http.js';

/** The body, unpacked where the server packed it (kube-apiserver: answers above 128 KB). */
export function unpacked(response: HttpResponse): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response.body;
  // The error arrives through the stream that is returned; there is nothing to add here.
  return pipeline(response.body, createGunzip(), () => undefined);
}

/** The whole body. Rejects with a TransportError when it ends too early. */
export function readText(response: HttpResponse): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = unpacked(response);
    const chunks: Buffer[] = [];
    const broken = (cause: unknown): void => {
      reject(
        cause instanceof TransportError
          ? cause
          : new TransportError('perhaps', codeOf(cause) || 'ECONNRESET', 'the answer ended too early', cause),
      );
    };
    const finish = (): void => {
      if (isWhole(response)) resolve(Buffer.concat(chunks).toString('utf8'));
      else broken(response.body.errored);
    };
    body.on('data', (chunk: Buffer) => chunks.push(chunk));
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

/** False for a reset HTTP/2 stream, and for an HTTP/1.1 connection that ended within the body. */
function isWhole({ body }: HttpResponse): boolean {
  const { rstCode = 0, complete = true } = body as Readable & { rstCode?: number; complete?: boolean };
  return body.errored === null && rstCode === 0 && complete;
}
