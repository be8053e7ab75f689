/** Functions in containers: run by the docker of this machine, as kustomize does (kyaml/fn/runtime/container). */
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { inputError } from '../../errors.js';
import type { RenderOptions } from '../options.js';
import type { ResourceSource } from '../resources/resource.js';

export interface Mount {
  readonly type?: string;
  readonly src?: string;
  readonly dst?: string;
  readonly rw?: boolean;
}

export interface ContainerSpec {
  readonly image?: string;
  readonly network?: boolean;
  readonly envs?: readonly string[];
  readonly mounts?: readonly Mount[];
}

export const DOCKER = 'docker';

/** What kustomize tells every function. */
const OWN_VARIABLES = ['LOG_TO_STDERR=true', 'STRUCTURED_RESULTS=true'];

/**
 * The arguments of docker for a function. `folder` is the kustomization's, `name` the function's. Throws KapplyError
 * `NetworkNotEnabled`.
 */
export function containerArguments(
  { image = '', network = false, envs = [], mounts = [] }: ContainerSpec,
  options: RenderOptions,
  folder: string,
  name: string,
  position: ResourceSource,
): string[] {
  if (network && !options.network) {
    throw inputError('NetworkNotEnabled', `${name} wants the network for its container ${image}`, {
      position,
      suggestions: ['If you trust it: --network.'],
    });
  }
  const all = [...mounts, ...(options.mounts ?? []).map(readMount)];
  return [
    ...['run', '--rm', '-i', '-a', 'STDIN', '-a', 'STDOUT', '-a', 'STDERR'],
    ...['--network', network ? 'host' : 'none'],
    ...['--user', options.asCurrentUser ? currentUser() : 'nobody'],
    '--security-opt=no-new-privileges',
    ...all.flatMap((mount) => ['--mount', mountText(mount, folder)]),
    ...variableFlags([...envs, ...(options.env ?? []), ...OWN_VARIABLES]),
    image,
  ];
}

function currentUser(): string {
  const { uid, gid } = userInfo();
  return `${uid}:${gid}`;
}

/** `type=bind,src=/data,dst=/data,rw=true`. */
function readMount(text: string): Mount {
  const settings = new Map(
    text.split(',').map((part) => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)]),
  );
  return {
    type: settings.get('type') ?? '',
    src: settings.get('src') ?? settings.get('source') ?? '',
    dst: settings.get('dst') ?? settings.get('target') ?? '',
    rw: settings.get('rw') === 'true',
  };
}

function mountText({ type = '', src = '', dst = '', rw = false }: Mount, folder: string): string {
  return `type=${type},source=${isAbsolute(src) ? src : join(folder, src)},target=${dst}${rw ? '' : ',readonly'}`;
}

/** Those with a value by name, the last of a name counts; then those that are handed on. */
function variableFlags(settings: readonly string[]): string[] {
  const values = new Map(
    settings.flatMap((setting) => {
      const at = setting.indexOf('=');
      return at < 0 ? [] : [[setting.slice(0, at), setting] as const];
    }),
  );
  const valued = [...values.keys()].sort().map((name) => values.get(name) ?? '');
  return [...valued, ...settings.filter((setting) => !setting.includes('='))].flatMap((setting) => ['-e', setting]);
}
