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

const replicas: readonly FieldSpec[] = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map(
  (kind) => ({
    kind,
    path: 'spec/replicas',
    create: true,
  }),
);

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

export const defaultConfig: TransformerConfig = merge(
  emptyConfig,
  sorted({
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
  }),
);

/**
 * Both, sorted. A spec for some kinds only, met before one for all kinds with the same path, stands for that one as well: with
 * a namePrefix of its own for one kind, a configuration takes the prefix from all others.
 */
export function mergeConfigs(base: TransformerConfig, more: TransformerConfig): TransformerConfig {
  // The defaults change nothing in themselves, which is nearly always all that there is to merge.
  if (base === more || more === emptyConfig || (base === emptyConfig && more === defaultConfig))
    return more === emptyConfig ? base : more;
  return merge(base, more);
}

function merge(base: TransformerConfig, more: TransformerConfig): TransformerConfig {
  const merged = { ...base, nameReference: mergeNameReferences(base.nameReference, more.nameReference) };
  for (const section of FIELD_SPEC_SECTIONS) merged[section] = mergeFieldSpecs(base[section], more[section]);
  return sorted(merged);
}

function sorted(config: TransformerConfig): TransformerConfig {
  const result = { ...config, nameReference: sortByGvk(config.nameReference) };
  for (const section of FIELD_SPEC_SECTIONS) result[section] = sortByGvk(config[section]);
  return result;
}
