import { at, child, children, ensure, fill, text } from '../draft.js';
import type { Draft } from '../draft.js';

/** The defaults of pods and pod templates: kubernetes pkg/apis/core/v1/defaults.go and zz_generated.defaults.go. */

/** What a pod has besides the defaults of a template: SetDefaults_Pod. */
export function defaultPod(pod: Draft): void {
  const spec = ensure(pod, 'spec');
  defaultPodSpec(spec);
  fill(spec, { enableServiceLinks: true });
  if (spec['hostNetwork'] === true) exposePorts(spec);
  for (const container of [...children(spec, 'initContainers'), ...children(spec, 'containers')]) {
    const limits = at(container, 'resources', 'limits');
    if (limits !== undefined) fill(ensure(ensure(container, 'resources'), 'requests'), limits);
  }
}

/** On the network of its node, a container's ports are the node's. Templates leave that to their pods. */
function exposePorts(spec: Draft): void {
  for (const container of [...children(spec, 'initContainers'), ...children(spec, 'containers')]) {
    for (const port of children(container, 'ports')) fill(port, { hostPort: port['containerPort'] });
  }
}

/** `spec.template` of a workload. */
export function defaultPodTemplate(template: Draft | undefined): void {
  const spec = child(template, 'spec');
  if (spec !== undefined) defaultPodSpec(spec);
}

/** Fills in what the spec of a pod leaves out, its volumes and containers as well. */
export function defaultPodSpec(spec: Draft): void {
  const account = text(spec, 'serviceAccountName') || text(spec, 'serviceAccount');
  if (account !== '') Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  for (const volume of children(spec, 'volumes')) defaultVolume(volume);
  for (const field of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of children(spec, field)) defaultContainer(container);
  }
}

function defaultContainer(container: Draft): void {
  fill(container, {
    imagePullPolicy: pullPolicyOf(text(container, 'image')),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  for (const port of children(container, 'ports')) fill(port, { protocol: 'TCP' });
  for (const variable of children(container, 'env')) {
    const field = at(variable, 'valueFrom', 'fieldRef');
    if (field !== undefined) fill(field, { apiVersion: 'v1' });
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(child(container, name));
  for (const hook of ['postStart', 'preStop']) defaultHttpGet(at(container, 'lifecycle', hook, 'httpGet'));
}

/** Always where the tag is `latest` or missing, unless a digest says which image it is. */
function pullPolicyOf(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^:/]+)$/.exec(image)?.[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Draft | undefined): void {
  if (probe === undefined) return;
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  defaultHttpGet(child(probe, 'httpGet'));
  const grpc = child(probe, 'grpc');
  if (grpc !== undefined) fill(grpc, { service: '' });
}

function defaultHttpGet(action: Draft | undefined): void {
  if (action !== undefined) fill(action, { path: '/', scheme: 'HTTP' });
}

function defaultVolume(volume: Draft): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume['emptyDir'] = {};
  for (const source of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const files = child(volume, source);
    if (files !== undefined) fill(files, { defaultMode: 420 });
  }
  const host = child(volume, 'hostPath');
  if (host !== undefined) fill(host, { type: '' });
  const projections = children(child(volume, 'projected'), 'sources');
  for (const projection of projections) {
    const token = child(projection, 'serviceAccountToken');
    if (token !== undefined) fill(token, { expirationSeconds: 3600 });
  }
  for (const downward of [child(volume, 'downwardAPI'), ...projections.map((p) => child(p, 'downwardAPI'))]) {
    for (const item of children(downward, 'items')) {
      const field = child(item, 'fieldRef');
      if (field !== undefined) fill(field, { apiVersion: 'v1' });
    }
  }
  const claim = at(volume, 'ephemeral', 'volumeClaimTemplate', 'spec');
  if (claim !== undefined) fill(claim, { volumeMode: 'Filesystem' });
}
