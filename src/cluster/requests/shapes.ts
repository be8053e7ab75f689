/**
 * What an answer must look like before the rest of kapply sees it. An API server that follows its own schema never
 * fails here; a proxy, a login page or a broken aggregated server does, and the fault is then named as theirs.
 */
import { isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject, KubeObject } from '../../objects/object.js';
import type { Status } from '../apiError.js';

/** Thrown where a value has the wrong shape; whoever asked makes it an error with the address. `what`: `items[3].metadata is not a mapping` */
export class ShapeError extends Error {
  readonly what: string;

  constructor(what: string) {
    super(what);
    this.name = 'ShapeError';
    this.what = what;
  }
}

/** @throws ShapeError where it is no mapping */
export function mapAt(value: unknown, at: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new ShapeError(`${at} is not a mapping`);
}

/** A list; Go writes an empty one as null. */
export function listAt(value: unknown, at: string): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as readonly Json[];
  throw new ShapeError(`${at} is not a list`);
}

/** A list of mappings. */
export function mapsAt(value: unknown, at: string): readonly JsonObject[] {
  return listAt(value, at).map((item, index) => mapAt(item, `${at}[${index}]`));
}

/** A string; '' where it is absent. */
export function textAt(value: unknown, at: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new ShapeError(`${at} is not a string`);
}

/** A list of texts; Go writes an empty one as null. */
export function textsAt(value: unknown, at: string): readonly string[] {
  return listAt(value, at).map((item, index) => textAt(item, `${at}[${index}]`));
}

type Check = (value: unknown, at: string) => unknown;

const textMap: Check = (value, at) => {
  for (const [key, item] of Object.entries(mapAt(value, at))) textAt(item, `${at}[${JSON.stringify(key)}]`);
};

/** meta/v1 ObjectMeta, as far as anything here reads it. */
const METADATA: Readonly<Record<string, Check>> = {
  namespace: textAt,
  uid: textAt,
  resourceVersion: textAt,
  creationTimestamp: textAt,
  deletionTimestamp: textAt,
  generation: (value, at) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') throw new ShapeError(`${at} is not a number`);
  },
  labels: textMap,
  annotations: textMap,
  finalizers: textsAt,
  ownerReferences: (value, at) => {
    for (const [index, owner] of mapsAt(value, at).entries())
      for (const field of ['apiVersion', 'kind', 'name', 'uid']) textAt(owner[field], `${at}[${index}].${field}`);
  },
  managedFields: (value, at) => {
    for (const [index, entry] of mapsAt(value, at).entries()) {
      for (const field of ['manager', 'operation', 'apiVersion', 'time', 'subresource'])
        textAt(entry[field], `${at}[${index}].${field}`);
      if ((entry.fieldsV1 ?? undefined) !== undefined) mapAt(entry.fieldsV1, `${at}[${index}].fieldsV1`);
    }
  },
};

/** What a path of the API cannot hold (apimachinery, path.IsValidPathSegmentName), and what no name may do to a terminal. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const NO_NAME = /[/%\u0000-\u001f\u007f-\u009f]|^\.{0,2}$/;

/**
 * An object with its metadata in order. Fields of the metadata that are null are left out, as Go reads them.
 * @param at where it stands in the answer, '' for the whole of it
 * @throws ShapeError
 */
export function objectAt(value: unknown, at: string): KubeObject {
  const object = mapAt(value, at === '' ? 'the object' : at);
  const inside = at === '' ? '' : `${at}.`;
  for (const field of ['apiVersion', 'kind']) textAt(object[field], `${inside}${field}`);
  const metadata = mapAt(object.metadata, `${inside}metadata`);
  const name = textAt(metadata.name, `${inside}metadata.name`);
  if (NO_NAME.test(name)) throw new ShapeError(`${inside}metadata.name is no name that an object can have`);
  let isClean = true;
  for (const [field, check] of Object.entries(METADATA)) {
    const found = metadata[field];
    if (found === undefined) continue;
    if (found === null) isClean = false;
    else check(found, `${inside}metadata.${field}`);
  }
  const namespace = textAt(metadata.namespace, `${inside}metadata.namespace`);
  if (namespace !== '' && NO_NAME.test(namespace))
    throw new ShapeError(`${inside}metadata.namespace is no name that a namespace can have`);
  if (isClean) return object as unknown as KubeObject;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([, found]) => found !== null));
  return { ...object, metadata: kept } as unknown as KubeObject;
}

/** meta/v1 Status, of which every field may be missing or wrong: what is wrong of it is left out. undefined for no Status. */
export function statusIn(value: unknown): Status | undefined {
  if (!isJsonObject(value) || value.kind !== 'Status') return undefined;
  const text = (from: JsonObject, field: string): Record<string, string> => {
    const found = Object.hasOwn(from, field) ? from[field] : undefined;
    return typeof found === 'string' ? { [field]: found } : {};
  };
  const number = (from: JsonObject, field: string): Record<string, number> => {
    const found = Object.hasOwn(from, field) ? from[field] : undefined;
    return typeof found === 'number' && Number.isFinite(found) ? { [field]: found } : {};
  };
  const details = isJsonObject(value.details) ? value.details : undefined;
  const causes = Array.isArray(details?.causes) ? (details.causes as unknown[]).filter(isJsonObject) : undefined;
  return {
    kind: 'Status',
    ...number(value, 'code'),
    ...text(value, 'reason'),
    ...text(value, 'message'),
    ...(details === undefined
      ? {}
      : {
          details: {
            ...text(details, 'name'),
            ...text(details, 'group'),
            ...text(details, 'kind'),
            ...text(details, 'uid'),
            ...number(details, 'retryAfterSeconds'),
            ...(causes === undefined
              ? {}
              : {
                  causes: causes.map((cause) => ({
                    ...text(cause, 'reason'),
                    ...text(cause, 'message'),
                    ...text(cause, 'field'),
                  })),
                }),
          },
        }),
  };
}
