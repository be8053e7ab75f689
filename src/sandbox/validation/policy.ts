import { isDeepStrictEqual } from 'node:util';
import { at, child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../fieldErrors.js';

/** Claims, autoscalers, access, classes and definitions. */

export function claimErrors(claim: Draft): FieldError[] {
  const spec = child(claim, 'spec') ?? {};
  const modes = Array.isArray(spec['accessModes']) ? spec['accessModes'] : [];
  const storage = at(spec, 'resources', 'requests')?.['storage'];
  return [
    ...(modes.length === 0 ? [fieldRequired('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...(storage === undefined ? [fieldRequired('spec.resources[storage]')] : []),
  ];
}

/**
 * What may not change in a PersistentVolumeClaim: everything but the storage that it asks for, and the volume that it is bound to.
 */
export function claimChangeErrors(claim: Draft, old: Draft): FieldError[] {
  const fixed = (object: Draft): Draft => ({ ...child(object, 'spec'), resources: undefined, volumeName: undefined });
  if (isDeepStrictEqual(fixed(claim), fixed(old))) return [];
  return [
    fieldForbidden(
      'spec',
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    ),
  ];
}

/** What is wrong with a HorizontalPodAutoscaler: its limits and its target. */
export function autoscalerErrors(autoscaler: Draft): FieldError[] {
  const spec = child(autoscaler, 'spec') ?? {};
  const most = Number(spec['maxReplicas'] ?? 0);
  const least = Number(spec['minReplicas'] ?? 1);
  const ref = child(spec, 'scaleTargetRef');
  return [
    ...(least < 1 ? [fieldInvalid('spec.minReplicas', least, 'must be greater than or equal to 1')] : []),
    ...(most < 1 ? [fieldInvalid('spec.maxReplicas', most, 'must be greater than 0')] : []),
    ...(most < least ? [fieldInvalid('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`')] : []),
    ...['kind', 'name']
      .filter((field) => text(ref, field) === '')
      .map((field) => fieldRequired(`spec.scaleTargetRef.${field}`)),
    ...(text(ref, 'apiVersion').includes('/')
      ? []
      : [fieldInvalid('spec.scaleTargetRef.apiVersion', text(ref, 'apiVersion'), 'apiVersion must specify API group')]),
  ];
}

/** What is wrong with a RoleBinding or ClusterRoleBinding: its role and its subjects. */
export function bindingErrors(binding: Draft): FieldError[] {
  const ref = child(binding, 'roleRef');
  // In a RoleBinding an account without a namespace is of the binding's own (pkg/apis/rbac/validation).
  const needsNamespace = binding['kind'] !== 'RoleBinding';
  const kinds = binding['kind'] === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...(kinds.includes(text(ref, 'kind')) ? [] : [fieldNotSupported('roleRef.kind', text(ref, 'kind'), kinds)]),
    ...(text(ref, 'name') === '' ? [fieldRequired('roleRef.name')] : []),
    ...children(binding, 'subjects').flatMap((subject, i) => [
      ...(text(subject, 'name') === '' ? [fieldRequired(`subjects[${i}].name`)] : []),
      ...(needsNamespace && subject['kind'] === 'ServiceAccount' && text(subject, 'namespace') === ''
        ? [fieldRequired(`subjects[${i}].namespace`)]
        : []),
    ]),
  ];
}

/** What may not change: the role that is bound. */
export function bindingChangeErrors(binding: Draft, old: Draft): FieldError[] {
  return isDeepStrictEqual(binding['roleRef'], old['roleRef'])
    ? []
    : [fieldInvalid('roleRef', goNames(child(binding, 'roleRef')), 'field is immutable')];
}

/** The server shows its own form of a reference. */
function goNames(ref: Draft | undefined): Draft {
  return { APIGroup: text(ref, 'apiGroup'), Kind: text(ref, 'kind'), Name: text(ref, 'name') };
}

/** What is wrong with the rules of a Role. */
export function roleErrors(role: Draft): FieldError[] {
  return ruleErrors(role, true);
}

/** What is wrong with the rules of a ClusterRole, which may name paths besides resources. */
export function clusterRoleErrors(role: Draft): FieldError[] {
  return ruleErrors(role, false);
}

function ruleErrors(role: Draft, namespaced: boolean): FieldError[] {
  const listed = (rule: Draft, field: string): unknown[] => (Array.isArray(rule[field]) ? rule[field] : []);
  return children(role, 'rules').flatMap((rule, i) => {
    const urls = listed(rule, 'nonResourceURLs');
    return [
      ...(listed(rule, 'verbs').length === 0
        ? [fieldRequired(`rules[${i}].verbs`, 'verbs must contain at least one value')]
        : []),
      ...(urls.length > 0 && namespaced
        ? [fieldInvalid(`rules[${i}].nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs')]
        : []),
      ...(urls.length === 0 && listed(rule, 'apiGroups').length === 0
        ? [fieldRequired(`rules[${i}].apiGroups`, 'resource rules must supply at least one api group')]
        : []),
      ...(urls.length === 0 && listed(rule, 'resources').length === 0
        ? [fieldRequired(`rules[${i}].resources`, 'resource rules must supply at least one resource')]
        : []),
    ];
  });
}

/** What is wrong with a CustomResourceDefinition: its name, scope and versions. */
export function definitionErrors(definition: Draft): FieldError[] {
  const spec = child(definition, 'spec') ?? {};
  const name = text(child(definition, 'metadata'), 'name');
  const wanted = `${text(child(spec, 'names'), 'plural')}.${text(spec, 'group')}`;
  const versions = children(spec, 'versions');
  const stored = versions.filter((version) => version['storage'] === true).length;
  return [
    ...(name === wanted ? [] : [fieldInvalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]),
    ...(['Cluster', 'Namespaced'].includes(text(spec, 'scope'))
      ? []
      : [fieldNotSupported('spec.scope', text(spec, 'scope'), ['Cluster', 'Namespaced'])]),
    ...(stored === 1
      ? []
      : [fieldInvalid('spec.versions', spec['versions'], 'must have exactly one version marked as storage version')]),
    ...versions.flatMap((version, i) =>
      at(version, 'schema', 'openAPIV3Schema') === undefined
        ? [fieldRequired(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required')]
        : [],
    ),
  ];
}

/** What is wrong with a StorageClass: that nothing makes its volumes. */
export function storageClassErrors(storageClass: Draft): FieldError[] {
  return text(storageClass, 'provisioner') === '' ? [fieldRequired('provisioner')] : [];
}

/** What may not change in a StorageClass: how volumes are made and what becomes of them. */
export function storageClassChangeErrors(storageClass: Draft, old: Draft): FieldError[] {
  return ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'].flatMap((field) =>
    isDeepStrictEqual(storageClass[field], old[field])
      ? []
      : [fieldForbidden(field, 'updates to ' + field + ' are forbidden.')],
  );
}

/** What may not change in a PriorityClass: its value, and whether it preempts. */
export function priorityClassChangeErrors(priorityClass: Draft, old: Draft): FieldError[] {
  return ['value', 'preemptionPolicy'].flatMap((field) =>
    isDeepStrictEqual(priorityClass[field], old[field])
      ? []
      : [fieldForbidden(field, 'may not be changed in an update.')],
  );
}
