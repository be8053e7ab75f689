import type { Readable } from 'node:stream';

/**
 * Runs a task when nothing that came on a connection is being read. nghttp2 must not send while it reads (nghttp2_session_mem_recv:
 * no callback may call mem_send), and Node does both: promises that wait for what came go on inside of the read, and whoever
 * resets a stream there sends at once, which frees the stream that nghttp2 goes on to read. Node 20 then crashes, if rarely
 * (docs/decisions/0268-no-stream-is-reset-while-it-is-read.md).
 */
export function afterReading(task: () => void): void {
  setImmediate(task);
}

/** Ends a body that nobody reads to its end. */
export function discard(body: Readable): void {
  afterReading(() => void body.destroy());
}
