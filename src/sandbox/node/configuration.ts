/** What a container gets from ConfigMaps and Secrets, and what it waits for where one of them is missing. Pure. */
import type { Container, Pod, Volume } from './podSpec.js';

type ConfigKind = 'ConfigMap' | 'Secret';

/** The decoded data of a config, or undefined where there is none. */
export type ReadConfig = (kind: ConfigKind, name: string) => Readonly<Record<string, string>> | undefined;

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

function problemOf(wanted: ConfigUse, namespace: string, read: ReadConfig): string | undefined {
  if (wanted.optional) return undefined;
  const data = read(wanted.kind, wanted.name);
  if (data === undefined) return `${wanted.kind.toLowerCase()} "${wanted.name}" not found`;
  const missing = wanted.keys.find((key) => !Object.hasOwn(data, key));
  return missing === undefined
    ? undefined
    : `couldn't find key ${missing} in ${wanted.kind} ${namespace}/${wanted.name}`;
}

/** Why the volumes of a pod cannot be set up; a kubelet then keeps all its containers in ContainerCreating. */
export function volumeProblem(pod: Pod, read: ReadConfig): string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  for (const volume of pod.spec.volumes ?? []) {
    for (const wanted of usesOfVolume(volume)) {
      const problem = problemOf(wanted, namespace, read);
      if (problem !== undefined) return `MountVolume.SetUp failed for volume "${volume.name}" : ${problem}`;
    }
  }
  return undefined;
}

/** Why a container cannot be created; a kubelet then keeps it in CreateContainerConfigError. */
export function environmentProblem(pod: Pod, container: Container, read: ReadConfig): string | undefined {
  for (const wanted of usesOfContainer(container)) {
    const problem = problemOf(wanted, pod.metadata.namespace ?? '', read);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The environment of a container as `printenv` shows it. A later variable of one name wins, `$(NAME)` is expanded. */
export function environmentOf(pod: Pod, container: Container, read: ReadConfig): Readonly<Record<string, string>> {
  const environment = new Map<string, string>();
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data = {
      ...(configMapRef === undefined ? {} : read('ConfigMap', configMapRef.name)),
      ...(secretRef === undefined ? {} : read('Secret', secretRef.name)),
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
        ? read('ConfigMap', map.name)?.[map.key]
        : secret !== undefined
          ? read('Secret', secret.name)?.[secret.key]
          : fieldRef !== undefined
            ? fields[fieldRef.fieldPath]
            : (value ?? '').replaceAll(/\$\(([^()]+)\)/g, (whole, other: string) => environment.get(other) ?? whole);
    if (found !== undefined) environment.set(name, found);
  }
  return Object.fromEntries(environment);
}
