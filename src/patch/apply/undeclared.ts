import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json } from '../../objects/object.js';
import { branchOf, narrow, type Shape } from './shape.js';

/**
 * A value without the fields that its shape does not declare, as the API server drops them from everything but an apply
 * (KEP-2885, fieldValidation), and where they stood: `spec.template.spec.containers[0].imagee`.
 */
export function withoutUndeclared(
  shape: Shape,
  value: Json,
  path = '',
): { readonly value: Json; readonly dropped: readonly string[] } {
  const branch = branchOf(shape, narrow(shape, value));
  const dropped: string[] = [];
  const walk = (to: Shape, child: Json, at: string): Json => {
    const inner = withoutUndeclared(to, child, at);
    dropped.push(...inner.dropped);
    return inner.value;
  };
  if (branch === 'list' && shape.list !== undefined && isJsonArray(value)) {
    const { items } = shape.list;
    return { value: value.map((item, index) => walk(items(), item, `${path}[${index}]`)), dropped };
  }
  if (branch !== 'map' || shape.map === undefined || !isJsonObject(value)) return { value, dropped };
  const { map } = shape;
  const fields = Object.entries(value).flatMap(([name, child]): [string, Json][] => {
    if (child === undefined) return [];
    const at = path === '' ? name : `${path}.${name}`;
    const field = map.field(name);
    if (field !== undefined) return [[name, walk(field, child, at)]];
    dropped.push(at);
    return [];
  });
  return dropped.length === 0 ? { value, dropped } : { value: Object.fromEntries(fields), dropped };
}
