import type { Schema, SchemaNode, SchemaTable } from '../patch/schema/schemaTable.js';
import { resolveSchema } from '../patch/schema/schemaTable.js';
import { isDraft } from './draft.js';
import type { Draft } from './draft.js';
import { decodeValue, type Field, type Plan } from './wireValue.js';
import wire from './wire.json' with { type: 'json' };

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const CODES: Readonly<Record<string, string>> = wire;

/** Decodes objects of built-in kinds in place of Go's structs. */
export interface Codec {
  /**
   * The object as the server would hold it. Unknown fields are reported by path, as in `spec.template.spec.containers[0].foo`.
   * Throws a BadRequest without the prefix that names the kind, for a value of the wrong type.
   */
  decode(definition: string, value: Draft, onUnknown: (path: string) => void): Draft;
}

/** What decodes the objects of the kinds that the table describes. */
export function createCodec(table: SchemaTable): Codec {
  const plans = new Map<string, Plan>();

  const planOf = (node: SchemaNode | undefined): Plan => {
    if (node === undefined) return { shape: 'any' };
    const ref = typeof node === 'string' ? (node.startsWith('#') ? node.slice(1) : undefined) : node.ref;
    if (ref === QUANTITY) return { shape: 'quantity' };
    const schema = resolveSchema(table, node);
    if (schema === undefined) return { shape: 'any' };
    if (ref !== undefined && schema.properties !== undefined) return structPlan(ref, schema);
    return scalarOrContainer(schema, ref);
  };

  const structPlan = (name: string, schema: Schema): Plan => {
    const known = plans.get(name);
    if (known !== undefined) return known;
    let fields: Map<string, Field> | undefined;
    const plan: Plan = { shape: 'struct', name, fields: () => (fields ??= fieldsOf(name, schema)) };
    plans.set(name, plan);
    return plan;
  };

  const fieldsOf = (name: string, schema: Schema): Map<string, Field> => {
    const codes = new Map((CODES[name] ?? '').split(' ').map((word) => [word.slice(1), word.slice(0, 1)]));
    return new Map(
      Object.entries(schema.properties ?? {}).map(([field, node]) => [
        field,
        { plan: planOf(node), zero: codes.get(field) ?? '' },
      ]),
    );
  };

  const scalarOrContainer = (schema: Schema, ref: string | undefined): Plan => {
    if (schema.intOrString === true || schema.format === 'int-or-string') return { shape: 'intOrText' };
    switch (schema.type) {
      case 'array':
        return { shape: 'list', item: planOf(schema.items) };
      case 'object': {
        const { additionalProperties: values } = schema;
        return values === undefined || typeof values === 'boolean'
          ? { shape: 'any' }
          : { shape: 'map', value: planOf(values) };
      }
      case 'boolean':
        return { shape: 'flag' };
      case 'integer':
      case 'number':
        return { shape: 'number', goType: schema.format === 'int64' ? 'int64' : 'int32' };
      case 'string':
        if (schema.format === 'byte') return { shape: 'bytes' };
        if (ref?.endsWith('.MicroTime') === true) return { shape: 'microTime' };
        return { shape: schema.format === 'date-time' ? 'time' : 'text' };
      default:
        return { shape: 'any' };
    }
  };

  return {
    decode: (definition, value, onUnknown) => {
      const plan = planOf(`#${definition}`);
      const decoded = decodeValue(plan, value, { path: '', goPath: '', struct: '', onUnknown });
      return isDraft(decoded) ? decoded : {};
    },
  };
}
