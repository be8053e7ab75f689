import { parse, YAMLError } from 'yaml';
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

/** The body of a request by its media type, which is JSON where it says none. */
export function parseBody(exchange: Exchange): unknown {
  const mediaType = header(exchange.headers, 'content-type')?.split(';')[0]?.trim() ?? 'application/json';
  switch (mediaType) {
    case 'application/json':
    case '':
      return parseJson(exchange.body, "couldn't get version/kind; json parse error: the body is not JSON");
    case 'application/yaml':
      return parseYaml(exchange.body);
    default:
      throw unsupportedMediaType(
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
      );
  }
}
