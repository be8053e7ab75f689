import type { Draft } from '../draft.js';
import { badRequest } from '../status.js';
import { decodeMessage } from './decodeMessage.js';
import type { MessageTable } from './messageTable.js';
import { readFields } from './wireFormat.js';

/** What every body begins with (apimachinery, runtime/serializer/protobuf). */
const PREFIX = Buffer.from('k8s\0');

/**
 * The object in a body of `application/vnd.kubernetes.protobuf` as Go writes it in JSON; undefined for a kind that has no
 * message, as custom resources have none. Throws a BadRequest where the bytes are no such body.
 */
export function decodeBody(table: MessageTable, body: Buffer): Draft | undefined {
  if (!body.subarray(0, PREFIX.length).equals(PREFIX)) {
    throw badRequest(
      `provided data does not appear to be a protobuf message, expected prefix [${[...PREFIX].join(' ')}]`,
    );
  }
  const envelope = bytesByNumber(body.subarray(PREFIX.length));
  const type = bytesByNumber(envelope.get(1));
  const apiVersion = type.get(1)?.toString() ?? '';
  const kind = type.get(2)?.toString() ?? '';
  const message = messageOf(table, apiVersion, kind);
  if (message === undefined) return undefined;
  return { apiVersion, kind, ...decodeMessage(table, message, envelope.get(2) ?? Buffer.alloc(0)) };
}

/** DeleteOptions have the apiVersion of what is to be deleted. */
function messageOf({ kinds }: MessageTable, apiVersion: string, kind: string): string | undefined {
  const key = kind === 'DeleteOptions' ? kind : `${apiVersion}/${kind}`;
  return Object.hasOwn(kinds, key) ? kinds[key] : undefined;
}

function bytesByNumber(message: Buffer | undefined): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const { number, value } of readFields(message ?? Buffer.alloc(0))) {
    if (typeof value !== 'bigint') found.set(number, value);
  }
  return found;
}
