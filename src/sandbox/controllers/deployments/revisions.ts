import { LAST_APPLIED_ANNOTATION, REVISION_ANNOTATION } from '../../../objects/annotations.js';
import { condition, withCondition } from '../conditions.js';
import { controllerReference } from '../owners.js';
import type { Simulation } from '../simulation.js';
import { recordEvent } from '../recordEvent.js';
import { POD_TEMPLATE_HASH, contentHash } from '../templateHash.js';
import { DEPLOYMENT, REPLICA_SET, type DeploymentObject, type ReplicaSetObject } from '../workloadTypes.js';
import { type ReplicaSets, replicasOfNew, scaleAnnotations } from './scaling.js';

const HISTORY = 'deployment.kubernetes.io/revision-history';

/** Annotations of the Deployment that its ReplicaSets do not get (deployment/util, annotationsToSkip). */
const OWN_ANNOTATIONS = new Set([
  LAST_APPLIED_ANNOTATION,
  REVISION_ANNOTATION,
  HISTORY,
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

/** The number of a rollout, from the annotation that `kubectl rollout undo` reads; 0 where there is none. */
export function revisionOf({ metadata }: ReplicaSetObject | DeploymentObject): number {
  return Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}

/** The ReplicaSet of the present template with the newest revision, and the Deployment which says that it is. */
export function findOrCreateNew(
  simulation: Simulation,
  deployment: DeploymentObject,
  { current, old }: ReplicaSets,
): { readonly current: ReplicaSetObject; readonly deployment: DeploymentObject } {
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  if (current === undefined) {
    const created = create(simulation, deployment, old, revision);
    const message = `Created new replica set "${created.metadata.name}"`;
    return { current: created, deployment: note(simulation, deployment, revision, 'NewReplicaSetCreated', message) };
  }
  const updated = simulation.client.update(REPLICA_SET, {
    ...current,
    metadata: { ...current.metadata, annotations: annotationsFor(deployment, current, revision) },
    spec: { ...current.spec, ...minReady(deployment) },
  });
  const message = `Found new replica set "${current.metadata.name}"`;
  const first = condition(deployment.status?.conditions, 'Progressing') === undefined;
  const reason = first ? 'FoundNewReplicaSet' : undefined;
  return { current: updated, deployment: note(simulation, deployment, revisionOf(updated), reason, message) };
}

function minReady({ spec }: DeploymentObject): { readonly minReadySeconds?: number } {
  return spec.minReadySeconds === undefined ? {} : { minReadySeconds: spec.minReadySeconds };
}

/** The Deployment's own annotations, and a revision that moves up when an earlier template comes back. */
function annotationsFor(
  deployment: DeploymentObject,
  set: ReplicaSetObject | undefined,
  revision: number,
): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !OWN_ANNOTATIONS.has(name));
  const known = { ...set?.metadata.annotations };
  const before = Number(known[REVISION_ANNOTATION] ?? 0);
  if (before < revision) {
    if (before > 0) known[HISTORY] = known[HISTORY] === undefined ? String(before) : `${known[HISTORY]},${before}`;
    known[REVISION_ANNOTATION] = String(revision);
  }
  return { ...known, ...Object.fromEntries(copied) };
}

function create(
  simulation: Simulation,
  deployment: DeploymentObject,
  old: readonly ReplicaSetObject[],
  revision: number,
): ReplicaSetObject {
  const { template, selector } = deployment.spec;
  const hash = contentHash(template);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  const replicas = replicasOfNew(deployment, undefined, old);
  const created = simulation.client.create(REPLICA_SET, {
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: { ...annotationsFor(deployment, undefined, revision), ...scaleAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      ...minReady(deployment),
      replicas,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  });
  if (replicas > 0) {
    recordEvent(simulation, 'deployment-controller', deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled up replica set ${created.metadata.name} from 0 to ${replicas}`,
    });
  }
  return created;
}

/** Writes the revision, and why the rollout goes on, into the Deployment: with its status, so that its generation stays. */
function note(
  { client, now }: Simulation,
  deployment: DeploymentObject,
  revision: number,
  reason: string | undefined,
  message: string,
): DeploymentObject {
  const annotations = { ...deployment.metadata.annotations, [REVISION_ANNOTATION]: String(revision) };
  const set = { type: 'Progressing', status: 'True', reason: reason ?? '', message };
  const says = reason !== undefined && deployment.spec.progressDeadlineSeconds !== undefined;
  const conditions = says ? { conditions: withCondition(deployment.status?.conditions, set, now(), true) } : {};
  return client.updateStatus(DEPLOYMENT, {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
    status: { ...deployment.status, ...conditions },
  });
}

/** Deletes the oldest ReplicaSets that nothing runs of, as far as there are more than the history keeps. */
export function cleanUp({ client }: Simulation, deployment: DeploymentObject, old: readonly ReplicaSetObject[]): void {
  const surplus = old.length - (deployment.spec.revisionHistoryLimit ?? 10);
  const byRevision = [...old].sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of byRevision.slice(0, Math.max(0, surplus))) {
    const { status, spec, metadata } = set;
    const unused = (status?.replicas ?? 0) === 0 && (spec.replicas ?? 0) === 0;
    const seen = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
    if (unused && seen && metadata.deletionTimestamp === undefined) client.remove(REPLICA_SET, set);
  }
}
