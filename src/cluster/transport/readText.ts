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
    const broken = (cause?: unknown): void => {
      reject(
        cause instanceof TransportError
          ? cause
          : new TransportError('perhaps', codeOf(cause) || 'ECONNRESET', 'the answer ended too early', cause),
      );
    };
    body.on('data', (chunk: Buffer) => chunks.push(chunk));
    body.once('error', broken);
    body.once('end', () => {
      if (response.body.errored === null && !wasCut(response)) resolve(Buffer.concat(chunks).toString('utf8'));
      else broken(response.body.errored);
    });
    body.once('close', () => broken());
  });
}

/** A reset HTTP/2 stream and a closed HTTP/1.1 connection both end the body as if it were complete. */
function wasCut(response: HttpResponse): boolean {
  const body = response.body as Readable & { readonly aborted?: boolean; readonly complete?: boolean };
  return body.aborted === true || body.complete === false;
}
