/** What a container gets from ConfigMaps and Secrets, and what it waits for where one of them is missing. Pure. */
import type { KubeObject } from '../../objects/object.js';
import type { Container, Pod, Volume } from './podSpec.js';

type ConfigKind = 'ConfigMap' | 'Secret';

type Texts = Readonly<Record<string, string>>;

/** A config as a node reads it. */
export interface Config {
  /** Decoded, of a Secret: what can be an environment variable. */
  readonly data: Texts;
  /** The keys that only a volume shows: `binaryData` of a ConfigMap. */
  readonly binaryKeys: readonly string[];
}

/** A config, or undefined where there is none. */
export type ReadConfig = (kind: ConfigKind, name: string) => Config | undefined;

/** What a node reads of a ConfigMap or Secret. */
export function configOf(object: KubeObject): Config {
  const data = (object.data ?? {}) as Texts;
  if (object.kind !== 'Secret') return { data, binaryKeys: Object.keys(object.binaryData ?? {}) };
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]);
  return { data: Object.fromEntries(decoded) as Texts, binaryKeys: [] };
}

interface ConfigUse {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly optional: boolean;
  readonly keys: readonly string[];
}

const use = (kind: ConfigKind, name: string, optional: boolean | undefined, keys: readonly string[]): ConfigUse => ({
  kind,
  name,
  optional: optional === true,
  keys,
});

function usesOfVolume(volume: Volume): ConfigUse[] {
  const keys = (items: readonly { readonly key: string }[] | undefined): string[] =>
    (items ?? []).map((item) => item.key);
  const uses: ConfigUse[] = [];
  if (volume.configMap !== undefined) {
    uses.push(use('ConfigMap', volume.configMap.name, volume.configMap.optional, keys(volume.configMap.items)));
  }
  if (volume.secret !== undefined) {
    uses.push(use('Secret', volume.secret.secretName, volume.secret.optional, keys(volume.secret.items)));
  }
  for (const { configMap, secret } of volume.projected?.sources ?? []) {
    if (configMap !== undefined) uses.push(use('ConfigMap', configMap.name, configMap.optional, keys(configMap.items)));
    if (secret !== undefined) uses.push(use('Secret', secret.name, secret.optional, keys(secret.items)));
  }
  return uses;
}

function usesOfContainer(container: Container): ConfigUse[] {
  const uses: ConfigUse[] = [];
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef !== undefined) uses.push(use('ConfigMap', configMapRef.name, configMapRef.optional, []));
    if (secretRef !== undefined) uses.push(use('Secret', secretRef.name, secretRef.optional, []));
  }
  for (const { valueFrom } of container.env ?? []) {
    const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
    if (map !== undefined) uses.push(use('ConfigMap', map.name, map.optional, [map.key]));
    if (secret !== undefined) uses.push(use('Secret', secret.name, secret.optional, [secret.key]));
  }
  return uses;
}

/** Every config that a pod names, each once: what must be read before one of its containers starts. */
export function configsOf(pod: Pod): { readonly kind: ConfigKind; readonly name: string }[] {
  const { containers, initContainers = [], volumes = [] } = pod.spec;
  const uses = [...volumes.flatMap(usesOfVolume), ...[...initContainers, ...containers].flatMap(usesOfContainer)];
  return [...new Map(uses.map(({ kind, name }) => [`${kind}/${name}`, { kind, name }])).values()];
}

/** Why a config cannot be used; `lacks` words that a key is not there. */
function problemOf(
  { kind, name, optional, keys }: ConfigUse,
  read: ReadConfig,
  hasKey: (config: Config, key: string) => boolean,
  lacks: (key: string) => string,
): string | undefined {
  if (optional) return undefined;
  const config = read(kind, name);
  if (config === undefined) return `${kind.toLowerCase()} "${name}" not found`;
  const missing = keys.find((key) => !hasKey(config, key));
  return missing === undefined ? undefined : lacks(missing);
}

const inEnvironment = ({ data }: Config, key: string): boolean => Object.hasOwn(data, key);
const inVolume = (config: Config, key: string): boolean =>
  inEnvironment(config, key) || config.binaryKeys.includes(key);

/** Why the volumes of a pod cannot be set up; a kubelet then keeps all its containers in ContainerCreating. */
export function volumeProblem(pod: Pod, read: ReadConfig): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    for (const wanted of usesOfVolume(volume)) {
      const problem = problemOf(wanted, read, inVolume, (key) =>
        wanted.kind === 'ConfigMap'
          ? `configmap references non-existent config key: ${key}`
          : `references non-existent secret key: ${key}`,
      );
      if (problem !== undefined) return `MountVolume.SetUp failed for volume "${volume.name}" : ${problem}`;
    }
  }
  return undefined;
}

/** Why a container cannot be created; a kubelet then keeps it in CreateContainerConfigError. */
export function environmentProblem(pod: Pod, container: Container, read: ReadConfig): string | undefined {
  for (const wanted of usesOfContainer(container)) {
    const place = `${wanted.kind} ${pod.metadata.namespace ?? ''}/${wanted.name}`;
    const problem = problemOf(wanted, read, inEnvironment, (key) => `couldn't find key ${key} in ${place}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The environment of a container as `printenv` shows it. A later variable of one name wins, `$(NAME)` is expanded, `$$` is `$`. */
export function environmentOf(pod: Pod, container: Container, read: ReadConfig): Readonly<Record<string, string>> {
  const environment = new Map<string, string>();
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data = {
      ...(configMapRef === undefined ? {} : read('ConfigMap', configMapRef.name)?.data),
      ...(secretRef === undefined ? {} : read('Secret', secretRef.name)?.data),
    };
    for (const [key, value] of Object.entries(data)) environment.set(prefix + key, value);
  }
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
  };
  for (const { name, value, valueFrom } of container.env ?? []) {
    const { configMapKeyRef: map, secretKeyRef: secret, fieldRef } = valueFrom ?? {};
    const found =
      map !== undefined
        ? read('ConfigMap', map.name)?.data[map.key]
        : secret !== undefined
          ? read('Secret', secret.name)?.data[secret.key]
          : fieldRef !== undefined
            ? fields[fieldRef.fieldPath]
            : (value ?? '').replaceAll(/\$\$|\$\(([^()]+)\)/g, (whole, other?: string) =>
                other === undefined ? '$' : (environment.get(other) ?? whole),
              );
    if (found !== undefined) environment.set(name, found);
  }
  return Object.fromEntries(environment);
}
