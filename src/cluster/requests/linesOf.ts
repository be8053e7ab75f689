import { StringDecoder } from 'node:string_decoder';
import { codeOf, TransportError } from '../../net/http.js';
import { tooLarge } from '../../net/readBody.js';
import { elapsedMs } from '../../net/timing.js';

/** A line holds one object, which etcd keeps below 1.5 MB unless it was told otherwise. */
const MOST_LENGTH = 32 << 20;
/** How long lines are handed out without letting timers and signals have their turn, in ms. */
const TURN_MS = 10;

/**
 * Whole lines; what follows the last break was cut off and is dropped.
 * @throws TransportError where the stream breaks, and for a line without an end
 */
export async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let pending: string[] = [];
  let length = 0;
  let turn = elapsedMs();
  try {
    for await (const chunk of body) {
      const pieces = decoder.write(chunk).split('\n');
      const last = pieces.pop() ?? '';
      for (const piece of pieces) {
        const line = pending.join('') + piece;
        pending = [];
        length = 0;
        if (line !== '') yield line;
        if (elapsedMs() - turn < TURN_MS) continue;
        // A flood of events resolves promise after promise, and neither a time-out nor Ctrl-C would ever be heard.
        await new Promise((resolve) => setImmediate(resolve));
        turn = elapsedMs();
      }
      pending.push(last);
      length += last.length;
      if (length > MOST_LENGTH) throw tooLarge(MOST_LENGTH);
    }
  } catch (error) {
    throw error instanceof Error && codeOf(error) === ''
      ? error
      : new TransportError('perhaps', codeOf(error), 'the watch broke off', error);
  }
}
