import { badRequest } from '../status.js';
import { readFields } from './wireFormat.js';

const SCHEMA = 'JSONSchemaProps';

/** The types that write themselves in JSON in their own way, each by its MarshalJSON. */
export function specialValue(
  code: string,
  bytes: Buffer,
  decodeMessage: (message: string, bytes: Buffer) => unknown,
): unknown {
  const parts = partsOf(bytes);
  const [schema] = parts.bytes(code === 'o' ? 2 : 1);
  switch (code) {
    case 'q':
      return parts.text(1) || '0';
    case 'x':
      return parts.integer(1) === 0n ? Number(BigInt.asIntN(32, parts.integer(2))) : parts.text(3);
    case 't':
    case 'm':
      return bytes.length === 0 ? null : timeOf(parts.integer(1), code === 'm' ? parts.integer(2) : undefined);
    case 'j':
      return jsonIn(parts.text(1));
    case 'e':
      return parts.bytes(1).map(String);
    case 'o':
      return schema === undefined ? parts.integer(1) !== 0n : decodeMessage(SCHEMA, schema);
    case 'a':
    case 'l': {
      const list = parts.bytes(2).map((item) => (code === 'a' ? decodeMessage(SCHEMA, item) : item.toString()));
      if (list.length > 0) return list;
      return schema === undefined ? null : decodeMessage(SCHEMA, schema);
    }
    default:
      throw new Error(`messages.json has an unknown code: ${code}`);
  }
}

interface Parts {
  /** The last integer of a number, as protobuf has it; 0 where there is none. */
  readonly integer: (number: number) => bigint;
  readonly text: (number: number) => string;
  readonly bytes: (number: number) => readonly Buffer[];
}

function partsOf(bytes: Buffer): Parts {
  const fields = [...readFields(bytes)];
  const all = (number: number) => fields.filter((field) => field.number === number).map(({ value }) => value);
  const buffers = (number: number): Buffer[] => all(number).filter((value) => typeof value !== 'bigint');
  return {
    integer: (number) =>
      all(number)
        .filter((value) => typeof value === 'bigint')
        .at(-1) ?? 0n,
    text: (number) => buffers(number).at(-1)?.toString() ?? '',
    bytes: buffers,
  };
}

/** Times are whole seconds, but for MicroTime, which has six digits (apimachinery, meta/v1 time_proto.go). */
function timeOf(seconds: bigint, nanos: bigint | undefined): string {
  const date = new Date(Number(BigInt.asIntN(64, seconds)) * 1000);
  if (Number.isNaN(date.getTime())) throw badRequest('the time of a field is out of range');
  const whole = date.toISOString().slice(0, -5);
  if (nanos === undefined) return `${whole}Z`;
  return `${whole}.${String(nanos / 1000n).padStart(6, '0')}Z`;
}

function jsonIn(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest('a field that holds JSON holds something else');
  }
}
