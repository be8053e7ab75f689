/** The built-in transformers and generators as plugins, each with a configuration of its own (api/internal/builtins). */
import { basename } from 'node:path';
import { inputError } from '../../errors.js';
import { type Target, loadText } from '../build/build.js';
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import { generateConfig } from '../build/generate.js';
import { type DecodeOptions, decode } from '../kustomization/decode.js';
import {
  type DecodedFieldSpec,
  type GeneratorArgs,
  type HelmChart,
  type HelmGlobals,
  type Image,
  type Patch,
  type Replica,
  type ReplacementField,
  type Selector,
  type Texts,
  fieldSpecsOf,
} from '../kustomization/kustomization.js';
import * as shapes from '../kustomization/shapes.js';
import { type Resource, kindOf } from '../resources/resource.js';
import { patchContext } from '../build/transform.js';
import { addHashes } from '../transformers/addHashes.js';
import { changeName } from '../transformers/changeName.js';
import { makeJsonPatch, makeMergePatches, makePatch } from '../transformers/patches.js';
import { setEntries } from '../transformers/setEntries.js';
import { setImages } from '../transformers/setImages.js';
import { SUBJECT_MODES, type SubjectMode, setNamespace } from '../transformers/setNamespace.js';
import { setReplicas } from '../transformers/setReplicas.js';
import type { Transformer } from '../transformers/transformer.js';
import { plainJson } from '../resources/tree.js';
import { makeReplacements } from '../replacement/makeReplacements.js';
import { generateFromChart } from './helmCharts.js';
import { makeIamPolicy } from './iamPolicy.js';
import { type ValueTarget, addValue, valueTargetShape } from './valueAdd.js';

export type Generate = () => Promise<Resource[]>;
export type Plugin = { readonly transform: Transformer } | { readonly generate: Generate };

interface Metadata {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}
interface WithSpecs extends Metadata {
  readonly fieldSpecs?: readonly DecodedFieldSpec[];
}

type Make = (config: Resource, target: Target) => Plugin | Promise<Plugin>;

/** Reads the configuration of a plugin; unknown fields are passed over, as in kustomize. */
function read(config: Resource, fields: Readonly<Record<string, shapes.Shape>>): unknown {
  const options: DecodeOptions = {
    convertsScalars: true,
    subject: `the ${kindOf(config.tree)}`,
    position: () => config.source,
  };
  return decode(plainJson(config.tree ?? {}), { fields }, options);
}

const withSpecs = { fieldSpecs: shapes.fieldSpecs };

const specsOf = ({ fieldSpecs }: WithSpecs): readonly FieldSpec[] => fieldSpecsOf(fieldSpecs);

function neededSpecs(read: WithSpecs, config: Resource): readonly FieldSpec[] {
  if (read.fieldSpecs !== undefined) return specsOf(read);
  throw inputError('InvalidPlugin', `the ${kindOf(config.tree)} has no fieldSpecs`, {
    position: config.source,
    suggestions: ['For names: fieldSpecs: [{path: metadata/name}].'],
  });
}

const makers: Readonly<Record<string, Make>> = {
  AnnotationsTransformer: (config) => {
    const own = read(config, { ...withSpecs, annotations: shapes.texts }) as WithSpecs & { annotations?: Texts };
    return { transform: setEntries(own.annotations ?? {}, specsOf(own), 'setting annotations') };
  },
  LabelTransformer: (config) => {
    const own = read(config, { ...withSpecs, labels: shapes.texts }) as WithSpecs & { labels?: Texts };
    return { transform: setEntries(own.labels ?? {}, specsOf(own), 'setting labels') };
  },
  NamespaceTransformer: (config) => {
    const own = read(config, {
      ...withSpecs,
      metadata: shapes.objectMeta,
      unsetOnly: 'boolean',
      setRoleBindingSubjects: 'string',
    }) as WithSpecs & { unsetOnly?: boolean; setRoleBindingSubjects?: string };
    const subjects = (own.setRoleBindingSubjects || 'defaultOnly') as SubjectMode;
    if (!SUBJECT_MODES.includes(subjects)) {
      throw inputError(
        'InvalidPlugin',
        `setRoleBindingSubjects is one of ${SUBJECT_MODES.join(', ')}, not ${subjects}`,
        {
          position: config.source,
        },
      );
    }
    const options = { subjects, unsetOnly: own.unsetOnly ?? false };
    return { transform: setNamespace(own.metadata?.namespace ?? '', specsOf(own), options) };
  },
  PrefixTransformer: (config) => {
    const own = read(config, { ...withSpecs, prefix: 'string' }) as WithSpecs & { prefix?: string };
    return { transform: changeName({ prefix: own.prefix ?? '' }, neededSpecs(own, config)) };
  },
  SuffixTransformer: (config) => {
    const own = read(config, { ...withSpecs, suffix: 'string' }) as WithSpecs & { suffix?: string };
    return { transform: changeName({ suffix: own.suffix ?? '' }, neededSpecs(own, config)) };
  },
  PrefixSuffixTransformer: (config) => {
    const own = read(config, {
      ...withSpecs,
      prefix: 'string',
      suffix: 'string',
    }) as WithSpecs & { prefix?: string; suffix?: string };
    const specs = neededSpecs(own, config);
    const [prefix, suffix] = [
      changeName({ prefix: own.prefix ?? '' }, specs),
      changeName({ suffix: own.suffix ?? '' }, specs),
    ];
    return {
      transform: async (map) => {
        await prefix(map);
        await suffix(map);
      },
    };
  },
  HashTransformer: () => ({ transform: addHashes }),
  ImageTagTransformer: async (config) => {
    const own = read(config, { ...withSpecs, imageTag: shapes.image }) as WithSpecs & { imageTag?: Image };
    return { transform: await setImages(own.imageTag ?? {}, specsOf(own)) };
  },
  ReplicaCountTransformer: (config) => {
    const own = read(config, { ...withSpecs, replica: shapes.replica }) as WithSpecs & { replica?: Replica };
    return { transform: setReplicas(own.replica ?? {}, specsOf(own)) };
  },
  PatchTransformer: async (config, target) => ({
    transform: await makePatch(read(config, shapes.patch.fields) as Patch, patchContext(target)),
  }),
  PatchStrategicMergeTransformer: async (config, target) => {
    const own = read(config, { paths: shapes.strings, patches: 'string' }) as { paths?: string[]; patches?: string };
    return { transform: await makeMergePatches(own.paths ?? [], own.patches ?? '', patchContext(target)) };
  },
  PatchJson6902Transformer: async (config, target) => {
    const { jsonOp, ...own } = read(config, {
      target: shapes.selector,
      path: 'string',
      jsonOp: 'string',
    }) as { target?: Selector; path?: string; jsonOp?: string };
    const patch = jsonOp === undefined ? own : { ...own, patch: jsonOp };
    return { transform: await makeJsonPatch(patch, patchContext(target)) };
  },
  ReplacementTransformer: async (config, target) => {
    const own = read(config, {
      replacements: { list: shapes.replacementField },
    }) as { replacements?: ReplacementField[] };
    return { transform: await makeReplacements(own.replacements ?? [], target, config.source.file) };
  },
  ValueAddTransformer: async (config, target) => {
    const own = read(config, {
      value: 'string',
      targets: { list: valueTargetShape },
      targetFilePath: 'string',
    }) as { value?: string; targets?: ValueTarget[]; targetFilePath?: string };
    const more = own.targetFilePath ? await loadText(target, own.targetFilePath) : '';
    return {
      transform: await addValue(
        own.value?.trim() || basename(target.root.folder),
        own.targets ?? [],
        more,
        config.source,
      ),
    };
  },
  ConfigMapGenerator: (config, target) => configGenerator('ConfigMap', config, target),
  SecretGenerator: (config, target) => configGenerator('Secret', config, target),
  IAMPolicyGenerator: (config, target) => ({ generate: () => Promise.resolve([makeIamPolicy(config, target)]) }),
  HelmChartInflationGenerator: (config, target) => {
    const chart = read(config, shapes.helmChartWithGlobals.fields) as HelmChart & HelmGlobals;
    return { generate: () => generateFromChart(chart, chart, target) };
  },
};

function configGenerator(kind: 'ConfigMap' | 'Secret', config: Resource, target: Target): Plugin {
  // The older field env counts in a kustomization only.
  const {
    metadata = {},
    env: _env,
    ...own
  } = read(config, {
    ...shapes.secretArgs.fields,
    metadata: shapes.objectMeta,
  }) as GeneratorArgs & Metadata;
  const args: GeneratorArgs = {
    ...own,
    ...(own.name ? {} : { name: metadata.name ?? '' }),
    ...(own.namespace || metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  };
  return { generate: async () => [await generateConfig(kind, args, target)] };
}

/** Undefined where no built-in plugin has that kind. */
export async function makeBuiltinPlugin(config: Resource, target: Target): Promise<Plugin | undefined> {
  const kind = kindOf(config.tree);
  return Object.hasOwn(makers, kind) ? makers[kind]?.(config, target) : undefined;
}
