/**
 * kapply as a library: the engine of the command line, headless and typed, for release scripts in Node. Nothing here
 * prints, asks or ends the process; everything that happens is an event, and the result is the report.
 */
import { DEPLOY_DEFAULTS, RECORD_DEFAULTS, PLAN_DEFAULTS, PRUNE_DEFAULTS } from './engine/run/defaults.js';
import type { Emit } from './engine/run/events.js';
import type { Answer, Confirmation, DeployOptions, PlanOptions } from './engine/run/options.js';
import type { Plan } from './engine/plan/plan.js';
import type { PruneClusterOptions } from './engine/run/pruneCluster.js';
import type { Report } from './engine/run/report.js';
import { processRunner } from './runner.js';
import type { Cluster } from './cluster/cluster.js';
import type { RenderOptions } from './render/options.js';
import type { Rendered, RenderedObject } from './objects/rendered.js';

export { connect, type ConnectOptions } from './cluster/connect.js';
export type { Cluster } from './cluster/cluster.js';
export { EXIT, KapplyError, type ExitCode } from './errors.js';
export type { Emit, Event } from './engine/run/events.js';
export type { DeployOptions, PlanOptions, PruneOptions } from './engine/run/options.js';
export type { Change, ChangeAction, Member } from './engine/plan/member.js';
export { changesOf, type Judgement, type Plan } from './engine/plan/plan.js';
export type { PruneClusterOptions } from './engine/run/pruneCluster.js';
export type { Report } from './engine/run/report.js';
export type { KubeObject, ObjectId } from './objects/object.js';
export type { Rendered, RenderedObject } from './objects/rendered.js';
export { readManifests } from './render/manifests/manifests.js';

/**
 * Renders a kustomization as `kustomize build` does. git and helm get what they need of this process' environment, unless
 * `environment` says otherwise.
 * @throws KapplyError (exit 2)
 */
export async function render(folder: string, options: RenderOptions = {}): Promise<Rendered> {
  const renderer = await import('./render/render.js');
  return renderer.render(folder, { environment: process.env, ...options });
}

/** Options of a run, each with the command line's default. Without `set` it owns nothing: docs/sets.md. */
export type RunOptions = Partial<DeployOptions>;

export interface RunEnvironment {
  readonly cluster: Cluster;
  /** Called with everything that happens, in order. */
  readonly emit?: Emit;
  /** Aborting stops the wait; the cluster stays as it is. */
  readonly signal?: AbortSignal;
  /** Asked before deletions that the prune label is not consent enough for. Without it they are refused (exit 2). */
  readonly confirm?: (confirmation: Confirmation) => Promise<Answer>;
}

/**
 * Applies rendered objects, waits until they run, then prunes what the prune label matches and nothing uses.
 * @returns the report; `summary.exitCode` is what the command would exit with. Rejects only for a bug in kapply.
 */
export async function deploy(
  objects: readonly RenderedObject[],
  options: RunOptions,
  environment: RunEnvironment,
): Promise<Report> {
  const engine = await import('./engine/run/deploy.js');
  return engine.deploy(objects, { ...DEPLOY_DEFAULTS, record: RECORD_DEFAULTS, ...options }, contextOf(environment));
}

/**
 * The plan of a deploy: every write that would follow. Only reads and dry runs are sent.
 * @throws KapplyError what the input or the server refuses, with the exit code of the command
 */
export async function diff(
  objects: readonly RenderedObject[],
  options: Partial<PlanOptions>,
  environment: RunEnvironment,
): Promise<Plan> {
  const engine = await import('./engine/plan/makePlan.js');
  const { plan } = await engine.makePlan(objects, { ...PLAN_DEFAULTS, ...options }, contextOf(environment));
  return plan;
}

/** The selector must be given, everything else has the default of `kapply prune`. */
export type PruneRunOptions = Pick<PruneClusterOptions, 'selector'> & Partial<PruneClusterOptions>;

/**
 * An operator's prune: deletes the labelled generated configs that nothing uses, without a render. `confirm` is always
 * asked where there is something to delete.
 * @returns the report; `summary.exitCode` is what the command would exit with. Rejects only for a bug in kapply.
 */
export async function prune(options: PruneRunOptions, environment: RunEnvironment): Promise<Report> {
  const engine = await import('./engine/run/pruneCluster.js');
  return engine.pruneCluster(
    { ...PRUNE_DEFAULTS, namespaces: [environment.cluster.namespace], ...options },
    contextOf(environment),
  );
}

function contextOf({ cluster, emit, signal, confirm }: RunEnvironment) {
  return {
    cluster,
    now: Date.now,
    runner: processRunner(),
    emit: emit ?? (() => undefined),
    signal: signal ?? new AbortController().signal,
    confirm: confirm ?? (() => Promise.resolve('impossible' as const)),
  };
}
