import { isDeepStrictEqual } from 'node:util';
import { keyOfResource } from '../catalog.js';
import { at, child, children, ensure, fill, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { randomSuffix } from '../generatedName.js';
import type { World } from '../registry/world.js';
import { forbidden } from '../status.js';
import { timestamp } from '../store.js';
import type { Resource } from './builtIn.js';
import { givePriority } from './podPriority.js';
import { protect } from './storageProtection.js';
import { TEMPLATE_GENERATION } from './workloadDefaults.js';
import { giveAddresses, keepAddresses } from './serviceAddresses.js';

/** What a server adds to new objects of some kinds, beyond defaults: strategies and admission plugins. */
export function prepareCreation(world: World, resource: Resource, draft: Draft): void {
  switch (keyOfResource(resource)) {
    case 'Namespace': {
      prepareNamespace(draft);
      return;
    }
    case 'Pod': {
      preparePod(world, resource, draft);
      return;
    }
    case 'Service': {
      giveAddresses(world, draft);
      return;
    }
    case 'PersistentVolumeClaim': {
      protect('PersistentVolumeClaim', draft);
      return;
    }
    case 'PersistentVolume': {
      protect('PersistentVolume', draft);
      ensure(draft, 'status')['lastPhaseTransitionTime'] = timestamp(world.store.now());
      return;
    }
    case 'apiextensions.k8s.io/CustomResourceDefinition': {
      const stored = children(child(draft, 'spec'), 'versions').filter((version) => version['storage'] === true);
      ensure(draft, 'status')['storedVersions'] = stored.map((version) => text(version, 'name'));
      return;
    }
    case 'batch/Job': {
      prepareJob(draft);
      return;
    }
    default:
  }
}

/** The same for changes. */
export function prepareChange(world: World, resource: Resource, draft: Draft, old: Draft): void {
  switch (keyOfResource(resource)) {
    case 'Service': {
      keepAddresses(world, draft, old);
      return;
    }
    case 'apps/DaemonSet': {
      countTemplates(draft, old);
      return;
    }
    case 'Namespace':
      draft['spec'] = old['spec'];
      return;
    default:
  }
}

/** The annotation that goes on with what a field of an old version counted: changes of the template. */
function countTemplates(daemonSet: Draft, old: Draft): void {
  const before = text(at(old, 'metadata', 'annotations'), TEMPLATE_GENERATION);
  const changed = !isDeepStrictEqual(at(daemonSet, 'spec', 'template'), at(old, 'spec', 'template'));
  const annotations = ensure(ensure(daemonSet, 'metadata'), 'annotations');
  annotations[TEMPLATE_GENERATION] = String(Number(before) + (changed ? 1 : 0));
}

function prepareNamespace(namespace: Draft): void {
  ensure(namespace, 'spec')['finalizers'] = ['kubernetes'];
  ensure(namespace, 'status')['phase'] = 'Active';
}

/** A Job selects its pods by its own uid (pkg/registry/batch/job strategy, generateSelector). */
function prepareJob(job: Draft): void {
  const metadata = ensure(job, 'metadata');
  const spec = ensure(job, 'spec');
  if (spec['manualSelector'] === true) return;
  const uid = text(metadata, 'uid');
  const name = text(metadata, 'name');
  const templateLabels = at(spec, 'template', 'metadata', 'labels');
  const own = child(metadata, 'labels');
  // Without labels of its own a Job has those of its template, in one map with them.
  const shared = own === undefined || isDeepStrictEqual(own, templateLabels);
  const labels = ensure(ensure(ensure(spec, 'template'), 'metadata'), 'labels');
  Object.assign(labels, {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  });
  if (shared) metadata['labels'] = { ...labels };
  ensure(ensure(spec, 'selector'), 'matchLabels')['batch.kubernetes.io/controller-uid'] = uid;
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Admission plugins ServiceAccount, DefaultTolerationSeconds and Priority, and the strategy's first status. */
function preparePod(world: World, resource: Resource, pod: Draft): void {
  const metadata = ensure(pod, 'metadata');
  const spec = ensure(pod, 'spec');
  const namespace = text(metadata, 'namespace');
  fill(spec, { serviceAccountName: 'default' });
  const account = text(spec, 'serviceAccountName');
  spec['serviceAccount'] = account;
  const found = world.store.get('ServiceAccount', namespace, account) as Draft | undefined;
  if (found === undefined) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    throw forbidden(resource, text(metadata, 'name'), why);
  }
  if ((spec['automountServiceAccountToken'] ?? found['automountServiceAccountToken']) !== false)
    mountToken(world, spec);
  const pullSecrets = children(found, 'imagePullSecrets');
  if (pullSecrets.length > 0) fill(spec, { imagePullSecrets: pullSecrets.map((secret) => ({ ...secret })) });
  const forbiddenFor = givePriority(world, spec);
  if (forbiddenFor !== undefined) throw forbidden(resource, text(metadata, 'name'), forbiddenFor);
  tolerate(spec);
  ensure(pod, 'status');
  pod['status'] = { phase: 'Pending', qosClass: qosOf(spec) };
}

function mountToken(world: World, spec: Draft): void {
  const mounted = (container: Draft): boolean =>
    children(container, 'volumeMounts').some((mount) => mount['mountPath'] === TOKEN_PATH);
  const containers = [...children(spec, 'initContainers'), ...children(spec, 'containers')].filter((c) => !mounted(c));
  if (containers.length === 0) return;
  const name = `kube-api-access-${randomSuffix(world.store.random)}`;
  for (const container of containers) {
    const mounts = children(container, 'volumeMounts');
    container['volumeMounts'] = [...mounts, { name, readOnly: true, mountPath: TOKEN_PATH }];
  }
  const field = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } };
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [field] } },
  ];
  spec['volumes'] = [...children(spec, 'volumes'), { name, projected: { sources, defaultMode: 420 } }];
}

function tolerate(spec: Draft): void {
  const tolerations = children(spec, 'tolerations');
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (key) => !tolerations.some((t) => (t['key'] === key || t['key'] === undefined) && t['effect'] !== 'NoSchedule'),
  );
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  if (added.length > 0) spec['tolerations'] = [...tolerations, ...added];
}

/** kubernetes pkg/apis/core/v1/helper/qos */
function qosOf(spec: Draft): string {
  const containers = [...children(spec, 'initContainers'), ...children(spec, 'containers')];
  const amounts = (container: Draft, kind: string): Draft => {
    const all = at(container, 'resources', kind) ?? {};
    return Object.fromEntries(['cpu', 'memory'].flatMap((name) => (name in all ? [[name, all[name]]] : [])));
  };
  const requests = containers.map((container) => amounts(container, 'requests'));
  const limits = containers.map((container) => amounts(container, 'limits'));
  if ([...requests, ...limits].every((resources) => Object.keys(resources).length === 0)) return 'BestEffort';
  const guaranteed = limits.every(
    (limit, i) =>
      Object.keys(limit).length === 2 &&
      Object.entries(limit).every(([name, amount]) => requests[i]?.[name] === amount),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** The selector of a workload, as a whole: what its scale subresource shows. */
export function selectorText(object: Draft): string {
  const selector = at(object, 'spec', 'selector');
  const labels = child(selector, 'matchLabels') ?? (selector?.['matchExpressions'] === undefined ? selector : {});
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  const expressions = children(selector, 'matchExpressions').map((expression) => {
    const key = text(expression, 'key');
    const values = Array.isArray(expression['values']) ? expression['values'].map(String).sort().join(',') : '';
    switch (text(expression, 'operator')) {
      case 'In':
        return `${key} in (${values})`;
      case 'NotIn':
        return `${key} notin (${values})`;
      case 'DoesNotExist':
        return `!${key}`;
      default:
        return key;
    }
  });
  return [...pairs, ...expressions].sort().join(',');
}
