/** Label selectors in Kubernetes' own syntax (apimachinery's labels.Parse): `app=web,tier in (a, b),!canary`. */

type Requirement = (labels: ReadonlyMap<string, string>) => boolean;

/** Undefined where the text is no selector. */
export function parseLabelSelector(text: string): Requirement | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return () => true;
  const requirements: Requirement[] = [];
  for (const part of splitOutsideParentheses(trimmed)) {
    const requirement = parseRequirement(part.trim());
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  return (labels) => requirements.every((holds) => holds(labels));
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

const KEY = '[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?';
const VALUE = '[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?';
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE}|)$`);
const ORDER = new RegExp(`^(${KEY})\\s*([<>])\\s*(-?[0-9]+)$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);

function parseRequirement(text: string): Requirement | undefined {
  const exists = EXISTS.exec(text);
  if (exists !== null) {
    const [, negated, key = ''] = exists;
    return (labels) => labels.has(key) === (negated === '');
  }
  const equality = EQUALITY.exec(text);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    if (operator === '!=') return (labels) => labels.get(key) !== value;
    return (labels) => labels.get(key) === value;
  }
  const order = ORDER.exec(text);
  if (order !== null) {
    const [, key = '', operator, limit] = order;
    return (labels) => {
      const value = labels.get(key) ?? '';
      if (!/^-?[0-9]+$/.test(value)) return false;
      return operator === '<' ? BigInt(value) < BigInt(limit ?? 0) : BigInt(value) > BigInt(limit ?? 0);
    };
  }
  const set = SET.exec(text);
  if (set === null) return undefined;
  const [, key = '', operator, list = ''] = set;
  const values = new Set(list.split(',').map((value) => value.trim()));
  if ([...values].some((value) => value !== '' && !new RegExp(`^${VALUE}$`).test(value))) return undefined;
  return operator === 'in'
    ? (labels) => values.has(labels.get(key) ?? '\0')
    : (labels) => !values.has(labels.get(key) ?? '\0');
}
