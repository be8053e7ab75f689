/** What several commands do alike, as the rights that it needs. */
import { ESSENTIAL_KINDS } from '../uses/plannedReads.js';
import type { RightVerb } from '../../cluster/right.js';
import type { Without, AccessRule } from './accessRule.js';

/** The kinds of a set that stand for those of the reader's own. */
const SET = { '': ['configmaps', 'secrets', 'services'], apps: ['deployments'] } as const;

/** The rule for the kinds of a set. */
export function ofSet(verbs: readonly RightVerb[], why: string, without: Without): AccessRule[] {
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

/** The right to list these kinds, `GROUP/KIND`; one rule a group. */
export function listsOf(kinds: readonly string[], why: string, without: Without): AccessRule[] {
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

export const CONFIGS = { apiGroups: [''], resources: ['configmaps', 'secrets'] } as const;

export const NAMESPACE: AccessRule = {
  apiGroups: [''],
  resources: ['namespaces'],
  verbs: ['get'],
  why: 'tells an empty namespace from one that is not there, where nothing was found in it',
  without: 'warns',
};

/** What may use a config: without one of them nothing is known of it. */
export function usesRules(without: Without): AccessRule[] {
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

export const LOCK: AccessRule = {
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  verbs: ['get', 'create', 'patch'],
  why: 'holds the lock of a set with a name',
  without: 'warns',
};

export const ROLLOUT: readonly AccessRule[] = [
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

export const PLAN: readonly AccessRule[] = [
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

export const RECORDS: readonly AccessRule[] = [
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
