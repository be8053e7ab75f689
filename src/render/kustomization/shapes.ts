/** The fields of a kustomization file and their types, as data: what decode.ts checks a file against. */

/**
 * `any` is taken as it is. A map has string keys and values of one shape; a struct has known fields. Where numbers and booleans may
 * stand for strings, they may not for an `exactString`: a field of a struct that is embedded in another one of kustomize's, where
 * sigs.k8s.io/yaml does not find it.
 */
export type Shape = 'string' | 'exactString' | 'boolean' | 'integer' | 'any' | ListShape | MapShape | StructShape;
export interface ListShape {
  readonly list: Shape;
}
export interface MapShape {
  readonly map: Shape;
}
export interface StructShape {
  readonly fields: Readonly<Record<string, Shape>>;
}

export const strings: ListShape = { list: 'string' };
export const texts: MapShape = { map: 'string' };

const exactStrings: ListShape = { list: 'exactString' };
const exactTexts: MapShape = { map: 'exactString' };

/** kustomize's resid.Gvk and resid.ResId. */
export const gvk = { group: 'exactString', version: 'exactString', kind: 'exactString' } as const;
const resId = { ...gvk, name: 'exactString', namespace: 'exactString' } as const;

export const selector: StructShape = {
  fields: { ...resId, annotationSelector: 'string', labelSelector: 'string' },
};

export const fieldSpec: StructShape = { fields: { ...gvk, path: 'string', create: 'boolean' } };
export const fieldSpecs: ListShape = { list: fieldSpec };

export const patchArgs: StructShape = { fields: { allowNameChange: 'boolean', allowKindChange: 'boolean' } };

export const patch: StructShape = {
  fields: { path: 'string', patch: 'string', target: selector, options: patchArgs },
};

export const image: StructShape = {
  fields: { name: 'string', newName: 'string', tagSuffix: 'string', newTag: 'string', digest: 'string' },
};

export const replica: StructShape = { fields: { name: 'string', count: 'integer' } };

const fieldOptions: StructShape = {
  fields: { delimiter: 'string', index: 'integer', encoding: 'string', create: 'boolean' },
};

export const replacement: StructShape = {
  fields: {
    source: {
      fields: { ...resId, fieldPath: 'string', options: fieldOptions },
    },
    sourceValue: 'string',
    targets: {
      list: { fields: { select: selector, reject: { list: selector }, fieldPaths: strings, options: fieldOptions } },
    },
  },
};

export const replacementField: StructShape = { fields: { ...replacement.fields, path: 'string' } };

const objectReference: StructShape = {
  fields: { apiVersion: 'string', ...gvk, name: 'string', namespace: 'string' },
};

const generatorOptions: StructShape = {
  fields: { labels: exactTexts, annotations: exactTexts, disableNameSuffixHash: 'boolean', immutable: 'boolean' },
};

export const configMapArgs: StructShape = {
  fields: {
    name: 'exactString',
    namespace: 'exactString',
    behavior: 'exactString',
    literals: exactStrings,
    files: exactStrings,
    envs: exactStrings,
    env: 'exactString',
    options: generatorOptions,
  },
};

export const secretArgs: StructShape = { fields: { ...configMapArgs.fields, type: 'string' } };

export const objectMeta: StructShape = {
  fields: { name: 'string', namespace: 'string', labels: texts, annotations: texts },
};

const helmGlobals: StructShape = { fields: { chartHome: 'string', configHome: 'string' } };

const helmChart: StructShape = {
  fields: {
    name: 'string',
    version: 'string',
    repo: 'string',
    releaseName: 'string',
    namespace: 'string',
    additionalValuesFiles: strings,
    valuesFile: 'string',
    valuesInline: { map: 'any' },
    valuesMerge: 'string',
    includeCRDs: 'boolean',
    skipHooks: 'boolean',
    apiVersions: strings,
    kubeVersion: 'string',
    nameTemplate: 'string',
    skipTests: 'boolean',
    debug: 'boolean',
    devel: 'boolean',
  },
};

export const helmChartWithGlobals: StructShape = { fields: { ...helmGlobals.fields, ...helmChart.fields } };

const helmChartArgs: StructShape = {
  fields: {
    chartName: 'string',
    chartVersion: 'string',
    chartRepoUrl: 'string',
    chartHome: 'string',
    chartRepoName: 'string',
    helmBin: 'string',
    helmHome: 'string',
    values: 'string',
    valuesLocal: { map: 'any' },
    valuesMerge: 'string',
    releaseName: 'string',
    releaseNamespace: 'string',
    extraArgs: strings,
  },
};

export const kustomization: StructShape = {
  fields: {
    kind: 'string',
    apiVersion: 'string',
    metadata: objectMeta,
    openapi: texts,
    namePrefix: 'string',
    nameSuffix: 'string',
    namespace: 'string',
    commonLabels: texts,
    labels: {
      list: {
        fields: {
          pairs: texts,
          includeSelectors: 'boolean',
          includeTemplates: 'boolean',
          includeVolumeClaimTemplates: 'boolean',
          fields: fieldSpecs,
        },
      },
    },
    commonAnnotations: texts,
    patchesStrategicMerge: strings,
    patchesJson6902: { list: patch },
    patches: { list: patch },
    images: { list: image },
    imageTags: { list: image },
    replacements: { list: replacementField },
    replicas: { list: replica },
    vars: {
      list: { fields: { name: 'string', objref: objectReference, fieldref: { fields: { fieldPath: 'string' } } } },
    },
    sortOptions: {
      fields: { order: 'string', legacySortOptions: { fields: { orderFirst: strings, orderLast: strings } } },
    },
    resources: strings,
    components: strings,
    crds: strings,
    bases: strings,
    configMapGenerator: { list: configMapArgs },
    secretGenerator: { list: secretArgs },
    helmGlobals,
    helmCharts: { list: helmChart },
    helmChartInflationGenerator: { list: helmChartArgs },
    generatorOptions,
    configurations: strings,
    generators: strings,
    transformers: strings,
    validators: strings,
    buildMetadata: strings,
  },
};
