/**
 * How many requests are in flight: as many as the server takes without slowing down. More than it works on at once only
 * wait in its queue, and push other clients out of it (API Priority and Fairness answers 429 then).
 */

/** Where it begins. Slow answers never take it below: what else the server works on may be why, and few requests in flight then wait long. */
const FIRST = 32;
/** A 429 never takes it below: one request at a time would not notice that the server has recovered. */
const LEAST = 4;
/** So many more after a round without trouble, once there was any; twice as many before. */
const GROWTH = 8;
/** An answer is slow if it took so long, ms, and so many times as long as the quickest of its method. */
const SLOW_MS = 500;
const SLOW_TIMES = 8;

/** One answer. */
export interface Sample {
  readonly method: string;
  readonly status: number;
  /** From sending to the head of the answer, ms. */
  readonly ms: number;
}

export interface Flow {
  readonly limit: number;
  /** The quickest answer to each method so far, ms: a list takes longer than a get wherever the server is. */
  readonly quickest: ReadonlyMap<string, number>;
  /** Answers since the limit was last looked at, and those of them that came slowly. */
  readonly answers: number;
  readonly slow: number;
  /** Whether the server ever was slow or refused: from then on the limit grows carefully. */
  readonly wasTroubled: boolean;
  /** Whether all of the limit was in use since. */
  readonly wasFull: boolean;
  /** Answers to requests that were sent before the last 429: one burst of them counts once. */
  readonly ofBurst: number;
}

/** @param most `--concurrency` */
export function startFlow(most: number): Flow {
  return {
    limit: Math.min(FIRST, most),
    quickest: new Map(),
    answers: 0,
    slow: 0,
    wasTroubled: false,
    wasFull: false,
    ofBurst: 0,
  };
}

/** After one answer: halves at a 429, shrinks where most of a round was slow, grows where it was not. Pure. */
export function flowAfter(flow: Flow, { method, status, ms }: Sample, isFull: boolean, most: number): Flow {
  const least = Math.min(LEAST, most);
  const ofBurst = Math.max(0, flow.ofBurst - 1);
  const fresh = { answers: 0, slow: 0, wasFull: false, ofBurst };
  if (status === 429) {
    if (flow.ofBurst > 0) return { ...flow, ofBurst };
    return {
      ...flow,
      ...fresh,
      limit: Math.max(least, Math.floor(flow.limit / 2)),
      wasTroubled: true,
      ofBurst: flow.limit,
    };
  }
  const best = flow.quickest.get(method) ?? ms;
  const quickest = ms < best || !flow.quickest.has(method) ? new Map(flow.quickest).set(method, ms) : flow.quickest;
  const isSlow = ms > SLOW_MS && ms > best * SLOW_TIMES;
  const answers = flow.answers + 1;
  const slow = flow.slow + (isSlow ? 1 : 0);
  const wasFull = flow.wasFull || isFull;
  if (answers < flow.limit) return { ...flow, quickest, answers, slow, wasFull, ofBurst };
  if (slow * 2 > answers) {
    const limit = Math.min(flow.limit, Math.max(FIRST, Math.floor(flow.limit * 0.75)));
    return { ...fresh, quickest, limit, wasTroubled: true };
  }
  const more = flow.wasTroubled ? flow.limit + GROWTH : flow.limit * 2;
  return { ...flow, ...fresh, quickest, limit: wasFull ? Math.min(most, more) : flow.limit };
}

export interface InFlight {
  /** Runs the work when there is room for it, in the order in which it came. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  readonly answered: (sample: Sample) => void;
  readonly limit: () => number;
}

/**
 * A place for requests to wait in: at most `most` are under way at once, fewer where the server says that it is busy.
 */
export function limitInFlight(most: number): InFlight {
  let flow = startFlow(most);
  let active = 0;
  const waiting: (() => void)[] = [];
  let next = 0;
  const startWaiting = (): void => {
    while (active < flow.limit && next < waiting.length) {
      const start = waiting[next++];
      if (next === waiting.length) {
        waiting.length = 0;
        next = 0;
      }
      active += 1;
      start?.();
    }
  };
  return {
    run: async (work) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        startWaiting();
      });
      try {
        return await work();
      } finally {
        active -= 1;
        startWaiting();
      }
    },
    answered: (sample) => {
      flow = flowAfter(flow, sample, next < waiting.length, most);
    },
    limit: () => flow.limit,
  };
}
