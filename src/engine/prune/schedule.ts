/**
 * The manifests that run `kapply prune` in the cluster: a CronJob, and a role with just what a prune requests. What it
 * requests is what `prune/listCandidates` lists and deletes, and what `uses/plannedReads` reads.
 */
import type { KubeObject } from '../../objects/object.js';
import { policyRules, type PolicyRule } from '../access/policyRules.js';

export interface ScheduleOptions {
  readonly name: string;
  /** Where the CronJob runs. */
  readonly namespace: string;
  /** Where it prunes: its own namespace, or the whole cluster. */
  readonly allNamespaces: boolean;
  /** batch/v1 CronJob spec.schedule. */
  readonly schedule: string;
  readonly image: string;
  /** The arguments after `kapply`: `prune -l appconfig=myconfig --yes …`. */
  readonly args: readonly string[];
}

/** Said in the manifest, above the role. */
export const ROLE_COMMENT = `# ConfigMaps and Secrets are read before they are deleted (get), and created again (create, patch: a server-side apply)
# where something began to use one at that moment. Without these verbs a prune says what it could not bring back.
# The last rule lists everything: a custom resource of any group can name a config, and what may not be listed keeps it.
# To narrow it, name the groups of your custom resources (kubectl api-resources --namespaced), or leave the rule out and
# say --ignore-unlisted GROUP/KIND for every kind that never names one. The other rules are needed in any case.
`;

/** What a prune of ConfigMaps and Secrets may do: list and read everything that could use them, and delete them. */
export function pruneRules(): PolicyRule[] {
  return policyRules('prune');
}

/** ServiceAccount, role, binding and CronJob, in the order in which they are applied. */
export function scheduleManifests(options: ScheduleOptions): KubeObject[] {
  const { name, namespace, allNamespaces, schedule, image, args } = options;
  const metadata = { name, labels: { 'app.kubernetes.io/name': 'kapply', 'app.kubernetes.io/component': 'prune' } };
  const namespaced = { ...metadata, namespace };
  const rbac = 'rbac.authorization.k8s.io/v1';
  const role = allNamespaces ? 'ClusterRole' : 'Role';
  const roleMetadata = allNamespaces ? metadata : namespaced;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: namespaced },
    { apiVersion: rbac, kind: role, metadata: roleMetadata, rules: pruneRules() },
    {
      apiVersion: rbac,
      kind: `${role}Binding`,
      metadata: roleMetadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: role, name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: namespaced,
      spec: {
        schedule,
        // A prune that still runs is not joined by a second one.
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            backoffLimit: 0,
            activeDeadlineSeconds: 1800,
            template: { metadata: { labels: metadata.labels }, spec: podSpec(name, image, args) },
          },
        },
      },
    },
  ];
}

function podSpec(serviceAccountName: string, image: string, args: readonly string[]) {
  return {
    serviceAccountName,
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'kapply',
        image,
        args,
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}
