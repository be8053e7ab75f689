/**
 * Hooks of Helm and of Argo CD: objects that those tools apply at a moment of a release, and not with the rest. `helm
 * template` prints them like all else, so a rendered chart holds migrations, but also Jobs that wipe data before a delete,
 * and Pods that test. docs/jobs.md has the table. Pure.
 */
import { inputError, type KapplyError } from '../../errors.js';
import { RUN_ANNOTATION } from '../../objects/annotations.js';
import { isJob } from '../../objects/kinds.js';
import { formatId, groupOf, idOf, type KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { runPolicyOf } from './runPolicy.js';

const HELM_HOOK = 'helm.sh/hook';
const ARGO_HOOK = 'argocd.argoproj.io/hook';
const WEIGHTS: Readonly<Record<string, string>> = {
  [HELM_HOOK]: 'helm.sh/hook-weight',
  [ARGO_HOOK]: 'argocd.argoproj.io/sync-wave',
};

/** Before all that is no hook, among it, or when all of it is ready. */
export type HookPlace = 'before' | 'with' | 'after';

/** A deploy is an install where nothing of the set is there yet. */
export type DeployMoment = 'install' | 'upgrade';

type Places = Readonly<Partial<Record<DeployMoment, HookPlace>>>;

const at = (place: HookPlace): Places => ({ install: place, upgrade: place });

/**
 * The moments that a deploy has as well, by the annotation (helm.sh/docs/topics/charts_hooks; Argo CD, user guide, resource
 * hooks). Those of a test, a deletion, a rollback and a failed sync are none, nor is a word that nobody knows: Helm skips
 * these as well.
 */
export const MOMENTS: Readonly<Record<string, Readonly<Record<string, Places>>>> = {
  [HELM_HOOK]: {
    'pre-install': { install: 'before' },
    'pre-upgrade': { upgrade: 'before' },
    'post-install': { install: 'after' },
    'post-upgrade': { upgrade: 'after' },
  },
  [ARGO_HOOK]: { PreSync: at('before'), Sync: at('with'), PostSync: at('after') },
};

export interface Hook {
  readonly annotation: string;
  /** The moments, as they stand in the annotation. */
  readonly moments: readonly string[];
  /** Lower ones go first. */
  readonly weight: number;
  /** Where in a deploy it has its place; none for a moment that a deploy does not have. */
  readonly places: Readonly<Record<DeployMoment, readonly HookPlace[]>>;
}

/** undefined for an ordinary object. Argo CD's annotation goes before Helm's, as in Argo CD. */
export function hookOf({ metadata: { annotations = {} } }: KubeObject): Hook | undefined {
  for (const annotation of [ARGO_HOOK, HELM_HOOK]) {
    const text: unknown = annotations[annotation];
    if (typeof text !== 'string') continue;
    const moments = text
      .split(',')
      .map((moment) => moment.trim())
      .filter((moment) => moment !== '');
    const known = MOMENTS[annotation] ?? {};
    const placesAt = (deploy: DeployMoment): HookPlace[] => {
      const places = moments.flatMap((moment) => (Object.hasOwn(known, moment) ? (known[moment]?.[deploy] ?? []) : []));
      return [...new Set(places)];
    };
    const weight = Number.parseInt(annotations[WEIGHTS[annotation] ?? ''] ?? '0', 10);
    return {
      annotation,
      moments,
      weight: Number.isNaN(weight) ? 0 : weight,
      places: { install: placesAt('install'), upgrade: placesAt('upgrade') },
    };
  }
  return undefined;
}

/** Where an object has its place: with the rest, unless it is a hook. */
export function placeOf(object: KubeObject, moment: DeployMoment): HookPlace {
  const places = hookOf(object)?.places;
  return places?.[moment][0] ?? places?.install[0] ?? places?.upgrade[0] ?? 'with';
}

/**
 * True for what stays as it is once it is there, whatever the manifest says, such as a password: made by a hook of an
 * install alone. Of a Job its runs decide.
 */
export function isLeftAsItIs(object: KubeObject): boolean {
  return isInstallOnly(object) && !isJob(object);
}

/** True for a hook of an install alone. */
function isInstallOnly(object: KubeObject): boolean {
  const hook = hookOf(object);
  return hook !== undefined && hook.places.install.length > 0 && hook.places.upgrade.length === 0;
}

/**
 * What a deploy applies of what was rendered, hooks of its own moments included: these with the policy by which such a Job
 * runs. A warning for each object that it leaves out: a hook of another moment, and what is marked never to run.
 * @throws KapplyError (exit 2) `ChartHook` for a hook that can have no place in a deploy
 */
export function settleRendered(rendered: readonly RenderedObject[]): {
  readonly objects: readonly RenderedObject[];
  readonly warnings: readonly string[];
} {
  const objects: RenderedObject[] = [];
  const warnings: string[] = [];
  for (const item of rendered) {
    const hook = hookOf(item.object);
    const name = formatId(idOf(item.object));
    if (hook !== undefined && !isOfDeploy(hook))
      warnings.push(`${hookWords(item.object, hook)}: a deploy does not apply it`);
    else if (runPolicyOf(item.object) === 'never')
      warnings.push(`${name} is marked ${RUN_ANNOTATION}: never, and left out`);
    else {
      if (hook !== undefined) refuseUnplaced(item, hook);
      objects.push(withPolicy(item));
    }
  }
  return { objects, warnings };
}

function isOfDeploy({ places: { install, upgrade } }: Hook): boolean {
  return install.length + upgrade.length > 0;
}

/**
 * A hook that is a Job runs as its tool would run it: each time, or with an install alone until it has gone well. What the
 * manifest says goes before.
 */
export function withPolicy(item: RenderedObject): RenderedObject {
  const { object } = item;
  const hook = hookOf(object);
  if (hook === undefined || !isOfDeploy(hook) || !isJob(object)) return item;
  if (object.metadata.annotations?.[RUN_ANNOTATION] !== undefined) return item;
  const policy = isInstallOnly(object) ? 'on-failure' : 'always';
  const annotations = { ...object.metadata.annotations, [RUN_ANNOTATION]: policy };
  return { ...item, object: { ...object, metadata: { ...object.metadata, annotations } } };
}

/** Kinds of which one object is one run. A Job alone can be run anew. */
const RUNS_ONCE: ReadonlySet<string> = new Set([
  '/Pod',
  'argoproj.io/Workflow',
  'tekton.dev/PipelineRun',
  'tekton.dev/TaskRun',
]);

function refuseUnplaced({ object, origin }: RenderedObject, hook: Hook): void {
  const refuse = (why: string, remedy: string): KapplyError =>
    inputError('ChartHook', `${hookWords(object, hook)}: ${why}`, {
      position: origin,
      suggestions: [
        remedy,
        `Or leave it out: annotate it with ${RUN_ANNOTATION}: never, and do what it does yourself.`,
        ...(hook.annotation === HELM_HOOK
          ? ['Or set "skipHooks: true" at the chart under helmCharts (helm template --no-hooks), for all its hooks.']
          : []),
      ],
    });
  const { install, upgrade } = hook.places;
  if (install.length > 1 || upgrade.length > 1)
    throw refuse('one deploy runs it once, not at two moments', 'Make it two Jobs, with one of the moments each.');
  const { kind, apiVersion } = object;
  if (RUNS_ONCE.has(`${groupOf(apiVersion)}/${kind}`))
    throw refuse(`a ${kind} is not run anew by the next deploy`, 'Make it a Job of batch/v1.');
}

/** `Job/migrate is a hook (helm.sh/hook: post-upgrade)`. */
export function hookWords(object: KubeObject, { annotation, moments }: Hook): string {
  return `${formatId(idOf(object))} is a hook (${annotation}: ${moments.join(', ')})`;
}
