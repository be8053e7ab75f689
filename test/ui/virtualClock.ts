import type { Event } from '../../src/engine/run/events.js';

/** A clock that stands still until it is moved, and the timers that hang on it. */
export class VirtualClock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly schedule = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  get pending(): number {
    return this.#timers.length;
  }

  /** Moves on to `time`, calling back whatever is due on the way, in order. */
  advanceTo(time: number): void {
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = time;
  }

  /** Hands events on at their times. */
  play(events: readonly Event[], emit: (event: Event) => void): void {
    for (const event of events) {
      if ('at' in event) this.advanceTo(event.at);
      emit(event);
    }
  }
}
