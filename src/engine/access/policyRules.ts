/** What a command needs, as the rules of a Role. */
import type { RightVerb } from '../../cluster/right.js';
import type { AccessRule } from './accessRule.js';
import { type CommandWord, accessRules } from './commandRules.js';

/** meta: rbac/v1 PolicyRule. */
export type PolicyRule = Pick<AccessRule, 'apiGroups' | 'resources' | 'verbs'>;

/** The same as the rules of a Role: verbs of the same resources joined. */
export function policyRules(command: CommandWord): PolicyRule[] {
  const verbs = new Map<string, Set<RightVerb>>();
  for (const rule of accessRules(command)) {
    for (const group of rule.apiGroups) {
      for (const resource of rule.resources) {
        const key = `${group}/${resource}`;
        verbs.set(key, new Set([...(verbs.get(key) ?? []), ...rule.verbs]));
      }
    }
  }
  const joined = new Map<string, { group: string; resources: string[]; verbs: RightVerb[] }>();
  for (const [key, allowed] of verbs) {
    const slash = key.indexOf('/');
    const group = key.slice(0, slash);
    const sorted = ORDER.filter((verb) => allowed.has(verb));
    const place = `${group} ${sorted.join(',')}`;
    const known = joined.get(place) ?? { group, resources: [], verbs: sorted };
    known.resources.push(key.slice(slash + 1));
    joined.set(place, known);
  }
  const rules = [...joined.values()].map(({ group, resources, verbs: allowed }) => ({
    apiGroups: [group],
    resources: resources.sort(),
    verbs: allowed,
  }));
  // What lists everything comes last: the others are needed in any case.
  return [
    ...rules.filter(({ resources }) => !resources.includes('*')),
    ...rules.filter(({ resources }) => resources.includes('*')),
  ];
}

const ORDER: readonly RightVerb[] = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
