import { StringDecoder } from 'node:string_decoder';
import { elapsedMs } from '../../net/timing.js';

/** Characters of one line of a log; the rest of it is left out. A program may write a megabyte without a line break. */
const MOST_LENGTH = 8192;
/** How long lines are handed out without letting timers and signals have their turn, in ms. */
const TURN_MS = 10;

/** The lines of a log, also the last one, which need not be complete: a program may end without a line break. */
export async function* logLines(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let isCut = false;
  let turn = elapsedMs();
  const add = (text: string): void => {
    if (pending.length + text.length > MOST_LENGTH) isCut = true;
    pending += text.slice(0, MOST_LENGTH - pending.length);
  };
  const take = (): string => {
    const line = isCut ? `${pending}…` : pending;
    pending = '';
    isCut = false;
    return line;
  };
  for await (const chunk of body) {
    const pieces = decoder.write(chunk).split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      add(piece);
      yield take();
      if (elapsedMs() - turn < TURN_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turn = elapsedMs();
    }
    add(last);
  }
  add(decoder.end());
  if (pending !== '') yield take();
}
