/** From -k or -f to rendered objects, told as the render phase. Nothing here knows a cluster. */
import type { Emit } from '../engine/run/events.js';
import type { ReadinessExpressions } from '../engine/readiness/expressions/expressions.js';
import { checkSetName } from '../engine/sets/setName.js';
import { inputError } from '../errors.js';
import type { Rendered } from '../objects/rendered.js';
import type { CommandIo, Io } from './io.js';
import { type KustomizeFlagValues, renderOptionsOf } from './flags/renderFlags.js';
import { readReadiness } from './settings/readReadiness.js';
import { suggestSource } from './suggestSource.js';

export interface SourceFlags extends KustomizeFlagValues {
  readonly kustomize?: string | undefined;
  readonly filename?: readonly string[] | undefined;
  readonly recursive: boolean;
  readonly set?: string | undefined;
}

export interface LoadedObjects extends Rendered {
  /** --set, else metadata.name of the kustomization that is deployed; undefined where nobody gave a name. */
  readonly set: string | undefined;
  /** Of the `.kapply.yaml` beside what is read. */
  readonly readinessRules: readonly ReadinessExpressions[];
}

/** @throws KapplyError (exit 2): the flags, or whatever is wrong with the input */
export async function loadObjects(
  flags: SourceFlags,
  io: CommandIo,
  { emit, signal }: { readonly emit: Emit; readonly signal: AbortSignal },
): Promise<LoadedObjects> {
  const { kustomize, filename: paths = [] } = flags;
  if ((kustomize === undefined) === (paths.length === 0)) {
    throw inputError(
      'UsageError',
      kustomize === undefined ? 'nothing to read: give -k DIR or -f PATH' : '-k and -f exclude each other',
      { suggestions: kustomize === undefined ? suggestSource(io.cwd) : [] },
    );
  }
  emit({ type: 'phaseStarted', phase: 'render', total: undefined, at: io.now() });
  const rendered =
    kustomize === undefined
      ? await readPaths(paths, flags, io, signal)
      : await renderFolder(kustomize, flags, io, signal);
  for (const { object } of rendered.objects) io.masks.learn(object);
  for (const message of rendered.warnings) emit({ type: 'warning', message });
  const generated = rendered.objects.filter((object) => object.generated).length;
  emit({ type: 'rendered', objects: rendered.objects.length, generated });
  emit({ type: 'phaseFinished', phase: 'render', outcome: 'done', note: '', at: io.now() });
  const readinessRules = io.defaultsFile === undefined ? [] : await readReadiness(io.defaultsFile);
  return { ...rendered, set: setNameOf(flags.set, rendered.name), readinessRules };
}

/** A name is what a person wrote: none is derived from a folder, a repository or a base. */
function setNameOf(flag: string | undefined, ofKustomization: string | undefined): string | undefined {
  if (flag !== undefined) return checkSetName(flag, '--set');
  return ofKustomization === undefined
    ? undefined
    : checkSetName(ofKustomization, 'metadata.name of the kustomization');
}

async function renderFolder(folder: string, flags: SourceFlags, io: Io, signal: AbortSignal): Promise<Rendered> {
  const { render } = await import('../render/render.js');
  return render(folder, { ...renderOptionsOf(flags), cwd: io.cwd, environment: io.env, signal });
}

async function readPaths(
  paths: readonly string[],
  { recursive, 'render-budget': budget }: SourceFlags,
  io: Io,
  signal: AbortSignal,
): Promise<Rendered> {
  const { readManifests } = await import('../render/manifests/manifests.js');
  return readManifests(paths, {
    recursive,
    cwd: io.cwd,
    signal,
    ...(paths.includes('-') && { stdin: io.stdin }),
    ...(budget !== undefined && { budget }),
  });
}
