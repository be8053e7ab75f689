/**
 * The field specs of all transformers, as kustomize has them built in and as `configurations` and `crds` add to them
 * (api/internal/plugins/builtinconfig/transformerconfig.go).
 */
import { type FieldSpec, type NameReference, mergeFieldSpecs, mergeNameReferences, sortByGvk } from './fieldSpec.js';
import { commonAnnotations, commonLabels, templateLabels, volumeClaimTemplateLabels } from './labelFields.js';
import { nameReferences } from './nameReferences.js';
import { varReferences } from './varReferences.js';

/** Named as in a configuration file. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly volumeClaimTemplateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

export const FIELD_SPEC_SECTIONS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'volumeClaimTemplateLabels',
  'commonAnnotations',
  'varReference',
  'images',
  'replicas',
] as const satisfies readonly (keyof TransformerConfig)[];

export const emptyConfig: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  volumeClaimTemplateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

const NAME: FieldSpec = { path: 'metadata/name', create: false };

const images: readonly FieldSpec[] = [
  'spec/containers[]/image',
  'spec/initContainers[]/image',
  'spec/volumes[]/image/reference',
  'spec/template/spec/containers[]/image',
  'spec/template/spec/initContainers[]/image',
  'spec/template/spec/volumes[]/image/reference',
  'spec/jobTemplate/spec/template/spec/volumes[]/image/reference',
].map((path) => ({ path, create: true }));

const replicas: readonly FieldSpec[] = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => ({
  kind,
  path: 'spec/replicas',
  create: true,
}));

const namespace: readonly FieldSpec[] = [
  { kind: 'Namespace', path: 'metadata/name', create: true },
  { group: 'apiregistration.k8s.io', kind: 'APIService', path: 'spec/service/namespace', create: true },
  {
    group: 'apiextensions.k8s.io',
    kind: 'CustomResourceDefinition',
    path: 'spec/conversion/webhook/clientConfig/service/namespace',
    create: false,
  },
];

export const defaultConfig: TransformerConfig = sorted({
  namePrefix: [NAME],
  nameSuffix: [NAME],
  namespace,
  commonLabels,
  labels: [],
  templateLabels,
  volumeClaimTemplateLabels,
  commonAnnotations,
  nameReference: nameReferences,
  varReference: varReferences,
  images,
  replicas,
});

/** Both, sorted. What is the same object on both sides is taken as it is, so that merging defaults costs nothing. */
export function mergeConfigs(base: TransformerConfig, more: TransformerConfig): TransformerConfig {
  if (base === more || more === emptyConfig) return base;
  if (base === emptyConfig) return more;
  const merged = { ...base, nameReference: mergeNameReferences(base.nameReference, more.nameReference) };
  for (const section of FIELD_SPEC_SECTIONS) merged[section] = mergeFieldSpecs(base[section], more[section]);
  return sorted(merged);
}

function sorted(config: TransformerConfig): TransformerConfig {
  const result = { ...config, nameReference: sortByGvk(config.nameReference) };
  for (const section of FIELD_SPEC_SECTIONS) result[section] = sortByGvk(config[section]);
  return result;
}
