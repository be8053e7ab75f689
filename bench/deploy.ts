/**
 * Deploys to a server that a relay puts at a distance, with kapply and with every rival in the same run: the first deploy,
 * the same again, and one config in ten changed with a prune. `npm run bench`. CASES (`250:0,1000:20`: objects and round trip in ms; or
 * SIZES and RTTS, each with each), ROUNDS of kapply, RIVAL_ROUNDS, RIVALS (names; all by default), LARGE (from so many objects on only
 * kubectl and the bare loop take part) and HUGE (from so many on only the bare loop) change what is run. Prints rows of Markdown, then the
 * ratios that are wanted. Namespaces are deleted, and gone, before the next run begins.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, buildControlPlane } from '../e2e/control-plane/build.js';
import { startControlPlane } from '../e2e/control-plane/start.js';
import type { Report } from '../src/engine/run/report.js';
import { measure, median } from './measure.js';
import { manifests } from './objects.js';
import { startRelay } from './relay.js';
import { ratioRows, STEPS, type Outcome, type Step } from './ratios.js';
import { kapply, rivals, type Manifests, type Tool, type ToolRun } from './rivals.js';
import { cpuOf, serverProcesses } from './serverCpu.js';

interface Case {
  readonly objects: number;
  readonly roundTripMs: number;
}

const numbers = (text: string): number[] => text.split(',').map(Number);
const { CASES, SIZES = '50,250,1000,5000', RTTS = '0,20', RIVALS } = process.env;
const cases: readonly Case[] =
  CASES === undefined
    ? numbers(RTTS).flatMap((roundTripMs) => numbers(SIZES).map((objects) => ({ objects, roundTripMs })))
    : CASES.split(',').map((text) => {
        const [objects = 0, roundTripMs = 0] = text.split(':').map(Number);
        return { objects, roundTripMs };
      });
const rounds = Number(process.env.ROUNDS ?? 3);
const rivalRounds = Number(process.env.RIVAL_ROUNDS ?? rounds);
const LARGE = Number(process.env.LARGE ?? 1000);
const HUGE = Number(process.env.HUGE ?? 5000);
const SLOWEST = ['ApplySet', 'Helm', 'kapp'];
const wantedRivals = RIVALS?.split(',').map((name) => name.trim());

const say = (line = ''): unknown => process.stdout.write(`${line}\n`);

type Run = ToolRun & { readonly serverCpuSeconds: number };

const middle = (runs: readonly Run[], of: (run: Run) => number): number => median(runs.map(of));
const requestsOf = ({ stdout }: Run): number => (JSON.parse(stdout) as Report).summary.requests;

function outcomeOf({ objects, roundTripMs }: Case, step: Step, tool: Tool, runs: readonly Run[]): Outcome {
  return {
    objects,
    roundTripMs,
    step,
    tool: tool.name,
    seconds: middle(runs, (run) => run.seconds),
    rolloutSeconds: middle(runs, ({ rolloutSeconds = 0 }) => rolloutSeconds),
    requests: tool === kapply ? middle(runs, requestsOf) : undefined,
    cpuSeconds: middle(runs, ({ cpuSeconds }) => cpuSeconds),
    serverCpuSeconds: middle(runs, ({ serverCpuSeconds }) => serverCpuSeconds),
    peakMiB: Math.max(...runs.map(({ peakMiB }) => peakMiB ?? 0)),
  };
}

function row(
  { tool, step, ...measured }: Outcome,
  where: string,
  runs: readonly Run[],
  own: Outcome | undefined,
): string {
  const cells = [
    where,
    step,
    tool,
    measured.seconds.toFixed(2),
    runs.map((run) => run.seconds.toFixed(2)).join(', '),
    measured.rolloutSeconds === 0 ? '' : measured.rolloutSeconds.toFixed(2),
    own === undefined || tool === kapply.name ? '' : (measured.seconds / own.seconds).toFixed(1),
    String(measured.requests ?? ''),
    measured.cpuSeconds.toFixed(2),
    measured.serverCpuSeconds.toFixed(2),
    String(Math.round(measured.peakMiB)),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Those that take part where so many objects are deployed, with how often. */
function toolsFor(objects: number): (readonly [Tool, number])[] {
  const isWanted = ({ name }: Tool): boolean => wantedRivals?.includes(name) ?? true;
  const taking = rivals().filter((tool) => {
    if (tool.name.startsWith('bare')) return true;
    return isWanted(tool) && objects < HUGE && (objects < LARGE || !SLOWEST.includes(tool.name));
  });
  return [[kapply, rounds], ...taking.map((tool) => [tool, rivalRounds] as const)];
}

await buildControlPlane(say);
const folder = await mkdtemp(join(tmpdir(), 'kapply-bench-'));
const controlPlane = await startControlPlane();
const pids = serverProcesses(controlPlane.folder);
const { hostname, port } = new URL(controlPlane.server);
const admin = { KUBECONFIG: controlPlane.kubeconfig };

async function timed(tool: Tool, given: Manifests, env: Readonly<Record<string, string>>): Promise<Run> {
  const before = cpuOf(pids);
  const measured = await tool.run(given, env);
  return { ...measured, serverCpuSeconds: cpuOf(pids) - before };
}

/** One tool's three steps in a namespace of its own. */
async function series(tool: Tool, size: number, label: string, env: Readonly<Record<string, string>>) {
  const namespace = `bench-${tool.name.toLowerCase().replace(/[^a-z]/g, '')}-${label}`;
  await measure(binary('kubectl'), ['create', 'namespace', namespace], admin);
  const file = join(folder, `${namespace}.yaml`);
  const revised = async (revision: number): Promise<Manifests> => {
    const text = manifests(size, namespace, 'application', revision);
    await writeFile(file, text);
    return { file, namespace, text };
  };
  const first = await timed(tool, await revised(0), env);
  const unchanged = await timed(tool, await revised(0), env);
  const changed = tool.prunes ? [await timed(tool, await revised(1), env)] : [];
  await measure(binary('kubectl'), ['delete', 'namespace', namespace], admin);
  await rm(file, { force: true });
  return [[first], [unchanged], changed];
}

/** Every tool's steps in every round; tells the rows, and returns what they say. */
async function runCase(given: Case, env: Readonly<Record<string, string>>): Promise<Outcome[]> {
  const { objects, roundTripMs } = given;
  const results: { readonly tool: Tool; readonly runs: Run[][] }[] = [];
  for (const [tool, times] of toolsFor(objects)) {
    const runs = STEPS.map((): Run[] => []);
    results.push({ tool, runs });
    for (let round = 0; round < times; round++) {
      const found = await series(tool, objects, `${roundTripMs}-${objects}-${round}`, env);
      found.forEach((more, at) => runs[at]?.push(...more));
    }
  }
  return STEPS.flatMap((step, at) => {
    const outcomes = results.flatMap(({ tool, runs }) => {
      const those = runs[at] ?? [];
      return those.length === 0 ? [] : [{ those, outcome: outcomeOf(given, step, tool, those) }];
    });
    const own = outcomes.find(({ outcome }) => outcome.tool === kapply.name)?.outcome;
    for (const { those, outcome } of outcomes) say(row(outcome, `${objects}, ${roundTripMs} ms`, those, own));
    return outcomes.map(({ outcome }) => outcome);
  });
}

const began = Date.now();
try {
  say(`${cpus().length} × ${cpus()[0]?.model ?? ''}, Node ${process.versions.node}, ${new Date().toISOString()}`);
  say();
  say(
    '| objects, RTT | step | tool | s | runs | rollout | times kapply | requests | client CPU s | server CPU s | MiB |',
  );
  say('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  const outcomes: Outcome[] = [];
  for (const given of cases) {
    const relay = await startRelay(hostname, Number(port), given.roundTripMs / 2);
    const kubeconfig = join(folder, `kubeconfig-${given.roundTripMs}`);
    const text = await readFile(controlPlane.kubeconfig, 'utf8');
    await writeFile(kubeconfig, text.replace(controlPlane.server, `https://127.0.0.1:${relay.port}`), { mode: 0o600 });
    outcomes.push(...(await runCase(given, { KUBECONFIG: kubeconfig })));
    await relay.close();
  }
  say();
  for (const line of ratioRows(outcomes)) say(line);
  say(`\n${Math.round((Date.now() - began) / 1000)} s in all`);
} finally {
  await controlPlane.stop();
  await rm(folder, { recursive: true, force: true });
}
