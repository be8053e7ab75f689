/** What a record must not hold is left out of it, and taken from the live object when the record is deployed again. Pure. */
import { mapFields } from '../../objects/mapFields.js';
import { isJsonObject } from '../../objects/json.js';
import type { KubeObject } from '../../objects/object.js';
import { mapSecretTexts, type MaskRule } from '../../objects/secretTexts.js';

/** Stands for a text that the record does not hold. */
export const WITHHELD = '\u2400kapply withheld this\u2400';

/** A copy without its secret texts: what these are, objects/secretTexts says. Whatever else stands in it stays byte for byte. */
export function withhold(object: KubeObject, rules: readonly MaskRule[]): KubeObject {
  const folded = foldStringData(object);
  const masked = mapSecretTexts(folded, () => WITHHELD, rules);
  return keepOthers(folded, masked) as KubeObject;
}

/** The live Secret has all of its values in `data`: there they are looked for. */
function foldStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || !isJsonObject(stringData)) return object;
  const values = mapFields(stringData, () => WITHHELD) as Record<string, string>;
  return { ...rest, data: { ...(isJsonObject(object.data) ? object.data : {}), ...values } };
}

/** A copy of a ConfigMap with its keys alone: for what is too large for a record. */
export function withholdData(object: KubeObject): KubeObject {
  const emptied = (field: 'data' | 'binaryData') => {
    const values = object[field];
    return isJsonObject(values) ? { [field]: mapFields(values, () => WITHHELD) as Record<string, string> } : {};
  };
  return { ...object, ...emptied('data'), ...emptied('binaryData') };
}

/** Masking writes manifests that stand in a text anew, also those without a secret. */
function keepOthers(original: unknown, masked: unknown): unknown {
  // Of most objects nothing is masked.
  if (masked === original) return original;
  if (typeof masked === 'string' || typeof original !== 'object' || original === null)
    return isWithheld(masked) ? masked : original;
  if (Array.isArray(original)) {
    const items = original as readonly unknown[];
    return items.map((item, index) => keepOthers(item, (masked as readonly unknown[])[index]));
  }
  return mapFields(original, (value, field) => keepOthers(value, fieldOf(masked, field)));
}

/** True where something was left out of the object. */
export function hasWithheld(value: unknown): boolean {
  if (typeof value === 'string') return isWithheld(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasWithheld);
}

export interface Restored {
  readonly object: KubeObject;
  /** The paths of what nothing holds any more. */
  readonly lost: readonly string[];
}

/** The object with what was withheld, as the live one has it at the same place. */
export function restore(recorded: KubeObject, live: KubeObject | undefined): Restored {
  const lost: string[] = [];
  return { object: put(recorded, live, '', lost) as KubeObject, lost };
}

function put(recorded: unknown, live: unknown, path: string, lost: string[]): unknown {
  if (typeof recorded === 'string') {
    if (!isWithheld(recorded)) return recorded;
    if (fits(recorded, live)) return live;
    lost.push(path);
    return recorded;
  }
  if (typeof recorded !== 'object' || recorded === null) return recorded;
  if (Array.isArray(recorded)) {
    const items = recorded as readonly unknown[];
    return items.map((item, index) => put(item, counterpart(item, index, items, live), `${path}[${index}]`, lost));
  }
  return mapFields(recorded, (value, field) =>
    put(value, fieldOf(live, field), path === '' ? field : `${path}.${field}`, lost),
  );
}

/** The item of a live list that is the same one: of the same name, or at the same place of a list as long. */
function counterpart(item: unknown, index: number, items: readonly unknown[], live: unknown): unknown {
  if (!Array.isArray(live)) return undefined;
  const others = live as readonly unknown[];
  const name = fieldOf(item, 'name');
  if (typeof name === 'string') return others.find((other) => fieldOf(other, 'name') === name);
  const follower = item === WITHHELD ? followerOf(items[index - 1], others) : undefined;
  if (follower !== undefined) return follower;
  if (typeof item === 'string') {
    const matching = others.filter((other) => fits(item, other));
    return matching.length === 1 ? matching[0] : undefined;
  }
  return others.length === items.length ? others[index] : undefined;
}

/** What stands behind an argument that is there once: its value, wherever the two are now. */
function followerOf(flag: unknown, others: readonly unknown[]): unknown {
  const at = flag === undefined ? -1 : others.indexOf(flag);
  return at >= 0 && at === others.lastIndexOf(flag) ? others[at + 1] : undefined;
}

function isWithheld(value: unknown): boolean {
  return typeof value === 'string' && value.includes(WITHHELD);
}

/** True where a live value reads as the recorded text, whatever stands for what was withheld: `--token=…`. */
function fits(recorded: string, live: unknown): boolean {
  if (live === undefined || live === null) return false;
  if (recorded === WITHHELD) return true;
  if (typeof live !== 'string') return false;
  const parts = recorded.split(WITHHELD);
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (live.startsWith(part) ? 0 : -1) : live.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return live.endsWith(parts.at(-1) ?? '');
}

function fieldOf(value: unknown, field: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
}
