/** Functions in containers: run by the docker of this machine, as kustomize does (kyaml/fn/runtime/container). */
import { userInfo } from 'node:os';
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { inputError } from '../../errors.js';
import { isWithin } from '../loading/root.js';
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
  if (image.startsWith('-')) {
    throw inputError('InvalidPlugin', `${image} would be an option of docker, not an image`, { position });
  }
  if (network && options.remote === false) {
    throw inputError('RemoteNotAllowed', `${name} wants the network, and nothing may be fetched (--no-remote)`, {
      position,
    });
  }
  if (network && !options.network) {
    throw inputError('NetworkNotEnabled', `${name} wants the network for its container ${image}`, {
      position,
      suggestions: ['If you trust it: --network.'],
    });
  }
  const all = [...mounts, ...(options.mounts ?? []).map(readMount)];
  return [
    ...(options.remote === false ? ['run', '--pull=never'] : ['run']),
    ...['--rm', '-i', '-a', 'STDIN', '-a', 'STDOUT', '-a', 'STDERR'],
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

/** What docker would take for another setting of the mount, or for the end of it. */
const SEPARATORS = /[,="'\r\n]/;

/**
 * For a mount that a configuration names; those of the user's flag are the user's affair.
 * Throws KapplyError `InvalidPlugin` where it leaves the kustomization's folder or says more than it seems to.
 */
export function refuseMount(
  { type = '', src = '', dst = '' }: Mount,
  folder: string,
  name: string,
  position: ResourceSource,
): void {
  const odd = [type, src, dst].find((text) => SEPARATORS.test(text));
  if (odd !== undefined) {
    throw inputError('InvalidPlugin', `${name} mounts ${JSON.stringify(odd)}, which holds a separator of docker's`, {
      position,
      suggestions: ['If it is meant: --mount type=bind,src=…,dst=…'],
    });
  }
  const path = join(folder, src);
  const leaves = isAbsolute(src) || normalize(src).split(sep)[0] === '..';
  if (leaves || (existsSync(path) && !isWithin(realpathSync(path), folder))) {
    throw inputError('InvalidPlugin', `${name} mounts ${src}, which is outside of the kustomization`, { position });
  }
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
  return [...valued, ...new Set(settings.filter((setting) => !setting.includes('=')))].flatMap((setting) => [
    '-e',
    setting,
  ]);
}
