/** Requests of one run as rows of a waterfall. Pure. */
import type { Phase } from './phases.js';

/** One attempt of a request, from `--log-file`. Times in ms since the epoch. */
export interface Logged {
  readonly method: string;
  readonly path: string;
  readonly status: string;
  readonly start: number;
  readonly end: number;
}

/** Requests of one kind that were in flight together. */
interface Burst {
  readonly what: string;
  count: number;
  start: number;
  end: number;
  /** Of all of them together, ms. */
  waited: number;
}

/** Less than this without a request in flight is no pause, ms. */
const SHORTEST_PAUSE = 8;
const BAR = 60;

/** `TIME METHOD PATH STATUS N ms`: the time is that of the answer. */
export function readLog(text: string): Logged[] {
  return text.split('\n').flatMap((line) => {
    const found = /^(\S+) ([A-Z]+) (\S+) (\S+) (\d+) ms/.exec(line);
    if (found === null) return [];
    const [, time = '', method = '', path = '', status = '', ms = '0'] = found;
    const end = Date.parse(time);
    return [{ method, path, status, start: end - Number(ms), end }];
  });
}

/** `PATCH configmaps, dry run`, `GET list pods`, `GET configmaps/NAME`. */
function wordOf({ method, path, status }: Logged): string {
  const [location = '', query = ''] = path.split('?');
  const parts = location.split('/').filter((part) => part !== '');
  const inside = parts.slice(parts[0] === 'api' ? 2 : 3);
  const at = inside[0] === 'namespaces' && inside.length > 2 ? inside.slice(2) : inside;
  const where = inside[0] === 'namespaces' && inside.length > 2 ? '' : ', all';
  const parameters = new URLSearchParams(query);
  const isList = method === 'GET' && at.length === 1 && inside.length > 0;
  const kind = at.length === 0 ? location : at.length > 1 ? `${at[0]}/…` : at[0];
  const marks = [
    ...(parameters.has('dryRun') ? ['dry run'] : []),
    ...(parameters.has('watch') ? ['watch'] : []),
    ...(parameters.has('labelSelector') ? ['by label'] : []),
    ...(parameters.has('fieldSelector') ? ['by field'] : []),
    ...(status.startsWith('2') ? [] : [status]),
  ];
  return [`${method} ${kind}${isList ? where : ''}`, ...marks].join(', ');
}

function burstsOf(requests: readonly Logged[]): Burst[] {
  const bursts: Burst[] = [];
  for (const request of requests.toSorted((a, b) => a.start - b.start)) {
    const what = wordOf(request);
    const open = bursts.findLast((burst) => burst.what === what && request.start <= burst.end);
    if (open === undefined)
      bursts.push({ what, count: 1, start: request.start, end: request.end, waited: request.end - request.start });
    else {
      open.count += 1;
      open.end = Math.max(open.end, request.end);
      open.waited += request.end - request.start;
    }
  }
  return bursts;
}

/** When nothing was in flight: the client works, or waits for itself. */
function pausesOf(requests: readonly Logged[], began: number, ended: number): Burst[] {
  const pauses: Burst[] = [];
  let until = began;
  const add = (start: number): void => {
    if (start - until >= SHORTEST_PAUSE)
      pauses.push({ what: '(nothing in flight)', count: 0, start: until, end: start, waited: 0 });
  };
  for (const { start, end, path } of requests.toSorted((a, b) => a.start - b.start)) {
    if (path.includes('watch=true')) continue;
    add(start);
    until = Math.max(until, end);
  }
  add(ended);
  return pauses;
}

/** One line each: from, to, how many, how long one took in the mean, what, and a bar. */
export function rowsOf(
  requests: readonly Logged[],
  { phases, began, ended }: { readonly phases: readonly Phase[]; readonly began: number; readonly ended: number },
): string[] {
  const bar = ({ start, end }: Burst): string => {
    const scale = BAR / Math.max(ended - began, 1);
    const from = Math.floor((start - began) * scale);
    return ' '.repeat(from) + '█'.repeat(Math.max(1, Math.round((end - began) * scale) - from));
  };
  const rows = [...burstsOf(requests), ...pausesOf(requests, began, ended)].map((burst) => {
    const { what, count, start, end, waited } = burst;
    const mean = count === 0 ? '' : `${Math.round(waited / count)} ms`;
    const times = `${String(start - began).padStart(6)} ${String(Math.round(end - began)).padStart(6)}`;
    const words = count > 1 ? `${count} × ${what}` : what;
    return { at: start, text: `${times} ${mean.padStart(8)}  ${words.padEnd(46)} ${bar(burst)}` };
  });
  const marks = phases.map(({ name, at }) => ({ at, text: `${String(at - began).padStart(6)} -- ${name}` }));
  return [...marks, ...rows].sort((a, b) => a.at - b.at).map(({ text }) => text);
}
