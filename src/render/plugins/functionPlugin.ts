/** KRM functions: programs that get a ResourceList and return one (kyaml/fn/runtime). */
import { isAbsolute } from 'node:path';
import { inputError } from '../../errors.js';
import { isJsonObject } from '../../objects/json.js';
import type { Json } from '../../objects/object.js';
import type { Target } from '../build/build.js';
import type { RenderOptions } from '../options.js';
import { decode } from '../kustomization/decode.js';
import { type StructShape, strings } from '../kustomization/shapes.js';
import { type Resource, currentId, metadataTexts, setMetadataTexts } from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import { type TreeMap, cloneTree, plainJson } from '../resources/tree.js';
import { emitYaml } from '../yaml/emit.js';
import { type ProgramKind, environmentFor, handedOn } from '../programs/environment.js';
import { readYaml } from '../yaml/read.js';
import { type ContainerSpec, DOCKER, containerArguments, refuseMount } from './containerFunction.js';
import { runPlugin, type RunProgram } from './pluginProgram.js';

export interface FunctionSpec {
  readonly exec?: { readonly path?: string; readonly args?: readonly string[]; readonly envs?: readonly string[] };
  readonly container?: ContainerSpec;
}

const ANNOTATIONS = ['config.kubernetes.io/function', 'config.k8s.io/function'];
const CONTAINER = 'config.kubernetes.io/container';
const LOCAL_CONFIG = 'config.kubernetes.io/local-config';

const shape: StructShape = {
  fields: {
    deferFailure: 'boolean',
    exec: { fields: { path: 'string', args: strings, envs: strings } },
    container: {
      fields: {
        image: 'string',
        network: 'boolean',
        envs: strings,
        mounts: { list: { fields: { type: 'string', src: 'string', dst: 'string', rw: 'boolean' } } },
      },
    },
    starlark: 'any',
  },
};

/** What the configuration says about its function; undefined where it names none. */
export function functionSpecOf(config: Resource): FunctionSpec | undefined {
  const annotations = metadataTexts(config.tree, 'annotations');
  const text = ANNOTATIONS.map((key) => annotations.get(key)).find((value) => value !== undefined && value !== '');
  const metadata = config.tree?.metadata as TreeMap | undefined;
  const inline = metadata?.configFn === undefined ? undefined : plainJson(metadata.configFn);
  const position = { file: config.source.file };
  const value =
    text === undefined ? inline : readYaml(text, { file: config.source.file, dialect: 'kustomization' })[0]?.value;
  if (value !== undefined) {
    return decode(value, shape, {
      convertsScalars: true,
      refusesUnknown: true,
      subject: 'the function',
      position: () => position,
    }) as FunctionSpec;
  }
  const image = annotations.get(CONTAINER);
  return image ? { container: { image } } : undefined;
}

/** Throws KapplyError `NetworkNotEnabled`, `ExecNotEnabled` or `InvalidPlugin`. */
export function makeFunctionPlugin(config: Resource, spec: FunctionSpec, target: Target): RunProgram {
  const { options } = target.build;
  const name = describeId(currentId(config));
  const position = config.source;
  const { folder } = target.root;
  for (const mount of spec.container?.mounts ?? []) refuseMount(mount, folder, name, position);
  refuseHandedOn([...(spec.container?.envs ?? []), ...(spec.exec?.envs ?? [])], options, name, position);
  if (spec.container?.image) {
    const { image } = spec.container;
    const args = containerArguments(spec.container, options, folder, name, position);
    const run = functionRun('tool', DOCKER, args, {}, config, target);
    return (input) => run(input).catch((error: unknown) => Promise.reject(engineMissing(error, name, image, position)));
  }
  const { path, args = [], envs = [] } = spec.exec ?? {};
  if (!path) throw inputError('InvalidPlugin', `${name} names neither a program (exec) nor a container`, { position });
  if (target.root.repository !== undefined && isAbsolute(path)) {
    throw inputError('InvalidPlugin', `${name} runs ${path}, and a cloned repository can only name its own files`, {
      position,
    });
  }
  if (!options.enableExec) {
    throw inputError('ExecNotEnabled', `${name} runs the program ${path}, which is not enabled`, {
      position,
      suggestions: ['If you trust the program: --enable-alpha-plugins --enable-exec.'],
    });
  }
  return functionRun('code', path, args, variables([...envs, ...(options.env ?? [])]), config, target);
}

/** A repository does not get to read a variable of this process by naming it. */
function refuseHandedOn(
  envs: readonly string[],
  options: RenderOptions,
  name: string,
  position: Resource['source'],
): void {
  const wanted = handedOn(envs).find((variable) => !handedOn(options.env).includes(variable));
  if (wanted === undefined) return;
  throw inputError('InvalidPlugin', `${name} wants the variable ${wanted} of this process`, {
    position,
    suggestions: [`If it may have it: --env ${wanted}.`],
  });
}

/** Another error stays what it is. */
function engineMissing(error: unknown, name: string, image: string, position: Resource['source']): Error {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  if (cause?.code !== 'ENOENT') return error as Error;
  return inputError(
    'ContainerEngineMissing',
    `${name} is a function in the container ${image}, and there is no ${DOCKER} on this machine's path to run it`,
    {
      position,
      suggestions: [
        'Render it where there is one, and deploy the result: kapply render -k DIR --enable-alpha-plugins | kapply deploy -f -',
      ],
      cause: error,
    },
  );
}

/** Runs the program on the items, with the configuration beside them. */
function functionRun(
  kind: ProgramKind,
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  config: Resource,
  target: Target,
): RunProgram {
  const { environment = {}, env: handed = [], signal } = target.build.options;
  const name = describeId(currentId(config));
  const functionConfig = cloneTree(config.tree as TreeMap);
  setMetadataTexts(
    functionConfig,
    'annotations',
    metadataTexts(functionConfig, 'annotations').set(LOCAL_CONFIG, 'true'),
  );
  const configJson = plainJson(functionConfig);

  return async (input) => {
    // A generator is handed its own configuration as the only item, which is for local use and so left out in the end.
    const items: Json[] =
      input === undefined
        ? [configJson]
        : readYaml(input, { file: name, dialect: 'resource' }).map(({ value }) => value);
    const list = {
      apiVersion: 'config.kubernetes.io/v1',
      kind: 'ResourceList',
      items: items.map(withId),
      functionConfig: configJson,
    };
    const program = {
      path,
      args,
      cwd: target.root.folder,
      env: { ...environmentFor(kind, environment, handedOn(handed)), ...env },
      signal,
      source: config.source,
    };
    return runPlugin(program, emitYaml(list));
  };
}

/** `NAME=value`; a name alone is handed on where the user says so. */
function variables(settings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    settings.flatMap((setting) => {
      const [name = '', value, more] = setting.split('=');
      return value === undefined || more !== undefined ? [] : [[name, value]];
    }),
  );
}

/** How functions tell which item is which. */
export const ITEM_IDS = ['internal.config.kubernetes.io/id', 'config.k8s.io/id'];

function withId(item: Json, index: number): Json {
  if (!isJsonObject(item)) return item;
  const tree = cloneTree(item as TreeMap);
  const annotations = metadataTexts(tree, 'annotations');
  for (const key of ITEM_IDS) annotations.set(key, String(index + 1));
  setMetadataTexts(tree, 'annotations', annotations);
  return plainJson(tree);
}
