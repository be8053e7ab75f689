import { StatusError } from '../status.js';

/** What a client wants to see of objects: all, metadata alone, or a table for people. */
export type View = 'object' | 'metadata' | 'table';

/** Whether the answer is JSON or, for `Accept: application/yaml`, YAML. */
export interface Negotiated {
  readonly view: View;
  readonly yaml: boolean;
}

/**
 * The first media type of `Accept` that this server writes. Protobuf and CBOR it does not, which clients meet by
 * naming JSON as well.
 */
export function negotiate(accept: string | undefined): Negotiated {
  if (accept === undefined || accept.trim() === '') return { view: 'object', yaml: false };
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const options = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string]));
    const yaml = type === 'application/yaml';
    if (type !== '*/*' && type !== 'application/*' && type !== 'application/json' && !yaml) continue;
    const as = options.get('as');
    if (as === undefined) return { view: 'object', yaml };
    if (as === 'Table') return { view: 'table', yaml };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { view: 'metadata', yaml };
  }
  throw new StatusError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
    {},
  );
}

/** The aggregated form of discovery (KEP-3352), where a client asks for it. */
export function wantsAggregated(accept: string | undefined): boolean {
  return accept?.includes('as=APIGroupDiscoveryList') === true && accept.includes('v=v2');
}
