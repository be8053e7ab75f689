/** Joins what happens within one second to one line: which objects the same is said of. */

/** What is said of objects: in front of their names (`created`), or behind them (`ready 3/3`). */
export type Words = { readonly before: string } | { readonly after: string };

/** What happened within one second: of which objects (names by key) the same is said. */
interface Said {
  readonly words: Words;
  readonly names: Map<string, string>;
}

export interface LineJoiner {
  /** @param key of the object, @param name as it is shown */
  readonly join: (at: number, words: Words, key: string, name: string) => void;
  /** Says what is pending. */
  readonly flush: () => void;
}

export interface LineJoinerOptions {
  /** Writes a line of what happened at this time, ms since the epoch. */
  readonly line: (at: number, text: string) => void;
  /** Calls back once after so many ms, unless cancelled. */
  readonly schedule: (ms: number, callback: () => void) => () => void;
}

const JOIN_MS = 1000;
/** More objects than this in one line are counted. The end of the run names all of them. */
const MOST_NAMES = 8;

/** Lines are written at the end of their second. Of several states of one object, the last counts; one that was said is not said again. */
export function makeLineJoiner({ line, schedule }: LineJoinerOptions): LineJoiner {
  const said = new Map<string, string>();
  let pending = new Map<string, Said>();
  let since = 0;
  let cancel = (): void => undefined;

  const flush = (): void => {
    cancel();
    if (pending.size === 0) return;
    for (const { words, names } of pending.values()) {
      if ('before' in words) continue;
      // It was something else for less than a second.
      for (const key of names.keys()) if (said.get(key) === words.after) names.delete(key);
      for (const key of names.keys()) said.set(key, words.after);
    }
    const parts = [...pending.values()].filter(({ names }) => names.size > 0).map(saidText);
    pending = new Map();
    if (parts.length > 0) line(since, parts.join('; '));
  };

  const join: LineJoiner['join'] = (at, words, key, name) => {
    if (pending.size > 0 && Math.floor(at / JOIN_MS) !== Math.floor(since / JOIN_MS)) flush();
    if (pending.size === 0) {
      since = at;
      cancel = schedule(JOIN_MS, flush);
    }
    if ('after' in words) for (const other of pending.values()) if ('after' in other.words) other.names.delete(key);
    const what = JSON.stringify(words);
    const one = pending.get(what) ?? { words, names: new Map<string, string>() };
    one.names.set(key, name);
    pending.set(what, one);
  };
  return { join, flush };
}

/** `created ConfigMap/a, ConfigMap/b and 4 more`, `Deployment/web ready 3/3` */
function saidText({ words, names }: Said): string {
  const all = [...names.values()];
  const more = all.length > MOST_NAMES ? ` and ${all.length - MOST_NAMES} more` : '';
  const shown = `${all.slice(0, MOST_NAMES).join(', ')}${more}`;
  return ('before' in words ? `${words.before} ${shown}` : `${shown} ${words.after}`).trimEnd();
}
