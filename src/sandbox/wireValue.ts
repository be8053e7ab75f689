import { canonicalQuantity } from '../objects/quantity.js';
import { isDraft } from './draft.js';
import type { Draft } from './draft.js';
import { badRequest } from './status.js';

/**
 * Built-in kinds are Go structs on a real server, and every object passes through them: unknown fields are dropped (and
 * named, see strict decoding in sigs.k8s.io/json), a value of the wrong type is refused, zero values come and go as the
 * struct's tags say (wire.json, made by scripts/wire), quantities become canonical.
 */
export type Plan =
  | { readonly shape: 'struct'; readonly name: string; readonly fields: () => ReadonlyMap<string, Field> }
  | { readonly shape: 'list'; readonly item: Plan }
  | { readonly shape: 'map'; readonly value: Plan }
  | { readonly shape: 'text' | 'bytes' | 'flag' | 'quantity' | 'intOrText' | 'time' | 'microTime' | 'any' }
  | { readonly shape: 'number'; readonly goType: string };

export interface Field {
  readonly plan: Plan;
  /** `-` left out at its zero value; `'` `0` `!` `{` `~` always there, with that when not set; '' as it was given. */
  readonly zero: string;
}

interface Where {
  readonly path: string;
  /** The path without indexes, as Go's decoder reports it. */
  readonly goPath: string;
  /** The Go struct that the field is in. */
  readonly struct: string;
  readonly onUnknown: (path: string) => void;
}

/** A value as the server would hold it. Throws a BadRequest for one of the wrong type. */
export function decodeValue(plan: Plan, value: unknown, where: Where): unknown {
  switch (plan.shape) {
    case 'any':
      return value;
    case 'struct':
      if (!isDraft(value)) throw mismatch(value, where, goName(plan.name));
      return decodeStruct(plan.name, plan.fields(), value, where);
    case 'list':
      if (!Array.isArray(value)) throw mismatch(value, where, `[]${goType(plan.item)}`);
      return value.map((item: unknown, i) => {
        const inner = { ...where, path: `${where.path}[${i}]` };
        return item === null ? zeroItem(plan.item, inner) : decodeValue(plan.item, item, inner);
      });
    case 'map': {
      if (!isDraft(value)) throw mismatch(value, where, `map[string]${goType(plan.value)}`);
      const result: Draft = {};
      for (const [key, item] of Object.entries(value)) {
        const inner = { ...where, path: `${where.path}.${key}` };
        result[key] = item === null ? zeroItem(plan.value, inner) : decodeValue(plan.value, item, inner);
      }
      return result;
    }
    case 'text':
      if (typeof value !== 'string') throw mismatch(value, where, 'string');
      return value;
    case 'bytes':
      if (typeof value !== 'string') throw mismatch(value, where, '[]uint8');
      return canonicalBase64(value);
    case 'flag':
      if (typeof value !== 'boolean') throw mismatch(value, where, 'bool');
      return value;
    case 'number':
      if (typeof value !== 'number') throw mismatch(value, where, plan.goType);
      return value;
    case 'intOrText':
      if (typeof value !== 'number' && typeof value !== 'string') throw mismatch(value, where, 'int32');
      return value;
    case 'quantity': {
      const canonical = typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(value) : undefined;
      if (canonical === undefined) {
        throw badRequest("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
      }
      return canonical;
    }
    case 'time':
      return canonicalTime(value, where, 0);
    case 'microTime':
      return canonicalTime(value, where, 6);
  }
}

/** What null is in a list or a map of such values. */
function zeroItem(plan: Plan, where: Where): unknown {
  switch (plan.shape) {
    case 'text':
    case 'bytes':
      return '';
    case 'flag':
      return false;
    case 'number':
      return 0;
    case 'quantity':
      return '0';
    case 'struct':
      return decodeStruct(plan.name, plan.fields(), {}, where);
    default:
      return null;
  }
}

function decodeStruct(name: string, fields: ReadonlyMap<string, Field>, value: Draft, where: Where): Draft {
  const result: Draft = {};
  const struct = name.slice(name.lastIndexOf('.') + 1);
  for (const [key, item] of Object.entries(value)) {
    const path = where.path === '' ? key : `${where.path}.${key}`;
    const field = fields.get(key);
    if (field === undefined) {
      where.onUnknown(path);
    } else if (item !== null && item !== undefined) {
      const goPath = where.goPath === '' ? key : `${where.goPath}.${key}`;
      const decoded = decodeValue(field.plan, item, { path, goPath, struct, onUnknown: where.onUnknown });
      if (!isLeftOut(field, decoded)) result[key] = decoded;
    }
  }
  for (const [key, field] of fields) {
    if (result[key] === undefined) {
      const zero = zeroOf(field, where);
      if (zero !== undefined) result[key] = zero;
    }
  }
  return result;
}

function isLeftOut({ plan, zero }: Field, value: unknown): boolean {
  if (zero === '-') return value === '' || value === 0 || value === false;
  if (zero === '~') return false;
  if (plan.shape === 'list') return Array.isArray(value) && value.length === 0;
  return plan.shape === 'map' && isDraft(value) && Object.keys(value).length === 0;
}

function zeroOf({ plan, zero }: Field, where: Where): unknown {
  switch (zero) {
    case "'":
      return '';
    case '0':
      return plan.shape === 'quantity' ? '0' : 0;
    case '!':
      return false;
    case '~':
      return null;
    case '{':
      return plan.shape === 'struct' ? decodeStruct(plan.name, plan.fields(), {}, where) : {};
    default:
      return undefined;
  }
}

function mismatch(value: unknown, where: Where, type: string): Error {
  const given = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const field = where.struct === '' ? 'value' : `field ${where.struct}.${where.goPath}`;
  return badRequest(`json: cannot unmarshal ${given} into Go struct ${field} of type ${type}`);
}

/** `io.k8s.api.apps.v1.DeploymentSpec` → `v1.DeploymentSpec` */
function goName(definition: string): string {
  return definition.split('.').slice(-2).join('.');
}

function goType(plan: Plan): string {
  switch (plan.shape) {
    case 'struct':
      return goName(plan.name);
    case 'number':
      return plan.goType;
    case 'flag':
      return 'bool';
    case 'bytes':
      return '[]uint8';
    case 'quantity':
      return 'resource.Quantity';
    case 'list':
      return `[]${goType(plan.item)}`;
    default:
      return 'string';
  }
}

function canonicalBase64(value: string): string {
  const stripped = value.replace(/[\r\n]/g, '');
  const wrong = /[^A-Za-z0-9+/=]/.exec(stripped)?.index ?? (stripped.length % 4 === 0 ? -1 : stripped.length);
  if (wrong >= 0) throw badRequest(`illegal base64 data at input byte ${wrong}`);
  return stripped;
}

function canonicalTime(value: unknown, where: Where, digits: number): string {
  if (typeof value !== 'string') throw mismatch(value, where, 'string');
  const ms = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(ms)) {
    throw badRequest(`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
  }
  const whole = new Date(ms).toISOString().slice(0, 19);
  if (digits === 0) return `${whole}Z`;
  const fraction = /\.(\d+)/.exec(value)?.[1] ?? '';
  return `${whole}.${fraction.slice(0, digits).padEnd(digits, '0')}Z`;
}
