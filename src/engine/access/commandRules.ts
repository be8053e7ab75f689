/**
 * What each command needs to be allowed: docs/permissions.md is made from it, `kapply schedule` prints the part of a prune,
 * and test/promises/rights.ts runs every command under exactly these rules, and without each of them.
 */
import { ESSENTIAL_KINDS } from '../uses/plannedReads.js';
import type { RightVerb } from '../../cluster/right.js';

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

/**
 * What a command does where a right of the rule is missing. `ends`: with an error, exit 5. `incomplete`: all that it can,
 * and exit 6. `keeps`: candidates stay, as unknown. `warns`: it goes on, and says what it does not know. `guesses`: it goes
 * on as kubectl would.
 */
export type Without = 'ends' | 'incomplete' | 'keeps' | 'warns' | 'guesses';

export interface AccessRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly RightVerb[];
  readonly why: string;
  readonly without: Without;
}

/** meta: rbac/v1 PolicyRule. */
export type PolicyRule = Pick<AccessRule, 'apiGroups' | 'resources' | 'verbs'>;

/** The kinds of a set that stand for those of the reader's own. */
const SET = { '': ['configmaps', 'secrets', 'services'], apps: ['deployments'] } as const;

function ofSet(verbs: readonly RightVerb[], why: string, without: Without): AccessRule[] {
  return Object.entries(SET).map(([group, resources]) => ({ apiGroups: [group], resources, verbs, why, without }));
}

/** Plural names of the kinds that are read besides the candidates, by `GROUP/KIND`. */
const PLURALS: Readonly<Record<string, string>> = {
  '/Pod': 'pods',
  '/PodTemplate': 'podtemplates',
  '/ReplicationController': 'replicationcontrollers',
  '/ServiceAccount': 'serviceaccounts',
  '/Service': 'services',
  'apps/Deployment': 'deployments',
  'apps/StatefulSet': 'statefulsets',
  'apps/DaemonSet': 'daemonsets',
  'apps/ReplicaSet': 'replicasets',
  'apps/ControllerRevision': 'controllerrevisions',
  'batch/Job': 'jobs',
  'batch/CronJob': 'cronjobs',
  'networking.k8s.io/Ingress': 'ingresses',
};

function listsOf(kinds: readonly string[], why: string, without: Without): AccessRule[] {
  const groups = new Map<string, string[]>();
  for (const kind of kinds) {
    const group = kind.slice(0, kind.indexOf('/'));
    const plural = PLURALS[kind];
    if (plural !== undefined) groups.set(group, [...(groups.get(group) ?? []), plural]);
  }
  return [...groups].map(([group, resources]) => ({
    apiGroups: [group],
    resources: resources.sort(),
    verbs: ['list'],
    why,
    without,
  }));
}

const CONFIGS = { apiGroups: [''], resources: ['configmaps', 'secrets'] } as const;
const NAMESPACE: AccessRule = {
  apiGroups: [''],
  resources: ['namespaces'],
  verbs: ['get'],
  why: 'tells an empty namespace from one that is not there, where nothing was found in it',
  without: 'warns',
};

/** What may use a config: without one of them nothing is known of it. */
function usesRules(without: Without): AccessRule[] {
  return [
    ...listsOf(ESSENTIAL_KINDS, 'finds who uses a config', without),
    ...listsOf(['/Service', 'apps/ControllerRevision'], 'finds who names a config, or could go back to it', 'warns'),
    {
      apiGroups: ['*'],
      resources: ['*'],
      verbs: ['list'],
      why: 'finds a config that a custom resource, or any other object, names',
      without,
    },
  ];
}

const LOCK: AccessRule = {
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  verbs: ['get', 'create', 'patch'],
  why: 'holds the lock of a set with a name',
  without: 'warns',
};

const ROLLOUT: readonly AccessRule[] = [
  {
    apiGroups: ['apps'],
    resources: ['deployments'],
    verbs: ['list', 'watch'],
    why: 'follows the rollout',
    without: 'warns',
  },
  {
    apiGroups: ['apps'],
    resources: ['replicasets'],
    verbs: ['list', 'watch'],
    why: 'tells the pods of the newest revision',
    without: 'warns',
  },
  {
    apiGroups: [''],
    resources: ['pods'],
    verbs: ['list', 'watch'],
    why: 'says why something is not ready',
    without: 'warns',
  },
  { apiGroups: [''], resources: ['events'], verbs: ['list'], why: 'says why a rollout failed', without: 'guesses' },
  {
    apiGroups: [''],
    resources: ['pods/log'],
    verbs: ['get'],
    why: 'shows the last lines of a pod that failed, and with --logs what Jobs write',
    without: 'guesses',
  },
];

const PLAN: readonly AccessRule[] = [
  { ...CONFIGS, verbs: ['list'], why: 'names the revision that a config replaces', without: 'guesses' },
  {
    apiGroups: ['autoscaling'],
    resources: ['horizontalpodautoscalers'],
    verbs: ['list'],
    why: 'leaves replicas to an autoscaler',
    without: 'guesses',
  },
  {
    apiGroups: [''],
    resources: ['limitranges', 'resourcequotas'],
    verbs: ['list'],
    why: 'warns of a quota without room for the rollout',
    without: 'guesses',
  },
];

const RECORDS: readonly AccessRule[] = [
  {
    apiGroups: [''],
    resources: ['configmaps'],
    verbs: ['list', 'create'],
    why: 'leaves a record of a set with a name, for rollbacks',
    without: 'warns',
  },
  {
    apiGroups: [''],
    resources: ['configmaps'],
    verbs: ['delete'],
    why: 'removes the oldest record beyond --records',
    without: 'guesses',
  },
];

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
