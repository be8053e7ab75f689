/** The body of a request or an answer as it may be shown: without what a Secret holds, in whatever form it came. */
import { MASK } from '../objects/redact.js';
import type { Masks } from '../objects/masks.js';
import { mapSecretTexts } from '../objects/secretTexts.js';
import { mapTexts } from '../objects/mapTexts.js';

/** More of a body than this is told by its size: a list of thousands is no help. */
const MOST_CHARACTERS = 16_384;

const SECRETS = /\/secrets(?:[/?]|$)/;

type Fields = Readonly<Record<string, unknown>>;

/** What is no JSON is a log or a page of a proxy: only what was learned to be secret is taken out of it. */
export function shownBody(text: string, path: string, masks: Masks): string {
  const whole = masks.hideIn(masked(text, path, masks));
  const rest = whole.length - MOST_CHARACTERS;
  return rest > 0 ? `${whole.slice(0, MOST_CHARACTERS)}… and ${rest} characters more` : whole;
}

function masked(text: string, path: string, masks: Masks): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Half a Secret is one as well.
    return SECRETS.test(path) ? MASK : text;
  }
  // What is done to a Secret's fields one by one has no kind that says so.
  if (Array.isArray(value)) return JSON.stringify(SECRETS.test(path) ? mapTexts(value, hideValue, isNoValue) : value);
  const whole = withKinds(value, path);
  masks.learn(whole);
  return JSON.stringify(
    mapTexts(
      mapSecretTexts(whole, () => MASK, masks.rules),
      masks.hideIn,
    ),
  );
}

const hideValue = (): string => MASK;
const isNoValue = (field: string): boolean => field === 'op' || field === 'path';

/** Items of a list, and merge patches, do not say what they are: the list and the path do. */
function withKinds(value: unknown, path: string): unknown {
  if (value === null || typeof value !== 'object') return value;
  const object = value as Fields;
  const { kind = '', apiVersion = 'v1', items } = object;
  if (Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List')) {
    const itemKind = kind.slice(0, -'List'.length);
    return { ...object, items: items.map((item: object) => ({ apiVersion, kind: itemKind, ...item })) };
  }
  return kind === '' && SECRETS.test(path) ? { apiVersion: 'v1', kind: 'Secret', ...object } : value;
}
