import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { User } from '../access/users.js';
import type { MessageTable } from '../protobuf/messageTable.js';

/** Node's two kinds of request and response, of which this server uses what they have in common. */
export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** One request, read and authenticated. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came: text does not hold protobuf. */
  readonly bytes: Buffer;
  /** What a body in protobuf is read by; loaded for those alone. */
  readonly protobuf?: MessageTable;
  readonly user: User;
}

/** What to answer: a JSON value, a text, or a stream of JSON lines that goes on until it is closed. */
export interface Answer {
  readonly code: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A string is sent as it is, with the content type of `headers`; anything else as JSON. */
  readonly body?: unknown;
  /** A watch: `start` is called once the headers are out, and returns what stops it. */
  readonly stream?: (lines: LineWriter) => () => void;
}

export interface LineWriter {
  readonly write: (line: unknown) => void;
  readonly end: () => void;
}

/** A header of a request as one text; the name in lower case. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
