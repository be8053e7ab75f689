/** Label selectors in kubectl's syntax (k8s.io/apimachinery pkg/labels): `a=b,c!=d,e in (x,y),f notin (z),g,!h`. */
import { inputError } from '../errors.js';

export type Requirement =
  | { readonly key: string; readonly operator: 'in' | 'notIn'; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: 'exists' | 'notExists' };

const KEY = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?(?:/[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const VALUE = '(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const SET_BASED = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const PRESENCE = new RegExp(`^(!?)\\s*(${KEY})$`);
const WHOLE_VALUE = new RegExp(`^${VALUE}$`);

/**
 * Parses a selector.
 * @throws KapplyError `InvalidSelector` (exit 2), naming the part that is wrong and the character where it begins
 */
export function parseSelector(text: string): readonly Requirement[] {
  let start = 0;
  return splitAtTopLevelCommas(text).map((part) => {
    const at = start + (part.length - part.trimStart().length);
    start += part.length + 1;
    return parseRequirement(part.trim(), at, text);
  });
}

function splitAtTopLevelCommas(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

function parseRequirement(part: string, at: number, whole: string): Requirement {
  const setBased = SET_BASED.exec(part);
  if (setBased !== null) {
    const [, key = '', operator, list = ''] = setBased;
    const values = list.split(',').map((value) => value.trim());
    const wrong = values.find((value) => !isLabelValue(value));
    if (wrong !== undefined)
      throw invalid(whole, at + part.indexOf(wrong, part.indexOf('(')), `"${wrong}" is not a label value`);
    return { key, operator: operator === 'in' ? 'in' : 'notIn', values };
  }
  const equality = EQUALITY.exec(part);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    if (!isLabelValue(value)) {
      const why = `"${value}" is longer than the 63 characters of a label value`;
      throw invalid(whole, at + part.lastIndexOf(value), why);
    }
    return { key, operator: operator === '!=' ? 'notIn' : 'in', values: [value] };
  }
  const presence = PRESENCE.exec(part);
  if (presence !== null) {
    const [, not, key = ''] = presence;
    return { key, operator: not === '!' ? 'notExists' : 'exists' };
  }
  throw invalid(whole, at, part === '' ? 'a part of it is empty' : `"${part}" is not a requirement`);
}

function isLabelValue(value: string): boolean {
  return value.length <= 63 && WHOLE_VALUE.test(value);
}

/** @param at the index of the character where the wrong part begins */
function invalid(selector: string, at: number, why: string): Error {
  return inputError('InvalidSelector', `selector "${selector}" is not valid at character ${at + 1}: ${why}`, {
    suggestions: ['Write it as for kubectl -l: appconfig=myconfig, or "tier in (web,api),!legacy".'],
  });
}

/** True where the labels meet every requirement. A missing key meets `!=`, `notin` and `!key`, as on the server. */
export function matchesSelector(
  requirements: readonly Requirement[],
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return requirements.every((requirement) => meets(requirement, labels ?? {}));
}

function meets(requirement: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
  switch (requirement.operator) {
    case 'exists':
      return value !== undefined;
    case 'notExists':
      return value === undefined;
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case 'notIn':
      return value === undefined || !requirement.values.includes(value);
  }
}

/**
 * Parses a selector that chooses what may be deleted: it needs a positive requirement (=, in, exists), because
 * `appconfig!=other` matches every object without the label (seen: kube-root-ca.crt).
 * @throws KapplyError `InvalidSelector` or `SelectorTooWide` (exit 2)
 */
export function parsePruneSelector(text: string): readonly Requirement[] {
  const requirements = parseSelector(text);
  if (!requirements.some(({ operator }) => operator === 'in' || operator === 'exists')) {
    throw inputError('SelectorTooWide', `prune selector "${text}" matches every object without the label`, {
      suggestions: ['Add a requirement that an object must meet, as in appconfig=myconfig.'],
    });
  }
  return requirements;
}
