/**
 * Is this object what its spec asks for? A pure function of one object, after cli-utils' kstatus
 * (sigs.k8s.io/cli-utils pkg/kstatus) with the deviations that docs/readiness.md lists.
 */
import { groupOf, type KubeObject } from '../../objects/object.js';
import { argoRolloutReadiness } from './argoRollout.js';
import {
  admissionPolicyReadiness,
  flowSchemaReadiness,
  signingRequestReadiness,
  storageMigrationReadiness,
  volumeReadiness,
} from './controlPlane.js';
import { jobReadiness, podReadiness } from './pods.js';
import { stoppedBy, suspendedBy } from './switchedOff.js';
import {
  conditionOf,
  current,
  failed,
  inProgress,
  observedGenerationOf,
  wordsOf,
  type Condition,
  type Observed,
  type Readiness,
  type ReadinessContext,
  type Rule,
} from './terms.js';
import { daemonSetReadiness, deploymentReadiness, replicaSetReadiness, statefulSetReadiness } from './workloads.js';

const RULES: Readonly<Record<string, Rule>> = {
  'apps/Deployment': deploymentReadiness,
  'apps/StatefulSet': statefulSetReadiness,
  'apps/DaemonSet': daemonSetReadiness,
  'apps/ReplicaSet': replicaSetReadiness,
  '/ReplicationController': replicaSetReadiness,
  '/Pod': podReadiness,
  'batch/Job': jobReadiness,
  'argoproj.io/Rollout': argoRolloutReadiness,
  '/ConfigMap': () => current('exists'),
  '/Secret': () => current('exists'),
  'batch/CronJob': () => current('scheduled'),
  'policy/PodDisruptionBudget': () => current('exists'),
  '/Namespace': ({ status }) =>
    status?.phase === 'Terminating' ? { status: 'Terminating', message: 'being deleted' } : current('Active'),
  '/Service': serviceReadiness,
  '/PersistentVolumeClaim': claimReadiness,
  '/PersistentVolume': volumeReadiness,
  'flowcontrol.apiserver.k8s.io/FlowSchema': flowSchemaReadiness,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': admissionPolicyReadiness,
  'certificates.k8s.io/CertificateSigningRequest': signingRequestReadiness,
  'storagemigration.k8s.io/StorageVersionMigration': storageMigrationReadiness,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionReadiness,
  'apiregistration.k8s.io/APIService': ({ status }) => {
    const available = conditionOf(status, 'Available');
    if (available?.status === 'True') return current('Available');
    return inProgress(available?.message ?? 'not Available yet');
  },
};

/** The status of one object. `object` is undefined where it does not exist. */
export function readinessOf(object: KubeObject | undefined, context: ReadinessContext): Readiness {
  if (object === undefined) return { status: 'NotFound', message: 'does not exist' };
  const observed = object as unknown as Observed;
  if (object.metadata.deletionTimestamp !== undefined) return terminating(object);
  const generation = object.metadata.generation;
  const rule = ruleOf(object);
  const suspended = rule === undefined ? suspendedBy(observed) : undefined;
  if (suspended !== undefined)
    return current('suspended', undefined, `is suspended (${suspended}): nothing is awaited`);
  const observedGeneration = isOfWhatRuns(object) ? undefined : observedGenerationOf(observed);
  if (generation !== undefined && observedGeneration !== undefined && observedGeneration !== generation) {
    return inProgress(UNSEEN);
  }
  return (
    byKstatusConditions(observed) ??
    byRules(object, rule, context) ??
    byReadyCondition(observed) ??
    withoutStatus(object, context)
  );
}

/** Of these, observedGeneration is that of what runs: it stays behind until somebody restarts it. */
function isOfWhatRuns({ apiVersion, kind }: KubeObject): boolean {
  return `${groupOf(apiVersion)}/${kind}` === 'kubevirt.io/VirtualMachine';
}

/** A rule that somebody wrote asks for more than that of a built-in kind, and is all that counts for another one. */
function byRules(object: KubeObject, rule: Rule | undefined, context: ReadinessContext): Readiness | undefined {
  const built = rule?.(object, context);
  const written = context.ruleOf?.(object);
  if (written === undefined || (built !== undefined && built.status !== 'Current')) return built;
  // What no controller has looked at may well have none.
  if (!written.isWritten && !hasStatus(object)) return withoutStatus(object, context);
  const judged = written.judge(object);
  return built?.ready === undefined ? judged : { ...judged, ready: built.ready };
}

/** Whether anything in the status was written by a controller that looks at the object. */
export function hasStatus({ status }: KubeObject): boolean {
  return typeof status === 'object' && status !== null && Object.keys(status).length > 0;
}

/** Where no rule says anything, an object that exists is what was asked for. */
function withoutStatus(object: KubeObject, { firstStatus }: ReadinessContext): Readiness {
  switch (firstStatus?.(object)) {
    case 'waiting':
      return inProgress('no controller has looked at it yet');
    case 'none':
      return current('exists', undefined, 'has no status: no controller has looked at it');
    default:
      return current('exists');
  }
}

function terminating(object: KubeObject): Readiness {
  const finalizers = object.metadata.finalizers ?? [];
  const waits = finalizers.length === 0 ? '' : `, waiting for ${finalizers.join(', ')}`;
  return { status: 'Terminating', message: `being deleted${waits}` };
}

function byKstatusConditions({ metadata, status }: Observed): Readiness | undefined {
  const held = ['Reconciling', 'Stalled'].flatMap((type) => {
    const condition = conditionOf(status, type);
    return condition?.status === 'True' ? [condition] : [];
  });
  if (held.some((one) => isOfBefore(one, metadata))) return inProgress(UNSEEN);
  const [first] = held;
  if (first === undefined) return undefined;
  return first.type === 'Reconciling' ? inProgress(wordsOf(first, 'reconciling')) : failed(wordsOf(first, 'stalled'));
}

const UNSEEN = 'waiting for the controller to see the change';

/** Written for an earlier generation than the object's, by what the condition says itself: most say nothing of it. */
function isOfBefore({ observedGeneration }: Condition, { generation = 0 }: Observed['metadata']): boolean {
  return observedGeneration !== undefined && observedGeneration < generation;
}

function ruleOf(object: KubeObject): Rule | undefined {
  const key = `${groupOf(object.apiVersion)}/${object.kind}`;
  return Object.hasOwn(RULES, key) ? RULES[key] : undefined;
}

/** Ready, and of controllers that carry an object to somewhere else (Crossplane): Synced. */
function byReadyCondition(observed: Observed): Readiness | undefined {
  const [ready, synced] = [conditionOf(observed.status, 'Ready'), conditionOf(observed.status, 'Synced')];
  if (synced?.status === 'False' && synced.reason === 'ReconcilePaused')
    return current('suspended', undefined, 'is suspended (ReconcilePaused): nothing is awaited');
  if ([ready, synced].some((one) => one !== undefined && isOfBefore(one, observed.metadata))) return inProgress(UNSEEN);
  if (synced?.status === 'False') return inProgress(wordsOf(synced, 'not Synced yet'));
  if (ready === undefined) return undefined;
  if (ready.status === 'True') return current('Ready');
  const stopped = stoppedBy(observed);
  if (stopped !== undefined) return current('suspended', undefined, `is switched off (${stopped}): nothing is awaited`);
  return inProgress(wordsOf(ready, 'not Ready yet'));
}

function serviceReadiness({ spec }: Observed): Readiness {
  if (spec?.type === 'LoadBalancer' && typeof spec.clusterIP !== 'string') return inProgress('no cluster IP yet');
  return current('exists');
}

function claimReadiness(object: Observed, { waitsForConsumer }: ReadinessContext): Readiness {
  const phase = object.status?.phase;
  if (phase === 'Bound') return current('Bound');
  if (phase === 'Lost') return failed('the bound volume is lost');
  if (waitsForConsumer?.(object as unknown as KubeObject) === true) return current('Pending until a pod uses it');
  return inProgress('not bound to a volume yet');
}

function definitionReadiness({ status }: Observed): Readiness {
  const accepted = conditionOf(status, 'NamesAccepted');
  if (accepted?.status === 'False') return failed(wordsOf(accepted, 'names not accepted'));
  if (conditionOf(status, 'Established')?.status === 'True') return current('Established');
  return inProgress('not Established yet');
}
