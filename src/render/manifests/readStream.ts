/** Reads what has no size before it ends: stdin, pipes, devices. */
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { openToRead } from '../../files/openToRead.js';
import { orAborted } from '../../net/abort.js';
import type { Budget } from '../budget.js';

export interface StreamLimits {
  /** What is read counts, and the time until it comes is waiting. */
  readonly budget: Budget;
  readonly signal: AbortSignal | undefined;
}

/** @throws KapplyError RenderBudgetExceeded where there is no end, and the reason of the signal */
export async function readStream(
  stream: AsyncIterable<Uint8Array | string>,
  { budget, signal }: StreamLimits,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const coming = iterator.next();
    const next = await budget.outside(signal === undefined ? coming : orAborted(coming, signal));
    if (next.done === true) return Buffer.concat(chunks);
    const chunk = typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
    budget.spend(0, chunk.length);
    await budget.breathe();
    chunks.push(chunk);
  }
}

const CHUNK_BYTES = 1 << 16;
const POLL_MS = 20;

/**
 * Reads a pipe or a device by its path (`-f <(command)`). Never within a call that blocks: a pipe that nobody writes to would keep
 * the process from ending, whatever signal comes.
 */
export async function readPipe(path: string, { budget }: StreamLimits): Promise<Uint8Array> {
  const handle = await openToRead(path);
  try {
    const isPipe = (await handle.stat()).isFIFO();
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = await readChunk(handle);
      // A pipe without a writer reads as one that has ended.
      if (chunk === undefined || (chunk.length === 0 && isPipe && chunks.length === 0)) {
        await budget.outside(pause(POLL_MS));
      } else if (chunk.length === 0) return Buffer.concat(chunks);
      else {
        budget.spend(0, chunk.length);
        chunks.push(chunk);
        await budget.breathe();
      }
    }
  } finally {
    await handle.close();
  }
}

/** Undefined where nothing has come yet. */
async function readChunk(handle: FileHandle): Promise<Uint8Array | undefined> {
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
