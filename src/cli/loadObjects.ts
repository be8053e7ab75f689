/** From -k or -f to rendered objects, told as the render phase. Nothing here knows a cluster. */
import { dirname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import type { Emit } from '../engine/run/events.js';
import { inputError } from '../errors.js';
import type { Rendered } from '../objects/rendered.js';
import type { CommandIo, Io } from './io.js';
import { type KustomizeFlagValues, renderOptionsOf } from './renderFlags.js';
import { defaultSetName } from './setName.js';

export interface SourceFlags extends KustomizeFlagValues {
  readonly kustomize?: string | undefined;
  readonly filename?: readonly string[] | undefined;
  readonly recursive: boolean;
}

export interface LoadedObjects extends Rendered {
  /** The name of the set they make, unless --set says otherwise. */
  readonly set: string;
}

/** @throws KapplyError (exit 2): the flags, or whatever is wrong with the input */
export async function loadObjects(flags: SourceFlags, io: CommandIo, emit: Emit): Promise<LoadedObjects> {
  const { kustomize, filename: paths = [] } = flags;
  if ((kustomize === undefined) === (paths.length === 0)) {
    throw inputError(
      'UsageError',
      kustomize === undefined ? 'nothing to read: give -k DIR or -f PATH' : '-k and -f exclude each other',
    );
  }
  emit({ type: 'phaseStarted', phase: 'render', total: undefined, at: io.now() });
  const rendered =
    kustomize === undefined ? await readPaths(paths, flags, io) : await renderFolder(kustomize, flags, io);
  for (const { object } of rendered.objects) io.masks.learn(object);
  for (const message of rendered.warnings) emit({ type: 'warning', message });
  const generated = rendered.objects.filter((object) => object.generated).length;
  emit({ type: 'rendered', objects: rendered.objects.length, generated });
  emit({ type: 'phaseFinished', phase: 'render', outcome: 'done', note: '', at: io.now() });
  return { ...rendered, set: rendered.name ?? (await defaultSetName(await folderOf(kustomize ?? paths[0], io))) };
}

async function renderFolder(folder: string, flags: SourceFlags, io: Io): Promise<Rendered> {
  const { render } = await import('../render/render.js');
  return render(folder, { ...renderOptionsOf(flags), cwd: io.cwd });
}

async function readPaths(paths: readonly string[], { recursive }: SourceFlags, io: Io): Promise<Rendered> {
  const { readManifests } = await import('../render/manifests/manifests.js');
  return readManifests(paths, { recursive, stdin: io.stdin, cwd: io.cwd });
}

async function folderOf(path: string | undefined, io: Io): Promise<string> {
  if (path === undefined || path === '-' || path.includes('://')) return io.cwd;
  const absolute = resolve(io.cwd, path);
  const found = await stat(absolute).catch(() => undefined);
  return found?.isDirectory() === true ? absolute : dirname(absolute);
}
