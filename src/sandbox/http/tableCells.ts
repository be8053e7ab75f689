import { at, child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';

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
