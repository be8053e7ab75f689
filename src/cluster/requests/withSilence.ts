import { boundSignal } from '../../net/abort.js';

/**
 * What a source yields, and 'silence' whenever it has yielded nothing for a while. Ending the loop ends the source, by
 * its signal: it may be waiting for something that never comes.
 * @param patience asked before each wait, in ms
 */
export async function* withSilence<T>(
  source: (signal: AbortSignal) => AsyncGenerator<T>,
  signal: AbortSignal,
  patience: () => number,
): AsyncGenerator<T | 'silence'> {
  const over = new AbortController();
  const either = boundSignal([signal, over.signal], undefined);
  const items = source(either.signal);
  let pending: Promise<IteratorResult<T>> | undefined;
  try {
    for (;;) {
      pending ??= items.next();
      const result = await orSilence(pending, patience());
      if (result === 'silence') {
        yield 'silence';
        continue;
      }
      pending = undefined;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    over.abort();
    either.release();
    // It ends with the signal's reason, of which nobody here wants to hear.
    pending?.catch(() => undefined);
    void items.return(undefined);
  }
}

async function orSilence<T>(promise: Promise<T>, ms: number): Promise<T | 'silence'> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'silence'>((resolve) => {
    timer = setTimeout(() => resolve('silence'), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
