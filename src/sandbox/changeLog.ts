import type { KindKey, StoreEvent } from './store.js';

/** The changes of a store, the newest last, and who hears of them. */
export interface ChangeLog {
  /** Keeps a change and hands it to the listeners, outside of the change: one that writes meets a consistent store. */
  record(event: StoreEvent): void;
  /** The events after `from`, newest first, for as long as the caller asks. */
  backTo(from: number): Iterable<StoreEvent>;
  /** See `Store.watch`; the caller has made sure that the log reaches back to `from`. */
  watch(kind: KindKey | undefined, from: number, listener: (event: StoreEvent) => void): () => void;
  /** Forgets everything up to and including the revision. */
  compact(revision: number): void;
  /** The oldest revision that the log still reaches back to. */
  oldest(): number;
}

interface Listening {
  readonly kind: KindKey | undefined;
  readonly listener: (event: StoreEvent) => void;
  /** The revision that it has heard of last. */
  seen: number;
}

/** @param size changes that are kept at least */
export function createChangeLog(size: number): ChangeLog {
  const listeners = new Set<Listening>();
  const pending: StoreEvent[] = [];
  let log: StoreEvent[] = [];
  let compacted = 1;
  let delivering = false;

  const deliver = (): void => {
    if (delivering) return;
    delivering = true;
    try {
      for (let event = pending.shift(); event !== undefined; event = pending.shift()) {
        for (const entry of listeners) hand(event, entry);
      }
    } finally {
      delivering = false;
    }
  };

  return {
    record: (event) => {
      log.push(event);
      if (log.length > size * 1.25) {
        log = log.slice(-size);
        compacted = (log[0]?.revision ?? event.revision) - 1;
      }
      pending.push(event);
      deliver();
    },
    *backTo(from) {
      for (let i = log.length - 1; i >= 0; i--) {
        const event = log[i];
        if (event === undefined || event.revision <= from) return;
        yield event;
      }
    },
    watch: (kind, from, listener) => {
      const entry: Listening = { kind, listener, seen: from };
      for (const event of log) hand(event, entry);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    compact: (revision) => {
      compacted = Math.max(compacted, revision);
      log = log.filter((event) => event.revision > compacted);
    },
    oldest: () => compacted,
  };
}

function hand(event: StoreEvent, entry: Listening): void {
  if (entry.seen >= event.revision || (entry.kind !== undefined && entry.kind !== event.kind)) return;
  entry.seen = event.revision;
  entry.listener(event);
}
