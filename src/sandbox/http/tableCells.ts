import { at, child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';

/** What its controller says of an object. */
export function status(object: Draft): Draft {
  return child(object, 'status') ?? {};
}

/** A number; 0 where there is none. */
export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** STATUS of a node (printNode). */
export function nodeState(node: Draft): string {
  const ready = children(child(node, 'status'), 'conditions').find((condition) => condition['type'] === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return child(node, 'spec')?.['unschedulable'] === true ? `${word},SchedulingDisabled` : word;
}

/** ROLES of a node, from its labels (findNodeRoles). */
export function rolesOf(node: Draft): string[] {
  const prefix = 'node-role.kubernetes.io/';
  const labels = Object.keys(at(node, 'metadata', 'labels') ?? {});
  return labels
    .filter((label) => label.startsWith(prefix))
    .map((label) => label.slice(prefix.length))
    .sort();
}

/** EXTERNAL-IP of a service (printService, getServiceExternalIP). */
export function externalAddress(service: Draft): string {
  const type = text(child(service, 'spec'), 'type');
  if (type === 'ExternalName') return text(child(service, 'spec'), 'externalName') || '<none>';
  const own = listed(child(service, 'spec')?.['externalIPs']);
  if (type !== 'LoadBalancer') return own.join(',') || '<none>';
  const given = children(child(child(service, 'status'), 'loadBalancer'), 'ingress').map(
    (address) => text(address, 'ip') || text(address, 'hostname'),
  );
  return [...given, ...own].join(',') || '<pending>';
}

function listed(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** ACCESS MODES of a claim, short (pkg/apis/core/v1/helper, GetAccessModesAsString). */
export function accessModes(modes: unknown): string {
  const short: Readonly<Record<string, string>> = {
    ReadWriteOnce: 'RWO',
    ReadOnlyMany: 'ROX',
    ReadWriteMany: 'RWX',
    ReadWriteOncePod: 'RWOP',
  };
  return Array.isArray(modes) ? modes.map((mode) => short[String(mode)] ?? String(mode)).join(',') : '';
}

/** STATUS of a job (printJob). */
export function jobStatus(job: Draft): string {
  const of = (type: string) =>
    children(status(job), 'conditions').some((c) => c['type'] === type && c['status'] === 'True');
  if (of('Complete')) return 'Complete';
  if (of('Failed')) return 'Failed';
  if (text(child(job, 'metadata'), 'deletionTimestamp') !== '') return 'Terminating';
  return of('Suspended') ? 'Suspended' : 'Running';
}

/** The word under STATUS: what a container waits for or ended with, else the phase (printPod). */
export function podReason(pod: Draft): string {
  if (text(child(pod, 'metadata'), 'deletionTimestamp') !== '') return 'Terminating';
  const init = children(status(pod), 'initContainerStatuses');
  for (const [i, container] of init.entries()) {
    const state = child(container, 'state');
    const ended = child(state, 'terminated');
    if (ended !== undefined && count(ended['exitCode']) === 0) continue;
    if (child(state, 'running') !== undefined && container['started'] === true) continue;
    const why =
      ended === undefined
        ? text(child(state, 'waiting'), 'reason')
        : text(ended, 'reason') || `ExitCode:${count(ended['exitCode'])}`;
    return why !== '' && why !== 'PodInitializing' ? `Init:${why}` : `Init:${i}/${init.length}`;
  }
  for (const container of children(status(pod), 'containerStatuses').reverse()) {
    const state = child(container, 'state');
    const why = text(child(state, 'waiting'), 'reason') || text(child(state, 'terminated'), 'reason');
    if (why !== '') return why;
  }
  return text(status(pod), 'reason') || text(status(pod), 'phase');
}
