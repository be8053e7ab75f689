/** What scripts/wire writes of Go's types into messages.json, whose codes it explains. */
export interface MessageTable {
  /** The message of a kind, by `apiVersion/kind`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** By the name of a message, its fields. */
  readonly messages: Readonly<Record<string, string>>;
}

/** A field of a message, and what becomes of it in JSON. */
export interface MessageField {
  readonly name: string;
  /** `*` a list, `%` a map of such values. */
  readonly many: '' | '*' | '%';
  /** `?` left out at its zero value, `~` null where it is not set. */
  readonly unset: '' | '?' | '~';
  readonly code: string;
}

/** The messages of Kubernetes v1.37's built-in kinds; loaded when the first body needs them. */
export async function messageTable(): Promise<MessageTable> {
  return (await import('./messages.json', { with: { type: 'json' } })).default;
}

const parsed = new WeakMap<MessageTable, Map<string, ReadonlyMap<number, MessageField>>>();

/** The fields of a message by their numbers. */
export function fieldsOf(table: MessageTable, message: string): ReadonlyMap<number, MessageField> {
  const known = parsed.get(table) ?? new Map<string, ReadonlyMap<number, MessageField>>();
  parsed.set(table, known);
  const fields = known.get(message) ?? parseFields(table.messages[message] ?? '');
  known.set(message, fields);
  return fields;
}

function parseFields(text: string): ReadonlyMap<number, MessageField> {
  const fields = new Map<number, MessageField>();
  let number = 0;
  for (const words of text.split(',').map((field) => field.split(' '))) {
    number = words.length > 2 ? Number(words.shift()) : number + 1;
    const [name = '', written = ''] = words;
    const [, unset = '', many = '', code = ''] = /^([?~]?)([*%]?)(.*)$/.exec(written) ?? [];
    if (name !== '') fields.set(number, { name, unset, many, code } as MessageField);
  }
  return fields;
}
