import { DEFINITION_KIND } from '../catalog.js';
import { keepsUnknownFields, schemaOfField, structuralSchema } from '../customResource/structuralSchema.js';
import type { StructuralSchema } from '../customResource/structuralSchema.js';
import { child, isDraft } from '../draft.js';
import type { Draft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import type { World } from '../registry/world.js';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../fieldErrors.js';

/**
 * Custom resources against their structural schema, in the words of kube-openapi's validation as
 * apiextensions-apiserver pkg/apiserver/validation passes them on. Rules in CEL are not evaluated.
 */
export function customResourceErrors(world: World, resource: Resource, draft: Draft): FieldError[] {
  const definition = world.store.get(DEFINITION_KIND, '', resource.definition ?? '');
  const schema = structuralSchema(definition, resource.version);
  if (schema === undefined) return [];
  const { metadata: _, ...rest } = draft;
  return valueErrors(schema, rest, '');
}

function valueErrors(schema: StructuralSchema, value: unknown, path: string): FieldError[] {
  if (value === null && schema['nullable'] === true) return [];
  const wrongType = typeError(schema, value, path);
  if (wrongType !== undefined) return [wrongType];
  return [
    ...enumErrors(schema, value, path),
    ...boundErrors(schema, value, path),
    ...(Array.isArray(value) ? itemErrors(schema, value, path) : []),
    ...(isDraft(value) ? fieldErrors(schema, value, path) : []),
  ];
}

function typeError(schema: StructuralSchema, value: unknown, path: string): FieldError | undefined {
  const type = schema['type'];
  if (typeof type !== 'string') return undefined;
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || Number.isInteger(value) ? undefined : mismatch(path, 'integer,string', value);
  }
  const given = typeOf(value);
  if (given === type || (type === 'number' && given === 'integer')) return undefined;
  return mismatch(path, type, value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function mismatch(path: string, type: string, value: unknown): FieldError {
  const shown = JSON.stringify(typeOf(value));
  return {
    reason: 'FieldValueTypeInvalid',
    field: path === '' ? '<nil>' : path,
    message: `Invalid value: ${shown}: ${path} in body must be of type ${type}: ${shown}`,
  };
}

function enumErrors(schema: StructuralSchema, value: unknown, path: string): FieldError[] {
  const allowed = schema['enum'];
  if (!Array.isArray(allowed) || allowed.includes(value)) return [];
  return [fieldNotSupported(path, value, allowed.map(String))];
}

function boundErrors(schema: StructuralSchema, value: unknown, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const bound = (name: string): number | undefined => {
    const limit = schema[name];
    return typeof limit === 'number' ? limit : undefined;
  };
  const least = bound('minimum');
  const most = bound('maximum');
  if (typeof value === 'number') {
    if (least !== undefined && value < least) {
      errors.push(fieldInvalid(path, value, `${path} in body should be greater than or equal to ${least}`));
    }
    if (most !== undefined && value > most) {
      errors.push(fieldInvalid(path, value, `${path} in body should be less than or equal to ${most}`));
    }
  }
  if (typeof value === 'string') {
    const shortest = bound('minLength');
    const longest = bound('maxLength');
    const pattern = schema['pattern'];
    if (shortest !== undefined && charactersIn(value) < shortest) {
      errors.push(fieldInvalid(path, value, `${path} in body should be at least ${shortest} chars long`));
    }
    if (longest !== undefined && charactersIn(value) > longest) {
      const message = `Too long: may not be more than ${longest} bytes`;
      errors.push({ reason: 'FieldValueTooLong', field: path, message });
    }
    if (typeof pattern === 'string' && !new RegExp(pattern).test(value)) {
      errors.push(fieldInvalid(path, value, `${path} in body should match '${pattern}'`));
    }
  }
  return errors;
}

function itemErrors(schema: StructuralSchema, value: readonly unknown[], path: string): FieldError[] {
  const items = child(schema, 'items');
  const least = schema['minItems'];
  const most = schema['maxItems'];
  return [
    ...(typeof least === 'number' && value.length < least
      ? [fieldInvalid(path, value.length, `${path} in body should have at least ${least} items`)]
      : []),
    ...(typeof most === 'number' && value.length > most
      ? [
          {
            reason: 'FieldValueTooMany' as const,
            field: path,
            message: `Too many: ${value.length}: must have at most ${most} items`,
          },
        ]
      : []),
    ...(items === undefined ? [] : value.flatMap((item, i) => valueErrors(items, item, `${path}[${i}]`))),
  ];
}

function fieldErrors(schema: StructuralSchema, value: Draft, path: string): FieldError[] {
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const inner = (field: string): string => (path === '' ? field : `${path}.${field}`);
  return [
    ...required
      .filter((field) => value[field] === undefined && field !== 'metadata')
      .map((field) => fieldRequired(inner(field))),
    ...Object.entries(value).flatMap(([field, item]) => {
      const known = schemaOfField(schema, field);
      if (known === undefined || item === undefined || (path === '' && ['apiVersion', 'kind'].includes(field)))
        return [];
      return keepsUnknownFields(known) && known['type'] === undefined ? [] : valueErrors(known, item, inner(field));
    }),
  ];
}

/** Unicode code points, as Go counts runes. */
function charactersIn(text: string): number {
  return Array.from(text).length;
}
