import { badRequest } from '../status.js';

/** A field as it stands in a message: an integer, or bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

/** What Go's decoders say of a message that ends too early. */
function endsEarly(): Error {
  return badRequest('unexpected EOF');
}

/** The fields of a message in protobuf's wire format, in their order. Throws a BadRequest where the bytes are none. */
export function* readFields(bytes: Buffer): Generator<WireField> {
  let at = 0;
  while (at < bytes.length) {
    const key = readVarint(bytes, at);
    const number = Number(key.value >> 3n);
    if (number < 1) throw badRequest(`proto: illegal tag ${number} (wire type ${key.value & 7n})`);
    at = key.end;
    switch (Number(key.value & 7n)) {
      case 0: {
        const { value, end } = readVarint(bytes, at);
        at = end;
        yield { number, value };
        break;
      }
      case 1:
        yield { number, value: take(bytes, at, 8) };
        at += 8;
        break;
      case 2: {
        const { value, end } = readVarint(bytes, at);
        yield { number, value: take(bytes, end, Number(value)) };
        at = end + Number(value);
        break;
      }
      case 5:
        yield { number, value: take(bytes, at, 4) };
        at += 4;
        break;
      default:
        throw badRequest(`proto: illegal wireType ${key.value & 7n}`);
    }
  }
}

/** The integers of a packed list. */
export function* readVarints(bytes: Buffer): Generator<bigint> {
  let at = 0;
  while (at < bytes.length) {
    const { value, end } = readVarint(bytes, at);
    at = end;
    yield value;
  }
}

function take(bytes: Buffer, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw endsEarly();
  return bytes.subarray(at, at + length);
}

const LONGEST_VARINT = 10;

function readVarint(bytes: Buffer, start: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let i = 0; i < LONGEST_VARINT; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) throw endsEarly();
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  throw badRequest('proto: integer overflow');
}
