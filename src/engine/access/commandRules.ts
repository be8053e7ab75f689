/**
 * What each command needs to be allowed: docs/permissions.md is made from it, `kapply schedule` prints the part of a prune,
 * and test/promises/rights.ts runs every command under exactly these rules, and without each of them.
 */
import { ESSENTIAL_KINDS } from '../uses/plannedReads.js';
import type { AccessRule } from './accessRule.js';
import { ofSet, PLAN, ROLLOUT, LOCK, RECORDS, NAMESPACE, usesRules, listsOf, CONFIGS } from './partsOfCommands.js';

/** Commands that reach a cluster; the others need nothing. */
export const COMMANDS = [
  'deploy',
  'deploy --prune-label',
  'rollback',
  'diff',
  'plan',
  'status -k',
  'status -l',
  'history',
  'history --set',
  'uses',
  'uses --unused',
  'prune',
  'delete',
] as const;

export type CommandWord = (typeof COMMANDS)[number];

const DEPLOY: readonly AccessRule[] = [
  ...ofSet(['get', 'create', 'patch'], 'reads, tries and applies the objects of the set', 'ends'),
  ...PLAN,
  ...ROLLOUT,
  LOCK,
  ...RECORDS,
  { ...NAMESPACE, without: 'guesses' },
];

const DIFF: readonly AccessRule[] = [
  ...ofSet(['get', 'create', 'patch'], 'reads the objects of the set, and tries them (dry runs)', 'ends'),
  ...PLAN,
];

const RULES: Readonly<Record<CommandWord, readonly AccessRule[]>> = {
  deploy: DEPLOY,
  'deploy --prune-label': [
    ...DEPLOY,
    ...ofSet(['list'], 'finds what carries the label', 'warns'),
    ...ofSet(['delete'], 'deletes what is stale', 'incomplete'),
    ...usesRules('keeps'),
  ],
  rollback: [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['list'], why: 'finds the records', without: 'ends' },
    ...DEPLOY,
  ],
  diff: DIFF,
  plan: [
    ...DIFF,
    {
      ...NAMESPACE,
      why: 'tells this cluster from another one: kube-system, or the namespace itself',
      without: 'guesses',
    },
  ],
  'status -k': [
    ...ofSet(['get'], 'reads the objects of the set', 'incomplete'),
    {
      apiGroups: ['apps'],
      resources: ['replicasets'],
      verbs: ['list'],
      why: 'tells which pods are a workload’s',
      without: 'incomplete',
    },
    { apiGroups: [''], resources: ['pods'], verbs: ['list'], why: 'tells what pods run', without: 'incomplete' },
  ],
  'status -l': [
    ...listsOf(
      ESSENTIAL_KINDS.filter(
        (kind) => !['/PodTemplate', '/ServiceAccount', 'networking.k8s.io/Ingress'].includes(kind),
      ),
      'finds what carries the label, and what it runs',
      'incomplete',
    ),
    NAMESPACE,
  ],
  history: [
    { ...CONFIGS, verbs: ['list'], why: 'finds the generated configs (metadata alone)', without: 'incomplete' },
    ...usesRules('incomplete'),
    NAMESPACE,
  ],
  'history --set': [
    {
      apiGroups: [''],
      resources: ['configmaps'],
      verbs: ['list'],
      why: 'finds the records (metadata alone)',
      without: 'ends',
    },
    { ...LOCK, verbs: ['get'], why: 'tells of a run that left no record', without: 'guesses' },
  ],
  uses: [
    {
      ...CONFIGS,
      verbs: ['list'],
      why: 'finds the object, and the revisions of a family (metadata alone)',
      without: 'incomplete',
    },
    ...usesRules('incomplete'),
    NAMESPACE,
  ],
  'uses --unused': [
    { ...CONFIGS, verbs: ['list'], why: 'finds what may be unused (metadata alone)', without: 'incomplete' },
    ...usesRules('incomplete'),
    NAMESPACE,
  ],
  prune: [
    { ...CONFIGS, verbs: ['list', 'delete'], why: 'finds and deletes what is stale', without: 'incomplete' },
    {
      ...CONFIGS,
      verbs: ['get'],
      why: 'reads what is deleted, to create it again if something begins to use it',
      without: 'warns',
    },
    { ...CONFIGS, verbs: ['create', 'patch'], why: 'creates it again: a server-side apply', without: 'guesses' },
    ...usesRules('incomplete'),
    NAMESPACE,
  ],
  delete: [
    ...ofSet(['get'], 'reads the objects of the set', 'ends'),
    ...ofSet(['delete'], 'deletes them', 'incomplete'),
    {
      ...CONFIGS,
      verbs: ['create', 'patch'],
      why: 'creates again what something began to use meanwhile',
      without: 'guesses',
    },
    ...usesRules('incomplete'),
    LOCK,
    { ...LOCK, verbs: ['delete'], why: 'leaves no lock behind', without: 'guesses' },
  ],
};

/** What a command asks of the server, and why: docs/permissions.md is made from it. */
export function accessRules(command: CommandWord): readonly AccessRule[] {
  return RULES[command];
}
