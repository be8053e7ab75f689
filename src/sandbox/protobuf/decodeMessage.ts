import type { Draft } from '../draft.js';
import { badRequest } from '../status.js';
import { fieldsOf } from './messageTable.js';
import type { MessageField, MessageTable } from './messageTable.js';
import { specialValue } from './specialValues.js';
import { readFields, readVarints } from './wireFormat.js';
import type { WireField } from './wireFormat.js';

type WireValue = WireField['value'];

const EMPTY = Buffer.alloc(0);

/** A message as Go writes its type in JSON. Fields that the table does not know are passed over, as Go's decoders do. */
export function decodeMessage(table: MessageTable, message: string, bytes: Buffer): Draft {
  const fields = fieldsOf(table, message);
  const found = new Map<string, unknown>();
  const lists = new Map<string, unknown[]>();
  const maps = new Map<string, Map<string, unknown>>();
  for (const { number, value } of readFields(bytes)) {
    const field = fields.get(number);
    if (field === undefined) continue;
    if (field.many === '*') entry(lists, field.name, () => []).push(...items(table, field.code, value));
    else if (field.many === '%') {
      const [key, item] = mapEntry(table, field.code, value);
      entry(maps, field.name, () => new Map<string, unknown>()).set(key, item);
    } else if (field.name === '_') {
      const inner = Object.entries(decodeMessage(table, field.code.slice(1), bytesOf(value)));
      for (const [name, item] of inner) found.set(name, item);
    } else found.set(field.name, valueOf(table, field.code, value));
  }
  for (const [name, list] of lists) found.set(name, list);
  // Whoever names a key of a map __proto__ means a key.
  for (const [name, map] of maps) found.set(name, Object.fromEntries(map));
  for (const field of fields.values()) settleUnset(found, field);
  return Object.fromEntries(found);
}

function entry<T>(map: Map<string, T>, name: string, make: () => T): T {
  const value = map.get(name) ?? make();
  map.set(name, value);
  return value;
}

function settleUnset(found: Map<string, unknown>, { name, unset }: MessageField): void {
  const value = found.get(name);
  if (unset === '~' && value === undefined) found.set(name, null);
  if (unset === '?' && (value === '' || value === 0 || value === false || value === null)) found.delete(name);
}

/** A list comes item by item, or its integers packed into one field. */
function items(table: MessageTable, code: string, value: WireValue): unknown[] {
  const isPacked = typeof value !== 'bigint' && (code === 'i' || code === 'b');
  return (isPacked ? [...readVarints(value)] : [value]).map((item) => valueOf(table, code, item));
}

function mapEntry(table: MessageTable, code: string, value: WireValue): [string, unknown] {
  let key = '';
  let item: WireValue | undefined;
  for (const part of readFields(bytesOf(value))) {
    if (part.number === 1) key = bytesOf(part.value).toString();
    if (part.number === 2) item = part.value;
  }
  return [key, valueOf(table, code, item ?? (code === 'i' || code === 'b' ? 0n : EMPTY))];
}

function valueOf(table: MessageTable, code: string, value: WireValue): unknown {
  switch (code) {
    case 'i':
      return Number(BigInt.asIntN(64, integerOf(value)));
    case 'b':
      return integerOf(value) !== 0n;
    case 's':
      return bytesOf(value).toString();
    case 'y':
      return bytesOf(value).toString('base64');
    case 'd': {
      const bytes = bytesOf(value);
      if (bytes.length !== 8) throw wrongWireType();
      return bytes.readDoubleLE();
    }
    default:
      return code.startsWith('#')
        ? decodeMessage(table, code.slice(1), bytesOf(value))
        : specialValue(code, bytesOf(value), (message, bytes) => decodeMessage(table, message, bytes));
  }
}

function integerOf(value: WireValue): bigint {
  if (typeof value !== 'bigint') throw wrongWireType();
  return value;
}

function bytesOf(value: WireValue): Buffer {
  if (typeof value === 'bigint') throw wrongWireType();
  return value;
}

function wrongWireType(): Error {
  return badRequest('proto: wrong wireType');
}
