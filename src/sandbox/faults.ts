/** What a fault looks at of a request. */
export interface RequestRecord {
  /** Counts from 1, over all requests since the server started. */
  readonly number: number;
  readonly method: string;
  /** With the query: `/api/v1/namespaces/default/configmaps/a?fieldManager=kapply`. */
  readonly url: string;
  /** As RBAC calls it; '' for a path that is no resource. */
  readonly verb: string;
  /** The plural name of the resource; '' for a path that is none. */
  readonly resource: string;
}

/** What goes wrong. */
export type Fault =
  /** Answers later. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Refuses without doing anything: 429 and 503 with `retryAfter` in seconds, 500, … */
  | { readonly kind: 'refuse'; readonly code: number; readonly retryAfter?: number; readonly message?: string }
  /** Cuts the connection: before the request had an effect, after it, or after it in the middle of the answer's body. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' | 'within' }
  /** Sends the body of the answer in pieces, one each `ms`. */
  | { readonly kind: 'slowBody'; readonly ms: number; readonly pieces: number }
  /** Cuts a watch after so many lines. */
  | { readonly kind: 'cutWatch'; readonly after: number }
  /** Keeps back what a watch brings, as a proxy that collects an answer before it passes it on. */
  | { readonly kind: 'holdWatch' }
  /** Treats the continue token of a list, or the resourceVersion of a watch, as too old (410). */
  | { readonly kind: 'expire' }
  /** Somebody else does this just before the request. */
  | { readonly kind: 'meanwhile'; readonly act: () => void };

export interface FaultOptions {
  /** Which requests; all without it. */
  readonly on?: (request: RequestRecord) => boolean;
  /** How many of these stay as they are before the fault begins; default 0. */
  readonly skip?: number;
  /** How many it hits; default 1. */
  readonly times?: number;
}

/** Faults on demand, for tests. */
export interface Faults {
  /** Plans a fault. Returns what takes it back. */
  add(fault: Fault, options?: FaultOptions): () => void;
  clear(): void;
  /** The server's clock is ahead by this; negative is behind. It shows in the Date header and in all times of objects. */
  skewClock(ms: number): void;
  /** Every request since the server started, or since `forget`. */
  requests(): readonly RequestRecord[];
  /** How many times a fault has hit a request since the server started, by its kind. */
  hits(): ReadonlyMap<Fault['kind'], number>;
  forget(): void;
}

/** The server's side of it. */
export interface FaultPlan extends Faults {
  /** The faults that hit this request. */
  hit(request: RequestRecord): readonly Fault[];
  skew(): number;
}

/** A plan without faults. */
export function createFaults(): FaultPlan {
  const planned = new Set<{ fault: Fault; on: (r: RequestRecord) => boolean; skip: number; times: number }>();
  let seen: RequestRecord[] = [];
  let skew = 0;
  const counts = new Map<Fault['kind'], number>();
  return {
    add: (fault, { on = () => true, skip = 0, times = 1 } = {}) => {
      const entry = { fault, on, skip, times };
      planned.add(entry);
      return () => void planned.delete(entry);
    },
    clear: () => {
      planned.clear();
      skew = 0;
    },
    skewClock: (ms) => void (skew = ms),
    requests: () => seen,
    hits: () => counts,
    forget: () => void (seen = []),
    skew: () => skew,
    hit: (request) => {
      seen.push(request);
      const hits: Fault[] = [];
      for (const entry of planned) {
        if (!entry.on(request)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        const { fault } = entry;
        hits.push(fault);
        counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
        entry.times -= 1;
        if (entry.times <= 0) planned.delete(entry);
      }
      return hits;
    },
  };
}
