/**
 * Time that passes only when nothing else is left to do: every timer of this process, the sandbox's, the engine's and the
 * reporters', hangs on it while it is installed. A minute of waiting takes milliseconds, and happens alike each time.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';

export interface SimulatedTime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Lets the work go on, moving the time to the next timer whenever nothing else happens. `activity` changes while something does. */
  readonly run: <T>(work: Promise<T>, activity: () => unknown) => Promise<T>;
  /** Moves on to a time; what is due on the way is called, each interval at most once. */
  readonly moveTo: (time: number) => Promise<void>;
  /** Gives the real timers back. */
  readonly uninstall: () => void;
}

interface Timer {
  at: number;
  readonly ms: number;
  readonly repeats: boolean;
  readonly callback: () => void;
}

/** Turns of the event loop in which nothing is seen to happen: what is written to a socket of this process arrives in the next one. */
const IDLE_TURNS = 12;

const realImmediate = setImmediate;
const turn = (): Promise<void> => new Promise((resolve) => realImmediate(resolve));

/** Takes over all timers until `uninstall`. */
export function installTime(start: number): SimulatedTime {
  let time = start;
  let waiting: Timer[] = [];
  const add = (callback: () => void, ms = 0, repeats = false): object => {
    const timer: Timer = { at: time + Math.max(1, ms), ms: Math.max(1, ms), repeats, callback };
    waiting.push(timer);
    const handle = { ref: () => handle, unref: () => handle, hasRef: () => true, [TIMER]: timer };
    return handle;
  };
  const remove = (handle: unknown): void => {
    const timer = (handle as { [TIMER]?: Timer } | undefined)?.[TIMER];
    waiting = waiting.filter((other) => other !== timer);
  };
  const fire = (timer: Timer): void => {
    waiting = waiting.filter((other) => other !== timer);
    time = Math.max(time, timer.at);
    if (timer.repeats) waiting.push(Object.assign(timer, { at: time + timer.ms }));
    timer.callback();
  };
  const next = (until: number): Timer | undefined =>
    waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  const uninstall = replaceTimers(add, remove, () => time);

  const run: SimulatedTime['run'] = async (work, activity) => {
    const over = new AbortController();
    const watched = work.finally(() => over.abort());
    watched.catch(() => undefined);
    while (!over.signal.aborted) {
      await untilIdle(activity, over.signal);
      const timer = next(Infinity);
      // Read anew: the work may have ended while the process became idle.
      if (timer !== undefined && !(over.signal.aborted as boolean)) fire(timer);
    }
    return watched;
  };
  const moveTo: SimulatedTime['moveTo'] = async (until) => {
    // What repeats is called once, at the end: a spinner of half a minute would be drawn 300 times.
    const once = (): Timer | undefined =>
      waiting.filter(({ at, repeats }) => !repeats && at <= until).sort((a, b) => a.at - b.at)[0];
    for (let timer = once(); timer !== undefined; timer = once()) {
      fire(timer);
      await turn();
    }
    time = until;
    for (const timer of waiting.filter(({ repeats, at }) => repeats && at <= until)) fire(timer);
    for (let turns = 0; turns < 3; turns += 1) await turn();
  };
  return { now: () => time, run, moveTo, uninstall };
}

const TIMER = Symbol('timer');

async function untilIdle(activity: () => unknown, over: AbortSignal): Promise<void> {
  let seen = activity();
  for (let quiet = 0; quiet < IDLE_TURNS && !over.aborted; quiet += 1) {
    await turn();
    const now = activity();
    if (now !== seen || isReading()) quiet = 0;
    seen = now;
  }
}

/** Files and modules are read by threads of their own, which no turn of the event loop waits for. */
function isReading(): boolean {
  return process.getActiveResourcesInfo().some((name) => /Req|MessagePort|Zlib|Connect/.test(name));
}

type Add = (callback: () => void, ms?: number, repeats?: boolean) => object;

function replaceTimers(add: Add, remove: (handle: unknown) => void, now: () => number): () => void {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const real = { setTimeout, setInterval, clearTimeout, clearInterval };
  const realDate = Date.now;
  const realPause = promises.setTimeout;
  const fake = {
    setTimeout: (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      add(() => callback(...args), ms),
    setInterval: (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      add(() => callback(...args), ms, true),
    clearTimeout: remove,
    clearInterval: remove,
  };
  const pause = <T>(ms?: number, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const aborted = (): void => {
        remove(handle);
        reject(new DOMException('The operation was aborted', 'AbortError'));
      };
      const handle = add(() => {
        signal?.removeEventListener('abort', aborted);
        resolve(value as T);
      }, ms);
      if (signal?.aborted === true) aborted();
      else signal?.addEventListener('abort', aborted, { once: true });
    });
  Object.assign(globalThis, fake);
  Object.assign(timers, fake);
  Object.assign(promises, { setTimeout: pause });
  Date.now = now;
  syncBuiltinESMExports();
  return () => {
    Object.assign(globalThis, real);
    Object.assign(timers, real);
    Object.assign(promises, { setTimeout: realPause });
    Date.now = realDate;
    syncBuiltinESMExports();
  };
}
