/** Random edits of JSON objects, as people and tools make them. */
import type { Json, JsonObject } from '../../../../src/objects/object.js';

/** A number from 0 up to, not including, `limit`. */
export type Random = (limit: number) => number;

/** mulberry32: the same seed gives the same numbers on every machine. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}

type Parent = Record<string, Json> | Json[];

/** A copy in which one random place, below what names the object, is changed. */
export function edited(object: JsonObject, random: Random): JsonObject {
  const copy = structuredClone(object) as Record<string, Json>;
  const places: { parent: Parent; key: string | number }[] = [];
  const visit = (value: Json | undefined, path: string): void => {
    if (value === null || typeof value !== 'object') return;
    const parent = value as Parent;
    for (const key of Object.keys(value)) {
      const at = `${path}.${key}`;
      const isName = ['.apiVersion', '.kind', '.metadata', '.metadata.name', '.metadata.namespace'].includes(at);
      if (!isName) places.push({ parent, key: Array.isArray(parent) ? Number(key) : key });
      visit((parent as Record<string, Json>)[key], at);
    }
  };
  visit(copy, '');
  const place = places[random(places.length)];
  if (place !== undefined) editAt(place.parent as Record<string | number, Json>, place.key, random);
  return copy;
}

function editAt(parent: Record<string | number, Json>, key: string | number, random: Random): void {
  const value = parent[key] ?? null;
  const remove = (): void => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(parent, key);
  };
  if (random(4) === 0) {
    remove();
  } else if (Array.isArray(value)) {
    const items = value as Json[];
    const choice = random(4);
    if (choice === 0) items.reverse();
    else if (choice === 1) items.push(structuredClone(items[random(items.length)] ?? 'x'));
    else if (choice === 2) items.length = 0;
    else items.sort(() => random(3) - 1);
  } else if (value !== null && typeof value === 'object') {
    if (random(2) === 0) parent[key] = {};
    else (value as Record<string, Json>)[`k${random(3)}`] = 'v';
  } else {
    parent[key] = otherScalar(value, random);
  }
}

/** Another value, or the same one written in another way. */
function otherScalar(value: Json, random: Random): Json {
  if (typeof value === 'number') return value + random(3);
  if (typeof value === 'boolean') return random(2) === 0;
  if (value === '1000m') return '1';
  if (value === '1') return '1000m';
  if (value === '1Gi') return '1024Mi';
  if (value === '100m') return 0.1;
  return random(3) === 0 ? value : `${typeof value === 'string' ? value : ''}${random(3)}`;
}
