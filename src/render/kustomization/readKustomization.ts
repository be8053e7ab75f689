/** Reads a kustomization file: types, deprecated spellings, kind and apiVersion (api/types/kustomization.go). */
import { type SourcePosition, inputError } from '../../errors.js';
import { nearest } from '../../objects/nearest.js';
import { positionOf } from '../yaml/position.js';
import { readYaml } from '../yaml/read.js';
import { decode } from './decode.js';
import type { GeneratorArgs, HelmChart, HelmChartArgs, Image, Kustomization } from './kustomization.js';
import { kustomization as shape } from './shapes.js';

interface Decoded extends Partial<Kustomization> {
  readonly bases?: readonly string[];
  readonly imageTags?: readonly Image[];
  readonly helmChartInflationGenerator?: readonly HelmChartArgs[];
}

export interface ReadKustomization {
  readonly kustomization: Kustomization;
  /** Deprecations, each one sentence. */
  readonly warnings: readonly string[];
}

const KIND = 'Kustomization';
export const COMPONENT_KIND = 'Component';
const API_VERSIONS: Readonly<Record<string, string>> = {
  [KIND]: 'kustomize.config.k8s.io/v1beta1',
  [COMPONENT_KIND]: 'kustomize.config.k8s.io/v1alpha1',
};

const DEPRECATED: readonly (readonly [keyof Decoded, string])[] = [
  ['bases', 'resources'],
  ['commonLabels', 'labels'],
  ['imageTags', 'images'],
  ['patchesJson6902', 'patches'],
  ['patchesStrategicMerge', 'patches'],
  ['vars', 'replacements'],
];

/** Throws KapplyError `UnknownField`, `InvalidField`, `EmptyKustomization` or `InvalidKustomization`. */
export function readKustomization(text: string, file: string): ReadKustomization {
  const position = (path: readonly (string | number)[]): SourcePosition => ({
    file,
    ...positionOf(text, 0, path, 'kustomization'),
  });
  const document = readYaml(text, { file, dialect: 'kustomization' })[0];
  const decoded = decode(document?.value ?? null, shape, {
    refusesUnknown: true,
    subject: 'the kustomization',
    position,
  }) as Decoded;
  refuseEmpty(decoded, file);
  const kustomization = folded(decoded);
  const apiVersion = API_VERSIONS[kustomization.kind];
  if (apiVersion === undefined) {
    throw inputError(
      'InvalidKustomization',
      `the kind ${kustomization.kind} is neither ${KIND} nor ${COMPONENT_KIND}`,
      {
        position: position(['kind']),
        suggestions: [`Write kind: ${nearest(kustomization.kind, [KIND, COMPONENT_KIND]) ?? KIND}.`],
      },
    );
  }
  if (kustomization.apiVersion !== apiVersion) {
    throw inputError(
      'InvalidKustomization',
      `the apiVersion of a ${kustomization.kind} is ${apiVersion}, not ${kustomization.apiVersion}`,
      { position: position(['apiVersion']), suggestions: [`Write apiVersion: ${apiVersion}, or leave it out.`] },
    );
  }
  const warnings = DEPRECATED.filter(([field]) => decoded[field] !== undefined).map(
    ([field, instead]) => `${file}: '${field}' is deprecated, use '${instead}' instead`,
  );
  return { kustomization, warnings };
}

function refuseEmpty(decoded: Decoded, file: string): void {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = decoded;
  if (Object.values(rest).some((value) => value !== '')) return;
  throw inputError('EmptyKustomization', 'the kustomization is empty', {
    position: { file },
    suggestions: ['List the files and folders that belong to it under resources.'],
  });
}

function folded(decoded: Decoded): Kustomization {
  const { bases, imageTags, helmChartInflationGenerator: oldCharts = [], ...rest } = decoded;
  const kind = decoded.kind ?? KIND;
  const globals = decoded.helmGlobals ?? globalsOf(oldCharts);
  return {
    ...EMPTY,
    ...rest,
    kind: kind === '' ? KIND : kind,
    apiVersion: decoded.apiVersion || (API_VERSIONS[kind] ?? (API_VERSIONS[KIND] as string)),
    resources: [...(decoded.resources ?? []), ...(bases ?? [])],
    images: [...(decoded.images ?? []), ...(imageTags ?? [])],
    configMapGenerator: (decoded.configMapGenerator ?? []).map(withEnvs),
    secretGenerator: (decoded.secretGenerator ?? []).map(withEnvs),
    helmCharts: [...(decoded.helmCharts ?? []), ...oldCharts.map(chartOf)],
    ...(globals === undefined ? {} : { helmGlobals: globals }),
  };
}

const EMPTY = {
  labels: [],
  patchesStrategicMerge: [],
  patchesJson6902: [],
  patches: [],
  replacements: [],
  replicas: [],
  vars: [],
  components: [],
  crds: [],
  configurations: [],
  generators: [],
  transformers: [],
  validators: [],
  buildMetadata: [],
} as const;

function withEnvs(args: GeneratorArgs): GeneratorArgs {
  const { env, ...rest } = args;
  return env === undefined || env === '' ? rest : { ...rest, envs: [...(args.envs ?? []), env] };
}

function globalsOf(charts: readonly HelmChartArgs[]): { chartHome: string; configHome: string } | undefined {
  const chartHome = charts.findLast((chart) => chart.chartHome)?.chartHome ?? '';
  const configHome = charts.findLast((chart) => chart.helmHome)?.helmHome ?? '';
  return chartHome === '' && configHome === '' ? undefined : { chartHome, configHome };
}

function chartOf(old: HelmChartArgs): HelmChart {
  const chart = {
    name: old.chartName,
    version: old.chartVersion,
    repo: old.chartRepoUrl,
    valuesFile: old.values,
    valuesInline: old.valuesLocal,
    valuesMerge: old.valuesMerge,
    releaseName: old.releaseName,
  };
  return Object.fromEntries(Object.entries(chart).filter(([, value]) => value !== undefined));
}
