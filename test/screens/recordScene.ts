/** Runs a scene against a sandbox in simulated time, and keeps what the engine said and asked, and when. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandIo, type StopSignal } from '../../src/cli/io.js';
import { loadObjects, type SourceFlags } from '../../src/cli/loadObjects.js';
import { listenForStop } from '../../src/cli/stopSignals.js';
import type { Cluster } from '../../src/cluster/cluster.js';
import { connect } from '../../src/cluster/connect.js';
import { DEPLOY_DEFAULTS, PRUNE_DEFAULTS } from '../../src/engine/run/defaults.js';
import { deploy } from '../../src/engine/run/deploy.js';
import type { Event, Phase } from '../../src/engine/run/events.js';
import type { Answer, Confirmation, DeployOptions, RunContext } from '../../src/engine/run/options.js';
import { pruneCluster, type PruneClusterOptions } from '../../src/engine/run/pruneCluster.js';
import type { Report } from '../../src/engine/run/report.js';
import { rollback } from '../../src/engine/run/rollback.js';
import { rollbackOnFailure } from '../../src/engine/run/rollbackOnFailure.js';
import { createClient, type Client } from '../../src/sandbox/controllers/client.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay } from '../commands/overlay.js';
import { installTime, type SimulatedTime } from './simulatedTime.js';

/** What a person does and sees. Everything is deployed to namespace `shop` of context `prod-eu`. */
export interface Scene {
  readonly name: string;
  /** What was deployed before, a minute ago: each the files of a kustomization. */
  readonly before?: readonly Files[];
  /** What happens in the cluster between that and the run. */
  readonly meanwhile?: (stage: Stage) => void;
  /** The files of the run; those of the last deploy where nothing is said. */
  readonly files?: Files;
  readonly deploy?: Partial<DeployOptions>;
  /** The same for the deploys before. */
  readonly deployBefore?: Partial<DeployOptions>;
  /** It is `kapply prune -l app=shop` instead of a deploy. */
  readonly prune?: Partial<PruneClusterOptions>;
  /** `deploy --rollback-on-failure`, or `kapply rollback --set shop` instead of a deploy. */
  readonly rollback?: 'onFailure' | 'command';
  /** Ctrl-C, so long after a phase began. */
  readonly interrupt?: { readonly phase: Phase; readonly afterMs: number };
  /** What is typed at the question. */
  readonly answer?: { readonly typed: string; readonly means: Answer };
  /** The screen is looked at so many ms after a phase began, or after a wait for a lock did, besides at the end. */
  readonly looks: readonly Look[];
  /** What must stand on the first screen of each variant: the cause, what to do. */
  readonly says: readonly RegExp[];
}

type Files = Readonly<Record<string, string>>;

export interface Look {
  readonly since: Phase | 'lock';
  /** Which time it begins, where it does more than once. */
  readonly nth?: number;
  readonly afterMs: number;
}

/** What a scene can do to the cluster by other hands than kapply's. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** Writes to the cluster as this field manager. */
  readonly as: (manager: string) => Client;
}

/** What happened, in its order. */
export type Step =
  | { readonly at: number; readonly event: Event }
  | { readonly at: number; readonly confirmation: Confirmation; readonly typed: string };

export interface Recording {
  readonly scene: Scene;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly steps: readonly Step[];
  /** How it ended: with a report, or with an error that was thrown. */
  readonly end: { readonly report: Report } | { readonly error: unknown };
}

const START = Date.parse('2026-03-14T02:00:00Z');
const A_WHILE_MS = 60_000;

/** Runs it in a cluster of its own. */
export async function recordScene(scene: Scene): Promise<Recording> {
  const { before = [], deployBefore = {} } = scene;
  const { result } = await inCluster(
    await clusterAfter(before, deployBefore),
    async ({ sandbox, time, folder, write }) => {
      const cluster = await open(sandbox);
      scene.meanwhile?.({ sandbox, as: (manager) => createClient(sandbox.world, manager) });
      await write(before.at(-1) ?? {});
      await write(scene.files ?? {});
      return withoutPort(await perform(scene, cluster, { folder, time }), sandbox.url);
    },
  );
  return result;
}

/** A cluster that can be gone on with: the state of its sandbox, and its time. */
interface ClusterState {
  readonly text: string | undefined;
  readonly at: number;
}

const EMPTY: ClusterState = { text: undefined, at: START };
/** Scenes begin alike: what was deployed before is deployed once. */
const known = new Map<string, Promise<ClusterState>>();

function clusterAfter(deploys: readonly Files[], options: Partial<DeployOptions>): Promise<ClusterState> {
  const files = deploys.at(-1);
  if (files === undefined) return Promise.resolve(EMPTY);
  const key = JSON.stringify([deploys, options]);
  const found = known.get(key) ?? deployOn(deploys.slice(0, -1), files, options);
  known.set(key, found);
  return found;
}

async function deployOn(
  earlier: readonly Files[],
  files: Files,
  options: Partial<DeployOptions>,
): Promise<ClusterState> {
  const before = await clusterAfter(earlier, options);
  const { state } = await inCluster(before, async ({ sandbox, time, folder, write }) => {
    await write(files);
    const { end } = await perform({ name: 'before', looks: [], says: [], deploy: options }, await open(sandbox), {
      folder,
      time,
    });
    if (!('report' in end) || end.report.summary.exitCode !== 0) throw new Error(JSON.stringify(end));
    await pass(A_WHILE_MS);
  });
  return state;
}

interface Ground {
  readonly sandbox: Sandbox;
  readonly time: SimulatedTime;
  readonly folder: string;
  readonly write: (files: Files) => Promise<void>;
}

async function inCluster<T>(
  { text, at }: ClusterState,
  work: (ground: Ground) => Promise<T>,
): Promise<{ readonly result: T; readonly state: ClusterState }> {
  const overlay = await makeOverlay({});
  const home = await makeOverlay(text === undefined ? {} : { 'state.json': text });
  const stateFile = join(home.folder, 'state.json');
  let now = (): number => at;
  const sandbox = await startSandbox({ stateFile, now: () => now(), random: seededRandom() });
  const time = installTime(at);
  now = time.now;
  const activity = (): string => `${sandbox.faults.requests().length} ${sandbox.store.revision()}`;
  try {
    const result = await time.run(work({ sandbox, time, ...overlay }), activity);
    time.uninstall();
    await sandbox.close();
    return { result, state: { text: await readFile(stateFile, 'utf8'), at: time.now() } };
  } finally {
    time.uninstall();
    await sandbox.close();
    await overlay.remove();
    await home.remove();
  }
}

const open = (sandbox: Sandbox): Promise<Cluster> =>
  connect({
    env: {},
    kubeconfig: sandbox.kubeconfig,
    namespace: 'shop',
    kubectl: ['kubectl', '--context', 'prod-eu'],
  });

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The flags of rendering that nobody gave. */
const NOTHING_SPECIAL: SourceFlags = {
  recursive: false,
  remote: false,
  network: false,
  'enable-managedby-label': false,
  'enable-helm': false,
  'enable-helm-plugins': false,
  'helm-debug': false,
  'enable-alpha-plugins': false,
  'enable-exec': false,
  'as-current-user': false,
};

/** One run of the engine, as commands/deploy and commands/prune start it. */
async function perform(
  scene: Scene,
  cluster: Cluster,
  { folder, time }: Pick<Ground, 'folder' | 'time'>,
): Promise<Recording> {
  const { now } = time;
  const steps: Step[] = [];
  const startedAt = now();
  let press = (_signal: StopSignal): void => undefined;
  const io = commandIo({
    program: 'kapply',
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: {},
    cwd: folder,
    now,
    onSignal: (listener) => {
      press = listener;
      return () => undefined;
    },
    exit: () => undefined,
  });
  const stop = listenForStop(io);
  const emit = (event: Event): void => {
    steps.push({ at: now(), event });
    const { interrupt } = scene;
    if (event.type === 'phaseStarted' && event.phase === interrupt?.phase)
      setTimeout(() => press('SIGINT'), interrupt.afterMs);
  };
  const confirm = async (confirmation: Confirmation): Promise<Answer> => {
    const replaced = await confirmation.readReplaced();
    const { typed = 'y', means = 'agreed' } = scene.answer ?? {};
    steps.push({ at: now(), confirmation: { ...confirmation, readReplaced: () => Promise.resolve(replaced) }, typed });
    return means;
  };
  const runner = { identity: 'ci@runner-7 pid 4711', hasEnded: () => false };
  const context: RunContext = { cluster, emit, signal: stop.signal, confirm, now, runner };
  const end = await runOf(scene, context, () =>
    loadObjects({ ...NOTHING_SPECIAL, kustomize: folder }, io, { emit, signal: stop.signal }),
  ).then(
    (report) => ({ report }),
    (error: unknown) => ({ error }),
  );
  await cluster.close();
  return { scene, startedAt, endedAt: now(), steps, end };
}

/** What every deploy of a scene leaves of itself. */
const RECORD = { keep: 10, maskRules: [], commit: undefined };

async function runOf(scene: Scene, context: RunContext, load: () => ReturnType<typeof loadObjects>): Promise<Report> {
  if (scene.prune !== undefined)
    return pruneCluster({ ...PRUNE_DEFAULTS, selector: 'app=shop', namespaces: ['shop'], ...scene.prune }, context);
  const options = { ...DEPLOY_DEFAULTS, pruneLabel: 'app=shop', record: RECORD, ...scene.deploy };
  if (scene.rollback === 'command')
    return rollback({ ...options, set: 'shop', to: undefined, allowPartial: false, record: RECORD }, context);
  const { objects, set, readinessRules } = await load();
  const whole = { ...options, set, readinessRules };
  const report = await deploy(objects, whole, context);
  return scene.rollback === undefined ? report : rollbackOnFailure(report, whole, context);
}

/** A linear congruential generator (Numerical Recipes): names of pods are alike each time. */
function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The sandbox's port differs from run to run, and its context is called after it. */
function withoutPort<T>(value: T, url: string): T {
  if (typeof value === 'string')
    return value.replaceAll(url, 'https://prod-eu.example:6443').replaceAll('kapply-sandbox', 'prod-eu') as T;
  if (value instanceof Error || typeof value === 'function' || typeof value !== 'object' || value === null)
    return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withoutPort(item, url)) as T;
  if (value instanceof Map || value instanceof RegExp) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutPort(item, url)])) as T;
}
