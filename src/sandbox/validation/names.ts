import { fieldInvalid, fieldRequired, type FieldError } from '../fieldErrors.js';

/** The forms of names and keys, with the texts of k8s.io/apimachinery pkg/util/validation. */

const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const LABEL_1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const CONFIG_KEY = '[-._a-zA-Z0-9]+';

interface Form {
  readonly pattern: RegExp;
  readonly longest: number;
  readonly text: string;
}

/** Examples are joined as the server joins them: `'a',  or 'b'`. */
function form(pattern: string, longest: number, what: string, examples: readonly string[]): Form {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  const hint = `(e.g. ${shown}regex used for validation is '${pattern}')`;
  return { pattern: new RegExp(`^${pattern}$`), longest, text: `${what} ${hint}` };
}

const FORMS = {
  subdomain: form(
    SUBDOMAIN,
    253,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    ['example.com'],
  ),
  label: form(
    LABEL_1123,
    63,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    ['my-name', '123-abc'],
  ),
  service: form(
    LABEL_1035,
    63,
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    ['my-name', 'abc-123'],
  ),
  qualifiedPart: form(
    QUALIFIED,
    63,
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    ['MyName', 'my.name', '123-abc'],
  ),
  labelValue: form(
    LABEL_VALUE,
    63,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    ['MyValue', 'my_value', '12345'],
  ),
  configKey: form(CONFIG_KEY, 253, "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", [
    'key.name',
    'KEY_NAME',
    'key-name',
  ]),
} satisfies Record<string, Form>;

export type NameForm = keyof typeof FORMS | 'path';

/** What is wrong with a name; empty where nothing is. */
export function nameProblems(value: string, kind: NameForm): string[] {
  if (kind === 'path') return pathProblems(value);
  const { pattern, longest, text } = FORMS[kind];
  return [
    ...(value.length > longest ? [`must be no more than ${longest} bytes`] : []),
    ...(pattern.test(value) ? [] : [text]),
  ];
}

/** Names that only have to stand in a URL: roles and their bindings. */
function pathProblems(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
}

/** A label key, an annotation key, a finalizer: an optional DNS prefix, a slash, and a name. */
export function qualifiedNameProblems(value: string): string[] {
  const parts = value.split('/');
  const name = parts.at(-1) ?? '';
  const { text } = FORMS.qualifiedPart;
  if (parts.length > 2) {
    return [
      `a qualified name ${text.replace(/\(e\.g\. /, '(e.g. ')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined;
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix === undefined || prefix === '' ? [] : nameProblems(prefix, 'subdomain').map((p) => `prefix part ${p}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...nameProblems(name, 'qualifiedPart').map((problem) => `name part ${problem}`),
  ];
}

/** What is wrong with a name of the given form; a missing one is an error as well. */
export function nameErrors(field: string, value: string, kind: NameForm): FieldError[] {
  if (value === '') return [fieldRequired(field, 'name or generateName is required')];
  return nameProblems(value, kind).map((problem) => fieldInvalid(field, value, problem));
}

/** What is wrong with labels: their names and values. */
export function labelErrors(field: string, labels: Readonly<Record<string, unknown>> | undefined): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => fieldInvalid(field, key, problem)),
    ...nameProblems(String(value), 'labelValue').map((problem) => fieldInvalid(field, value, problem)),
  ]);
}
