/**
 * `helmCharts`: takes what the user's helm makes of a chart (HelmChartInflationGenerator.go). Only with --enable-helm:
 * charts are programs.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type KapplyError, inputError } from '../../errors.js';
import { type Target, loadText } from '../build/build.js';
import { writeWhole } from '../../files/writeWhole.js';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../files/temporaryFolder.js';
import { loadFile } from '../loading/loadFile.js';
import { refuseRemote } from '../loading/root.js';
import { MergeProblem } from '../merge/mergeProblem.js';
import type { HelmChart, HelmGlobals } from '../kustomization/kustomization.js';
import { strategicMerge } from '../merge/strategicMerge.js';
import { readResources } from '../manifests/readResources.js';
import type { Resource } from '../resources/resource.js';
import { type Tree, type TreeMap, cloneTree, isMap, isMissing, plainJson } from '../resources/tree.js';
import { emitYaml } from '../yaml/emit.js';
import { readTrees } from '../yaml/read.js';
import { checkChart, folderForHelm } from './chartFiles.js';
import { helm, type HelmPlace, refuseOldHelm } from './helm.js';

const MERGES = ['merge', 'override', 'replace'];

interface Inflation extends HelmPlace {
  readonly chart: HelmChart & { readonly name: string };
  readonly chartHome: string;
}

/** What each chart of the kustomization renders to. Throws KapplyError `HelmNotEnabled`, `InvalidHelmChart` or `HelmFailed`. */
export async function generateFromCharts(target: Target): Promise<Resource[][]> {
  const { helmCharts, helmGlobals = {}, namespace } = target.kustomization;
  const results: Resource[][] = [];
  for (const chart of helmCharts) {
    const withNamespace = { ...chartAsWritten(chart), namespace: chart.namespace || namespace || target.helmNamespace };
    results.push(await generateFromChart(withNamespace, helmGlobals, target));
  }
  return results;
}

/** What a chart of a kustomization leaves empty counts as not there: a flag of the command line may say it. */
function chartAsWritten({ debug, kubeVersion, apiVersions = [], ...chart }: HelmChart): HelmChart {
  return {
    ...chart,
    ...(debug && { debug }),
    ...(kubeVersion && { kubeVersion }),
    ...(apiVersions.length > 0 && { apiVersions }),
  };
}

/**
 * The resources of a Helm chart, as `helm template` prints them. A chart that is not in the chart home is pulled into it first.
 * @throws KapplyError `HelmNotEnabled` without --enable-helm or --enable-alpha-plugins
 */
export async function generateFromChart(chart: HelmChart, globals: HelmGlobals, target: Target): Promise<Resource[]> {
  const { options } = target.build;
  // kustomize's --enable-alpha-plugins enables helm as well.
  if (!options.enableHelm && !options.enableAlphaPlugins) {
    throw inputError('HelmNotEnabled', `the chart ${chart.name ?? ''} is rendered by helm, which is not enabled`, {
      position: { file: target.file },
      suggestions: ['If you trust the charts: --enable-helm.'],
    });
  }
  const checked = checkedChart(chart, target);
  const temporary = await makeTemporaryFolder();
  try {
    const inflation: Inflation = {
      chart: checked,
      target,
      chartHome: chartHomeOf(checked, globals.chartHome || 'charts', target),
      configHome: globals.configHome ? folderForHelm(target, globals.configHome) : join(temporary, 'helm'),
      temporary,
    };
    return await inflate(inflation);
  } finally {
    await removeTemporaryFolder(temporary);
  }
}

async function inflate(inflation: Inflation): Promise<Resource[]> {
  const { chart, target, chartHome } = inflation;
  const folder = join(chartHome, chart.name);
  await refuseOldHelm(inflation);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    if (!chart.repo) throw invalid(target, `there is no chart at ${folder}, and no repo to pull it from`);
    refuseRemote(target.root.run, `the chart ${chart.name} is pulled from ${chart.repo}`);
    await helm(inflation, pullArguments(chart, chart.repo, chartHome));
  }
  checkChart(target, folder);
  // helm reads them by itself: that they are there, and may be read, is seen here.
  for (const file of chart.additionalValuesFiles ?? []) await loadFile(target.root, file);
  const valuesFile = await writeValues(inflation, chart.valuesFile || join(folder, 'values.yaml'));
  const output = await helm(inflation, templateArguments(inflation, folder, valuesFile));
  const resources = readResources(output, `helm template ${chart.name}`, target.build);
  for (const resource of resources) resource.fromHelm = true;
  return resources;
}

function checkedChart(chart: HelmChart, target: Target): HelmChart & { readonly name: string } {
  const { name = '', releaseName = '', valuesMerge = '' } = chart;
  if (name === '') throw invalid(target, 'a chart of helmCharts has no name');
  if (name.includes('/')) throw invalid(target, `the name of the chart ${name} holds a slash`);
  for (const text of [name, releaseName]) {
    if (text.startsWith('-')) throw invalid(target, `${text} would be an option of helm, not a name`);
  }
  if (valuesMerge !== '' && !MERGES.includes(valuesMerge)) {
    throw invalid(target, `valuesMerge is one of ${MERGES.join(', ')}, not ${valuesMerge}`);
  }
  const { helmApiVersions = [], helmKubeVersion, helmDebug } = target.build.options;
  return {
    ...(helmKubeVersion && { kubeVersion: helmKubeVersion }),
    ...(helmApiVersions.length > 0 && { apiVersions: helmApiVersions }),
    ...(helmDebug && { debug: true }),
    ...chart,
    name,
  };
}

function chartHomeOf({ name, version, repo }: HelmChart & { name: string }, home: string, target: Target): string {
  const folder = folderForHelm(target, home);
  return version && repo ? join(folder, `${name}-${version}`) : folder;
}

/** The values that helm gets: those of the file, with those of the kustomization merged in. */
async function writeValues(inflation: Inflation, valuesFile: string): Promise<string> {
  const { chart, target, temporary } = inflation;
  const { valuesInline = {}, valuesMerge = 'override' } = chart;
  const path = join(temporary, `${chart.name}-kustomize-values.yaml`);
  const hasInline = Object.keys(valuesInline).length > 0;
  if (!hasInline || valuesMerge !== 'replace') {
    const text = await loadText(target, valuesFile);
    if (!hasInline) {
      writeWhole(path, text, { secret: true });
      return path;
    }
    const file = readTrees(text, { file: valuesFile })[0]?.tree;
    if (!isMissing(file) && !isMap(file)) throw invalid(target, `${valuesFile} holds something other than a map`);
    const merged = mergedValues(isMap(file) ? file : {}, inflation, valuesFile);
    writeWhole(path, emitYaml(plainJson(merged)), { secret: true });
    return path;
  }
  writeWhole(path, emitYaml(valuesInline), { secret: true });
  return path;
}

/** `override`: the kustomization's values win; `merge`: those of the file do. */
function mergedValues(file: TreeMap, { chart, target }: Inflation, valuesFile: string): Tree {
  const own = cloneTree(chart.valuesInline as TreeMap);
  const [values, over] = chart.valuesMerge === 'merge' ? [own, file] : [file, own];
  try {
    return strategicMerge(values, over, target.build.openApi, 'patch-last') ?? {};
  } catch (error) {
    if (!(error instanceof MergeProblem)) throw error;
    const field = error.path.join('.');
    throw invalid(target, `valuesInline of the chart ${chart.name} and ${valuesFile} do not fit together at ${field}`);
  }
}

function pullArguments(
  { name, version, devel }: HelmChart & { name: string },
  repo: string,
  chartHome: string,
): string[] {
  const source = repo.startsWith('oci://') ? [`${repo.replace(/\/$/, '')}/${name}`] : ['--repo', repo, name];
  return [
    'pull',
    '--untar',
    '--untardir',
    chartHome,
    ...source,
    ...(version ? ['--version', version] : []),
    ...(devel ? ['--devel'] : []),
  ];
}

function templateArguments({ chart, target }: Inflation, folder: string, valuesFile: string): string[] {
  const additional = (chart.additionalValuesFiles ?? []).map((file) => join(target.root.folder, file));
  return [
    'template',
    chart.releaseName || '--generate-name',
    folder,
    ...(chart.namespace ? ['--namespace', chart.namespace] : []),
    ...(chart.nameTemplate ? ['--name-template', chart.nameTemplate] : []),
    ...[valuesFile, ...additional].flatMap((file) => ['-f', file]),
    ...(chart.apiVersions ?? []).flatMap((version) => ['--api-versions', version]),
    ...(chart.kubeVersion ? ['--kube-version', chart.kubeVersion] : []),
    ...(chart.includeCRDs ? ['--include-crds'] : []),
    ...(chart.skipTests ? ['--skip-tests'] : []),
    ...(chart.skipHooks ? ['--no-hooks'] : []),
    ...(chart.debug ? ['--debug'] : []),
    ...(chart.devel ? ['--devel'] : []),
  ];
}

function invalid({ file }: Target, message: string): KapplyError {
  return inputError('InvalidHelmChart', message, { position: { file } });
}
