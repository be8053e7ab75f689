import type { Fault } from '../faults.js';
import { errorOf } from '../status.js';
import type { Answer, Outgoing } from './exchange.js';

export interface SendOptions {
  /** The server's clock, in ms since the epoch. */
  readonly date: number;
  readonly warnings: readonly string[];
  readonly faults: readonly Fault[];
  /** Cuts the connection. */
  readonly cut: () => void;
}

/** Writes an answer, at once or line by line. */
export function sendAnswer(response: Outgoing, answer: Answer, options: SendOptions): void {
  const headers = headersOf(answer, options);
  if (answer.stream !== undefined) {
    sendLines(response, answer.stream, headers, options);
    return;
  }
  const body = bodyOf(answer);
  response.writeHead(answer.code, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  if (options.faults.some((fault) => fault.kind === 'reset' && fault.when === 'within')) {
    write(response, body.slice(0, Math.floor(body.length / 2)));
    // What was written goes out before the connection does.
    setImmediate(options.cut);
    return;
  }
  const slow = options.faults.find((fault) => fault.kind === 'slowBody');
  if (slow === undefined) response.end(body);
  else sendSlowly(response, body, slow.pieces, slow.ms);
}

function headersOf(answer: Answer, options: SendOptions): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    date: new Date(options.date).toUTCString(),
  };
  if (options.warnings.length > 0) {
    headers['warning'] = [...new Set(options.warnings)].map((text) => `299 - ${JSON.stringify(text)}`);
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  return headers;
}

function bodyOf({ body }: Answer): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function sendSlowly(response: Outgoing, body: string, pieces: number, ms: number): void {
  const size = Math.max(1, Math.ceil(body.length / pieces));
  let sent = 0;
  const timer = setInterval(() => {
    if (sent >= body.length) {
      clearInterval(timer);
      response.end();
      return;
    }
    write(response, body.slice(sent, sent + size));
    sent += size;
  }, ms);
  response.on('close', () => clearInterval(timer));
}

/** Both of Node's responses write text; their types only agree on less. */
function write(response: Outgoing, text: string): void {
  (response.write as (chunk: string) => boolean)(text);
}

function sendLines(
  response: Outgoing,
  stream: NonNullable<Answer['stream']>,
  headers: Record<string, string | string[]>,
  options: SendOptions,
): void {
  const limit = options.faults.find((fault) => fault.kind === 'cutWatch')?.after ?? Infinity;
  const isHeld = options.faults.some((fault) => fault.kind === 'holdWatch');
  let sent = 0;
  const state: { ended: boolean; stop?: () => void } = { ended: false };
  const finish = (): void => {
    state.ended = true;
    state.stop?.();
  };
  response.writeHead(200, headers);
  // HTTP/2 sends headers at once.
  if ('flushHeaders' in response) response.flushHeaders();
  response.on('close', finish);
  if (limit === 0) {
    options.cut();
    return;
  }
  try {
    state.stop = stream({
      write: (line) => {
        if (state.ended || isHeld) return;
        write(response, `${JSON.stringify(line)}\n`);
        sent += 1;
        if (sent >= limit) {
          finish();
          // What was written goes out before the connection does.
          setImmediate(options.cut);
        }
      },
      end: () => {
        finish();
        response.end();
      },
    });
    if (state.ended) finish();
  } catch (error) {
    write(response, `${JSON.stringify({ type: 'ERROR', object: errorOf(error) })}\n`);
    finish();
    response.end();
  }
}
