import { EXIT, KapplyError } from '../../errors.js';
import { codeOf, TransportError } from '../../net/http.js';
import { chunksOf } from '../../net/readBody.js';
import { pause } from '../../net/abort.js';
import { ApiError } from '../apiError.js';
import type { FollowLogOptions } from '../cluster.js';
import type { ApiClient } from './apiClient.js';
import { logLines } from './logLines.js';
import { objectPath } from './paths.js';
import { isPassing } from './watch.js';

/** What a container writes is asked for again after so long, ms, where the answer ended and the container had not; then later and later. */
const AGAIN_MS = 1000;
const LONGEST_MS = 10_000;
/** So many answers in a row without a line of them: then it is no longer waited for. */
const MOST_FAILURES = 10;

/** kubelet's prefix: RFC 3339 with nanoseconds, in UTC or with the offset of the node. */
const STAMPED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d) ?(.*)$/s;

/** How far a log was read: the time of its last line, and how many lines have that time; and how many have none. */
interface Position {
  readonly time: string;
  readonly lines: number;
  readonly untimed: number;
}

/** See Cluster.followLog. The API server cuts streams off, and kubelet ends them when it turns a log file over. */
export async function* followLog(client: ApiClient, options: FollowLogOptions): AsyncGenerator<string> {
  const { hasEnded, signal } = options;
  let position: Position = { time: '', lines: 0, untimed: 0 };
  let failures = 0;
  /** Answers in a row that brought nothing new. */
  let barren = 0;
  for (;;) {
    const isLast = hasEnded();
    try {
      barren += 1;
      for await (const { time, text } of linesAfter(client, options, position)) {
        failures = 0;
        barren = 0;
        position = moved(position, time);
        yield text;
      }
      if (isLast) return;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const isToTryAgain = isPassing(error) || (isNotYet(error) && !isLast);
      if (failures > MOST_FAILURES || !isToTryAgain) throw given(error);
    }
    if (!(await rest(Math.min(LONGEST_MS, AGAIN_MS * 2 ** Math.max(0, barren - 1)), signal))) return;
  }
}

function given(error: unknown): unknown {
  return error instanceof TransportError
    ? new KapplyError('LogBrokeOff', `${error.message} (${error.code})`, EXIT.unreachable, { cause: error })
    : error;
}

/** `container "app" in pod "web" is waiting to start`: it will, or it has ended and comes again. */
function isNotYet(error: unknown): boolean {
  return error instanceof ApiError && error.httpStatus === 400;
}

async function rest(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await pause(ms, [signal]);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

interface LogLine {
  /** Comparable as a text; undefined for a line that has none. */
  readonly time: string | undefined;
  readonly text: string;
}

function moved({ time, lines, untimed }: Position, next: string | undefined): Position {
  if (next === undefined) return { time, lines, untimed: untimed + 1 };
  return { time: next, lines: time === next ? lines + 1 : 1, untimed };
}

/** One answer, without what was read before: `sinceTime` has whole seconds, and some kubelets know neither it nor `timestamps`. */
async function* linesAfter(
  client: ApiClient,
  { pod: address, container, signal }: FollowLogOptions,
  after: Position,
): AsyncGenerator<LogLine> {
  const query = {
    container,
    follow: true,
    timestamps: true,
    sinceTime: after.time === '' ? undefined : `${after.time.slice(0, 19)}Z`,
  };
  const { namespace, name } = address;
  const rights = [{ verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace, name } as const];
  const path = objectPath(address, query, 'log');
  const response = await client.stream({ method: 'GET', path, accept: '*/*', safe: true, signal, rights });
  let { lines: known, untimed } = after;
  try {
    for await (const whole of logLines(chunksOf(response))) {
      const line = stamped(whole);
      if (line.time !== undefined && line.time < after.time) continue;
      if (line.time === after.time && known > 0) known -= 1;
      else if (line.time === undefined && untimed > 0) untimed -= 1;
      else yield line;
    }
  } catch (error) {
    if (error instanceof TransportError || signal.aborted) throw error;
    throw new TransportError('perhaps', codeOf(error), 'the log broke off', error);
  }
}

/** Its time in UTC with nine digits of a second, so that times compare as texts. */
function stamped(line: string): LogLine {
  const [, seconds, fraction = '', offset, text] = STAMPED.exec(line) ?? [];
  if (seconds === undefined || text === undefined) return { time: undefined, text: line };
  const at = Date.parse(`${seconds}${offset}`);
  if (Number.isNaN(at)) return { time: undefined, text: line };
  const utc = new Date(at).toISOString().slice(0, 19);
  return { time: `${utc}.${fraction.slice(0, 9).padEnd(9, '0')}`, text };
}
