import { child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { fieldDuplicate, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../fieldErrors.js';
import { portNumberProblem } from './pod.js';

const SERVICE_TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/** What is wrong with a Service: its type and its ports. */
export function serviceErrors(service: Draft): FieldError[] {
  const spec = child(service, 'spec') ?? {};
  const type = text(spec, 'type');
  const ports = children(spec, 'ports');
  const headless = text(spec, 'clusterIP') === 'None';
  const names = new Set<string>();
  return [
    ...(ports.length === 0 && !headless && type !== 'ExternalName' ? [fieldRequired('spec.ports')] : []),
    ...(SERVICE_TYPES.includes(type) ? [] : [fieldNotSupported('spec.type', type, SERVICE_TYPES)]),
    ...(type === 'ExternalName' && text(spec, 'externalName') === '' ? [fieldRequired('spec.externalName')] : []),
    ...ports.flatMap((port, i) => {
      const name = text(port, 'name');
      const doubled = name !== '' && names.has(name);
      names.add(name);
      const problem = portNumberProblem(port['port']);
      return [
        ...(ports.length > 1 && name === '' ? [fieldRequired(`spec.ports[${i}].name`)] : []),
        ...(doubled ? [fieldDuplicate(`spec.ports[${i}].name`, name)] : []),
        ...(problem === undefined ? [] : [fieldInvalid(`spec.ports[${i}].port`, port['port'], problem)]),
      ];
    }),
  ];
}

/** What may not change: the address of a Service, once it has one. */
export function serviceChangeErrors(service: Draft, old: Draft): FieldError[] {
  const before = child(old, 'spec');
  const after = child(service, 'spec');
  const had = text(before, 'clusterIP');
  const has = text(after, 'clusterIP');
  if (text(before, 'type') === 'ExternalName' || text(after, 'type') === 'ExternalName' || had === '' || had === has) {
    return [];
  }
  return [fieldInvalid('spec.clusterIPs[0]', [has], 'may not change once set')];
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

/** What is wrong with an Ingress: its rules, their paths and their backends. */
export function ingressErrors(ingress: Draft): FieldError[] {
  const spec = child(ingress, 'spec') ?? {};
  const rules = children(spec, 'rules');
  if (rules.length === 0 && child(spec, 'defaultBackend') === undefined) {
    return [fieldInvalid('spec', rules, 'either `defaultBackend` or `rules` must be specified')];
  }
  return rules.flatMap((rule, i) =>
    children(child(rule, 'http'), 'paths').flatMap((path, j) => {
      const at = `spec.rules[${i}].http.paths[${j}]`;
      const type = text(path, 'pathType');
      return [
        ...(type === '' ? [fieldRequired(`${at}.pathType`, 'pathType must be specified')] : []),
        ...(type === '' || PATH_TYPES.includes(type) ? [] : [fieldNotSupported(`${at}.pathType`, type, PATH_TYPES)]),
        ...backendErrors(`${at}.backend`, child(path, 'backend') ?? {}),
      ];
    }),
  );
}

function backendErrors(at: string, backend: Draft): FieldError[] {
  const service = child(backend, 'service');
  if (service === undefined) return [];
  const port = child(service, 'port');
  return [
    ...(text(service, 'name') === '' ? [fieldRequired(`${at}.service.name`)] : []),
    ...(port === undefined || (port['number'] === undefined && text(port, 'name') === '')
      ? [fieldRequired(at, 'port name or number is required')]
      : []),
  ];
}
