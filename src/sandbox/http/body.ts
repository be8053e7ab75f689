import { parse, YAMLError } from 'yaml';
import { decodeBody } from '../protobuf/decodeBody.js';
import { messageTable } from '../protobuf/messageTable.js';
import { badRequest, unsupportedMediaType } from '../status.js';
import { header } from './exchange.js';
import type { Exchange } from './exchange.js';

/** Throws a BadRequest that says `problem`. */
export function parseJson(body: string, problem: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(problem);
  }
}

/** Nearly every client sends JSON, which is YAML. */
export function parseYaml(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  try {
    return parse(body);
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    throw badRequest(`error decoding YAML: ${error.message}`);
  }
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Loads what the body is read by, where it is more than JSON and YAML need. */
export async function readableBody(request: Omit<Exchange, 'user'>): Promise<Pick<Exchange, 'protobuf'>> {
  return mediaTypeOf(request.headers) === PROTOBUF ? { protobuf: await messageTable() } : {};
}

function mediaTypeOf(headers: Exchange['headers']): string | undefined {
  return header(headers, 'content-type')?.split(';')[0]?.trim();
}

/** The body of a request by its media type, which is JSON where it says none. */
export function parseBody(exchange: Exchange): unknown {
  switch (mediaTypeOf(exchange.headers) ?? 'application/json') {
    case 'application/json':
    case '':
      return parseJson(exchange.body, "couldn't get version/kind; json parse error: the body is not JSON");
    case 'application/yaml':
      return parseYaml(exchange.body);
    case PROTOBUF: {
      const decoded = exchange.protobuf === undefined ? undefined : decodeBody(exchange.protobuf, exchange.bytes);
      if (decoded !== undefined) return decoded;
      throw unknownFormat('application/json, application/yaml');
    }
    default:
      throw unknownFormat(`application/json, application/yaml, ${PROTOBUF}`);
  }
}

function unknownFormat(accepted: string): Error {
  return unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}
