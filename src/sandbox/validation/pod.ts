import { isDeepStrictEqual } from 'node:util';
import { child, children, copyOf, drop, text } from '../draft.js';
import type { Draft } from '../draft.js';
import {
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
  type FieldError,
} from '../fieldErrors.js';
import { nameProblems } from './names.js';

/** Pods and their templates: ValidatePodSpec in kubernetes pkg/apis/core/validation. */

export function podErrors(pod: Draft): FieldError[] {
  return podSpecErrors('spec', child(pod, 'spec') ?? {});
}

/** What is wrong with the spec of a pod, which stands at `path`: its volumes, containers and policies. */
export function podSpecErrors(path: string, spec: Draft): FieldError[] {
  const volumes = new Set(children(spec, 'volumes').map((volume) => text(volume, 'name')));
  const containers = children(spec, 'containers');
  const names = new Set<string>();
  const policies = ['Always', 'OnFailure', 'Never'];
  return [
    ...volumeErrors(`${path}.volumes`, children(spec, 'volumes')),
    ...(containers.length === 0 ? [fieldRequired(`${path}.containers`)] : []),
    ...containers.flatMap((c, i) => containerErrors(`${path}.containers[${i}]`, c, volumes, names)),
    ...children(spec, 'initContainers').flatMap((c, i) =>
      containerErrors(`${path}.initContainers[${i}]`, c, volumes, names),
    ),
    ...(policies.includes(text(spec, 'restartPolicy'))
      ? []
      : [fieldNotSupported(`${path}.restartPolicy`, text(spec, 'restartPolicy'), policies)]),
  ];
}

function volumeErrors(path: string, volumes: readonly Draft[]): FieldError[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, i) => {
    const name = text(volume, 'name');
    const sources = Object.keys(volume).filter((field) => field !== 'name');
    const doubled = seen.has(name);
    seen.add(name);
    return [
      ...partNameErrors(`${path}[${i}].name`, name),
      ...(doubled ? [fieldDuplicate(`${path}[${i}].name`, name)] : []),
      ...sources
        .slice(1)
        .map((source) => fieldForbidden(`${path}[${i}].${source}`, 'may not specify more than 1 volume type')),
      ...['secret', 'configMap']
        .filter((kind) => child(volume, kind) !== undefined)
        .flatMap((kind) => sourceErrors(`${path}[${i}].${kind}`, child(volume, kind) ?? {}, kind)),
    ];
  });
}

function sourceErrors(path: string, source: Draft, kind: string): FieldError[] {
  const field = kind === 'secret' ? 'secretName' : 'name';
  return text(source, field) === '' ? [fieldRequired(`${path}.${field}`)] : [];
}

function containerErrors(
  path: string,
  container: Draft,
  volumes: ReadonlySet<string>,
  names: Set<string>,
): FieldError[] {
  const name = text(container, 'name');
  const doubled = name !== '' && names.has(name);
  names.add(name);
  const image = text(container, 'image');
  const mounts = children(container, 'volumeMounts');
  const paths = mounts.map((mount) => text(mount, 'mountPath'));
  return [
    ...partNameErrors(`${path}.name`, name),
    ...(doubled ? [fieldDuplicate(`${path}.name`, name)] : []),
    ...(image === '' ? [fieldRequired(`${path}.image`)] : []),
    ...(image === image.trim()
      ? []
      : [fieldInvalid(`${path}.image`, image, 'must not have leading or trailing whitespace')]),
    ...children(container, 'ports').flatMap((port, i) => portErrors(`${path}.ports[${i}]`, port)),
    ...children(container, 'env').flatMap((variable, i) => variableErrors(`${path}.env[${i}]`, variable)),
    ...mounts.flatMap((mount, i) => {
      const at = `${path}.volumeMounts[${i}]`;
      const volume = text(mount, 'name');
      const mountPath = paths[i] ?? '';
      return [
        ...(volume === '' ? [fieldRequired(`${at}.name`)] : []),
        ...(volume === '' || volumes.has(volume)
          ? []
          : [{ reason: 'FieldValueNotFound' as const, field: `${at}.name`, message: `Not found: "${volume}"` }]),
        ...(mountPath === '' ? [fieldRequired(`${at}.mountPath`)] : []),
        ...(paths.indexOf(mountPath) < i ? [fieldInvalid(`${at}.mountPath`, mountPath, 'must be unique')] : []),
      ];
    }),
    ...resourceErrors(`${path}.resources`, child(container, 'resources')),
  ];
}

function partNameErrors(field: string, name: string): FieldError[] {
  if (name === '') return [fieldRequired(field)];
  return nameProblems(name, 'label').map((problem) => fieldInvalid(field, name, problem));
}

/** What is wrong with the number of a port. */
export function portNumberProblem(port: unknown): string | undefined {
  return typeof port === 'number' && port >= 1 && port <= 65_535 ? undefined : 'must be between 1 and 65535, inclusive';
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function portErrors(path: string, port: Draft): FieldError[] {
  const number = port['containerPort'];
  const problem = portNumberProblem(number);
  return [
    ...(number === 0 || number === undefined ? [fieldRequired(`${path}.containerPort`)] : []),
    ...(problem === undefined || number === 0 || number === undefined
      ? []
      : [fieldInvalid(`${path}.containerPort`, number, problem)]),
    ...(PROTOCOLS.includes(text(port, 'protocol'))
      ? []
      : [fieldNotSupported(`${path}.protocol`, text(port, 'protocol'), PROTOCOLS)]),
  ];
}

function variableErrors(path: string, variable: Draft): FieldError[] {
  const from = child(variable, 'valueFrom');
  const both = from !== undefined && text(variable, 'value') !== '' && Object.keys(from).length > 0;
  return [
    ...(text(variable, 'name') === '' ? [fieldRequired(`${path}.name`)] : []),
    ...(both ? [fieldInvalid(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty')] : []),
    ...['configMapKeyRef', 'secretKeyRef'].flatMap((kind) => {
      const ref = child(from, kind);
      return ref === undefined || text(ref, 'key') !== '' ? [] : [fieldRequired(`${path}.valueFrom.${kind}.key`)];
    }),
  ];
}

/** A request beyond its limit. Both are canonical, so equal texts are equal amounts; only plain numbers are compared. */
function resourceErrors(path: string, resources: Draft | undefined): FieldError[] {
  const limits = child(resources, 'limits') ?? {};
  return Object.entries(child(resources, 'requests') ?? {}).flatMap(([name, request]) => {
    const limit = limits[name];
    if (typeof limit !== 'string' || typeof request !== 'string' || amountOf(request) <= amountOf(limit)) return [];
    const why = `must be less than or equal to ${name} limit of ${limit}`;
    return [fieldInvalid(`${path}.requests`, request, why)];
  });
}

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

function amountOf(quantity: string): number {
  const [, number = '', unit = ''] = /^(.*?)([numkMGTPE]i?|[KMGTPE]i)?$/.exec(quantity) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}

const CHANGEABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** What may not change in the spec of a pod: nearly everything. */
export function podChangeErrors(pod: Draft, old: Draft): FieldError[] {
  const before = fixedPart(old);
  const after = fixedPart(pod);
  if (isDeepStrictEqual(before, after)) return [];
  return [fieldForbidden('spec', CHANGEABLE)];
}

/** The spec without what may change. */
function fixedPart(pod: Draft): Draft {
  const spec = copyOf(child(pod, 'spec') ?? {});
  for (const field of ['containers', 'initContainers']) {
    for (const container of children(spec, field)) drop(container, 'image');
  }
  drop(spec, 'activeDeadlineSeconds', 'tolerations', 'nodeName', 'schedulingGates');
  return spec;
}
