import { inputError, type KapplyError } from '../../errors.js';
import { isJsonObject } from '../../objects/json.js';

/** Typed reading of one mapping of a kubeconfig. Every error names the file and the field, and never shows a value. */
export interface Fields {
  /** A string; undefined where it is absent, null or empty, which kubectl does not tell apart. */
  text(name: string): string | undefined;
  required(name: string): string;
  flag(name: string): boolean | undefined;
  object(name: string): Fields | undefined;
  list(name: string): Fields[];
  texts(name: string): string[] | undefined;
  /** A mapping of lists of strings. */
  textLists(name: string): Record<string, string[]> | undefined;
  /** This mapping itself, all its values strings. */
  textMap(): Record<string, string>;
  raw(name: string): unknown;
  /** `clusters: [{name, cluster: {…}}]` and the like. */
  entries(name: string, inner: string): { readonly name: string; readonly fieldsNow: () => Fields }[];
  wrong(name: string, what: string): KapplyError;
}

/** @param path where `value` stands in the file: `users[0].user.` */
export function fieldsOf(value: unknown, file: string, path: string): Fields {
  const wrong = (name: string, what: string): KapplyError =>
    inputError('InvalidKubeconfig', `the kubeconfig${fieldAt(`${path}${name}`)} ${what}`, { position: { file } });
  if (!isJsonObject(value)) throw wrong('', 'must be a mapping');
  const raw = (name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);

  const asText = (at: string, found: unknown): string => {
    if (typeof found === 'string') return found;
    throw wrong(at, 'must be a string (quote it, if it looks like a number or a boolean)');
  };
  const array = (name: string): unknown[] => {
    const found = raw(name) ?? [];
    if (!Array.isArray(found)) throw wrong(name, 'must be a list');
    return found;
  };
  const object = (name: string): Fields | undefined => {
    const found = raw(name) ?? undefined;
    return found === undefined ? undefined : fieldsOf(found, file, `${path}${name}.`);
  };
  const text = (name: string): string | undefined => {
    const found = raw(name) ?? '';
    return asText(name, found) === '' ? undefined : asText(name, found);
  };
  const required = (name: string): string => {
    const found = text(name);
    if (found === undefined) throw wrong(name, 'is missing');
    return found;
  };
  const list = (name: string): Fields[] =>
    array(name).map((item, index) => fieldsOf(item ?? {}, file, `${path}${name}[${index}].`));
  const textList = (name: string, found: unknown): string[] => {
    if (!Array.isArray(found)) throw wrong(name, 'must be a list');
    return found.map((item, index) => asText(`${name}[${index}]`, item));
  };

  return {
    text,
    required,
    object,
    list,
    raw,
    wrong,
    flag: (name) => {
      const found = raw(name) ?? undefined;
      if (found !== undefined && typeof found !== 'boolean') throw wrong(name, 'must be true or false');
      return found;
    },
    texts: (name) => ((raw(name) ?? undefined) === undefined ? undefined : textList(name, raw(name))),
    textLists: (name) => {
      const found = raw(name) ?? undefined;
      if (found === undefined) return undefined;
      if (!isJsonObject(found)) throw wrong(name, 'must be a mapping');
      const read = ([key, item]: [string, unknown], index: number) => [key, textList(nth(name, index), item)] as const;
      return Object.fromEntries(Object.entries(found).map(read));
    },
    textMap: () =>
      Object.fromEntries(Object.entries(value).map(([key, item], index) => [key, asText(nth('', index), item)])),
    entries: (name, inner) =>
      list(name).map((entry) => ({
        // Go reads a name that is missing as an empty one, which a context may mean.
        name: entry.text('name') ?? '',
        fieldsNow: () => entry.object(inner) ?? fieldsOf({}, file, `${path}${name}.${inner}.`),
      })),
  };
}

/** Which of the entries that people name themselves: with a quote too few, the name of one holds the secret behind it. */
function nth(name: string, index: number): string {
  return `${name}[entry ${index + 1}]`;
}

/** The words for a field; none for the file as a whole. A mapping in it ends in a dot. */
function fieldAt(path: string): string {
  return path === '' ? '' : `'s field ${path.replace(/\.$/, '')}`;
}
