import { TransportError } from './http.js';

/** A signal that follows others and a time-out, and lets go of them when released: AbortSignal.any would pile up on a long-lived one. */
export function boundSignal(
  sources: readonly (AbortSignal | undefined)[],
  timeoutMs: number | undefined,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const followed = sources.filter((source) => source !== undefined);
  let timer: NodeJS.Timeout | undefined;
  const abort = (reason: unknown): void => {
    release();
    controller.abort(reason);
  };
  const follow = (event: Event): void => abort((event.target as AbortSignal).reason);
  const release = (): void => {
    clearTimeout(timer);
    for (const source of followed) source.removeEventListener('abort', follow);
  };
  const aborted = followed.find((source) => source.aborted);
  if (aborted !== undefined) {
    abort(aborted.reason);
    return { signal: controller.signal, release };
  }
  for (const source of followed) source.addEventListener('abort', follow, { once: true });
  if (timeoutMs !== undefined) {
    timer = setTimeout(() => {
      abort(new TransportError('perhaps', 'EREQUESTTIMEOUT', `no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  }
  return { signal: controller.signal, release };
}

/** The promise's outcome, or the reason of the signal as soon as it aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The promise's outcome, or the reason of the first signal that aborts. */
export async function untilAborted<T>(promise: Promise<T>, signals: readonly (AbortSignal | undefined)[]): Promise<T> {
  const bounded = boundSignal(signals, undefined);
  try {
    return await orAborted(promise, bounded.signal);
  } finally {
    bounded.release();
  }
}

/** Waits; rejects with the reason of the first signal that aborts. */
export async function pause(ms: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await untilAborted(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))), signals);
  } finally {
    clearTimeout(timer);
  }
}
