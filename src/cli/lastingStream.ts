import type { Writable } from 'node:stream';

/**
 * Lets a run outlive the stream that it writes to: what cannot be written is dropped, and a deploy still finishes. A reader
 * who has gone (EPIPE: `kapply render | head`) wanted no more; anything else (ENOSPC: the log's disk is full) is a failure.
 * @returns the code of the first failure, such as `ENOSPC`; undefined where there was none
 */
export function lasting(stream: Writable): () => string | undefined {
  let failure: string | undefined;
  const remember = (error: NodeJS.ErrnoException): void => {
    const code = error.code ?? 'UNKNOWN';
    // Whatever is written after the failure fails because of it.
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') failure ??= code;
  };
  stream.on('error', remember);
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  // Node writes to files at once, and throws where that fails (SyncWriteStream): no event tells of it.
  stream.write = (...given: unknown[]): boolean => {
    try {
      return write(...given);
    } catch (error) {
      remember(error as NodeJS.ErrnoException);
      const done = given.at(-1);
      if (typeof done === 'function') queueMicrotask(() => (done as () => void)());
      return true;
    }
  };
  return () => failure;
}
