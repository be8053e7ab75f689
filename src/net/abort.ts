import { TransportError } from './http.js';

/** Who listens to a signal, and the one listener that Node knows of. */
interface Listeners {
  readonly all: Set<() => void>;
  readonly tell: () => void;
}

const listening = new WeakMap<AbortSignal, Listeners>();

/**
 * Calls once the signal aborts, which it must not have yet; returns what ends that. To Node all who listen are one: it walks through the
 * listeners of a signal for each that comes and each that goes, and hundreds of requests listen to that of a run.
 */
function onAbort(signal: AbortSignal, call: () => void): () => void {
  const { all, tell } = listening.get(signal) ?? listen(signal);
  all.add(call);
  return () => {
    all.delete(call);
    // A signal that somebody listens to is kept alive.
    if (all.size > 0 || listening.get(signal)?.all !== all) return;
    signal.removeEventListener('abort', tell);
    listening.delete(signal);
  };
}

function listen(signal: AbortSignal): Listeners {
  const all = new Set<() => void>();
  const tell = (): void => {
    for (const call of all) call();
  };
  const listeners = { all, tell };
  listening.set(signal, listeners);
  signal.addEventListener('abort', tell, { once: true });
  return listeners;
}

/** A signal that follows others and a time-out, and lets go of them when released: AbortSignal.any would pile up on a long-lived one. */
export function boundSignal(
  sources: readonly (AbortSignal | undefined)[],
  timeoutMs: number | undefined,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const followed = sources.filter((source) => source !== undefined);
  let timer: NodeJS.Timeout | undefined;
  let ends: readonly (() => void)[] = [];
  const release = (): void => {
    clearTimeout(timer);
    for (const end of ends) end();
  };
  const abort = (reason: unknown): void => {
    release();
    controller.abort(reason);
  };
  const aborted = followed.find((source) => source.aborted);
  if (aborted !== undefined) {
    abort(aborted.reason);
    return { signal: controller.signal, release };
  }
  ends = followed.map((source) => onAbort(source, () => abort(source.reason)));
  if (timeoutMs !== undefined) {
    timer = setTimeout(() => {
      abort(new TransportError('perhaps', 'EREQUESTTIMEOUT', `no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  }
  return { signal: controller.signal, release };
}

/** The promise's outcome, or the reason of the signal as soon as it aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return untilAborted(promise, [signal]);
}

/** The promise's outcome, or the reason of the first signal that aborts; of those that have, the first of the list. */
export function untilAborted<T>(promise: Promise<T>, signals: readonly (AbortSignal | undefined)[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const followed = signals.filter((signal) => signal !== undefined);
    let ends: readonly (() => void)[] = [];
    const release = (): void => {
      for (const end of ends) end();
    };
    const abort = (signal: AbortSignal): void => {
      release();
      reject(signal.reason as Error);
    };
    const aborted = followed.find((signal) => signal.aborted);
    if (aborted === undefined) ends = followed.map((signal) => onAbort(signal, () => abort(signal)));
    else abort(aborted);
    promise.finally(release).then(resolve, reject);
  });
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
