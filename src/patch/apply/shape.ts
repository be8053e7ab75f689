import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json } from '../../objects/object.js';
import { type Schema, type SchemaTable, fieldSchema, hasProperty, itemSchema } from '../schema/schemaTable.js';

/**
 * How server-side apply looks at a value: which kinds of value may stand there and how their parts are owned. It is
 * structured-merge-diff's Atom, made from a Schema by the rules of kube-openapi's schemaconv.
 */
export interface Shape {
  readonly scalar?: ScalarType;
  readonly list?: ListShape;
  readonly map?: MapShape;
}

export type ScalarType = 'string' | 'numeric' | 'boolean' | 'untyped';

export interface ListShape {
  /** Owned as a whole; otherwise by item. */
  readonly atomic: boolean;
  /** The fields that tell items apart; none for a set. */
  readonly keys: readonly string[];
  readonly items: () => Shape;
  /** The default of a key field that an item leaves out. */
  readonly keyDefault: (key: string) => Json | undefined;
}

export interface MapShape {
  /** Owned as a whole; otherwise by field. */
  readonly atomic: boolean;
  /** Whether the schema names the field, as opposed to a key of a map. */
  readonly declares: (name: string) => boolean;
  /** The fields that the schema names. */
  readonly names: () => readonly string[];
  /** Undefined where the schema allows no such field. */
  readonly field: (name: string) => Shape | undefined;
  /** Any value in any field: what schema changes are not looked for in. */
  readonly deduced: boolean;
}

const NO_DEFAULT = (): undefined => undefined;

/** A value without a schema in which nothing is owned apart: what a list without item schema holds. */
const UNTYPED: Shape = {
  scalar: 'untyped',
  list: { atomic: true, keys: [], items: () => UNTYPED, keyDefault: NO_DEFAULT },
  map: { atomic: true, declares: () => false, names: () => [], field: () => UNTYPED, deduced: false },
};

/** A value without a schema, typed by what it is: objects are owned by field, lists as a whole. */
export const DEDUCED: Shape = {
  scalar: 'untyped',
  list: { atomic: true, keys: [], items: () => UNTYPED, keyDefault: NO_DEFAULT },
  map: { atomic: false, declares: () => false, names: () => [], field: () => DEDUCED, deduced: true },
};

const known = new WeakMap<SchemaTable, WeakMap<Schema, Shape>>();

/** The shape of a resolved schema of this table; the same object each time. */
export function shapeOf(table: SchemaTable, schema: Schema): Shape {
  let shapes = known.get(table);
  if (shapes === undefined) {
    shapes = new WeakMap();
    known.set(table, shapes);
  }
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = newShape(table, schema);
    shapes.set(schema, shape);
  }
  return shape;
}

function newShape(table: SchemaTable, schema: Schema): Shape {
  switch (schema.type) {
    case 'object':
      return { map: mapShape(table, schema) };
    case 'array':
      return { list: listShape(table, schema) };
    case 'integer':
    case 'number':
      return { scalar: 'numeric' };
    case 'boolean':
      return { scalar: 'boolean' };
    case 'string':
      return { scalar: schema.format === undefined || schema.format === 'byte' ? 'string' : 'untyped' };
    default:
      return { scalar: 'untyped', list: listShape(table, schema), map: mapShape(table, schema) };
  }
}

function listShape(table: SchemaTable, schema: Schema): ListShape {
  const items = () => {
    const item = itemSchema(table, schema);
    return item === undefined ? UNTYPED : shapeOf(table, item);
  };
  return {
    ...ownership(schema),
    items,
    keyDefault: (key) => {
      const item = itemSchema(table, schema);
      return item && hasProperty(item, key) ? fieldSchema(table, item, key)?.default : undefined;
    },
  };
}

/** The list's type, or for want of it what the patch strategy tells; lists are atomic by default. */
function ownership({
  listType,
  listKeys = [],
  patchStrategy,
  patchMergeKey,
}: Schema): Pick<ListShape, 'atomic' | 'keys'> {
  if (listType !== undefined) return { atomic: listType === 'atomic', keys: listType === 'map' ? listKeys : [] };
  const merges = patchStrategy === 'merge' || patchStrategy === 'merge,retainKeys';
  return { atomic: !merges, keys: merges && patchMergeKey !== undefined ? [patchMergeKey] : [] };
}

function mapShape(table: SchemaTable, schema: Schema): MapShape {
  const { properties, additionalProperties } = schema;
  const named = properties !== undefined && Object.keys(properties).length > 0;
  const deducesOthers =
    additionalProperties === true ||
    (additionalProperties === undefined && (schema.mergesUnknownFields === true || !named));
  const others = (name: string) => {
    if (deducesOthers) return DEDUCED;
    const field = fieldSchema(table, schema, name);
    return field && shapeOf(table, field);
  };
  return {
    atomic: schema.mapType === 'atomic',
    declares: (name) => hasProperty(schema, name),
    names: () => Object.keys(properties ?? {}),
    field: (name) => {
      if (!hasProperty(schema, name)) return others(name);
      const field = fieldSchema(table, schema, name);
      // A reference that leads nowhere: anything may be there.
      return field === undefined ? DEDUCED : shapeOf(table, field);
    },
    deduced: !named && (deducesOthers || holdsUntyped(schema)),
  };
}

/** A map whose values may be anything, said in place rather than by reference. */
function holdsUntyped({ additionalProperties: values }: Schema): boolean {
  if (typeof values === 'string') return values === '' || /^string\/(?!byte)/.test(values);
  return typeof values === 'object' && values.ref === undefined && values.type === undefined;
}

export type Branch = 'map' | 'scalar' | 'list';

/** Which of the shape's branches a value takes; undefined where it fits none, or is null or absent, and more are open. */
export function narrow(shape: Shape, value: Json | undefined): Branch | undefined {
  if (isJsonArray(value)) return shape.list === undefined ? only(shape) : 'list';
  if (isJsonObject(value)) return shape.map === undefined ? only(shape) : 'map';
  if (value === undefined || value === null || shape.scalar === undefined) return only(shape);
  return 'scalar';
}

function only({ map, scalar, list }: Shape): Branch | undefined {
  if (map !== undefined) return scalar === undefined && list === undefined ? 'map' : undefined;
  if (scalar !== undefined) return list === undefined ? 'scalar' : undefined;
  return 'list';
}

/** The branch by which a value is treated: the narrowed one, or the first of those that are open. */
export function branchOf(shape: Shape, branch: Branch | undefined): Branch {
  return branch ?? (shape.map !== undefined ? 'map' : 'scalar');
}
