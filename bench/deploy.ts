/**
 * Deploys to a server that a relay puts at a distance, with kapply and with every rival in the same run: the first deploy,
 * the same again, and one config in ten changed with a prune. `npm run bench`. SIZES, RTTS (ms), ROUNDS and HUGE change the numbers;
 * from LARGE objects on the rivals run once, from HUGE on only kapply and the bare loop. Prints rows of Markdown.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, buildControlPlane } from '../e2e/control-plane/build.js';
import { startControlPlane } from '../e2e/control-plane/start.js';
import type { Report } from '../src/engine/run/report.js';
import { measure, median, type Measured } from './measure.js';
import { manifests } from './objects.js';
import { startRelay } from './relay.js';
import { kapply, rivals, type Manifests, type Tool } from './rivals.js';
import { cpuOf, serverProcesses } from './serverCpu.js';

const numbers = (text: string): number[] => text.split(',').map(Number);
const sizes = numbers(process.env.SIZES ?? '50,250,1000,5000');
const distances = numbers(process.env.RTTS ?? '0,20');
const rounds = Number(process.env.ROUNDS ?? 3);
const LARGE = 1000;
const HUGE = Number(process.env.HUGE ?? 5000);

const say = (line = ''): unknown => process.stdout.write(`${line}\n`);

const steps = ['first', 'unchanged', '1 in 10 changed'] as const;
type Step = (typeof steps)[number];
type Run = Measured & { readonly serverCpuSeconds: number };

const middle = (runs: readonly Run[], of: (run: Run) => number): number => median(runs.map(of));
const secondsOf = (runs: readonly Run[] | undefined): number | undefined =>
  runs === undefined || runs.length === 0 ? undefined : middle(runs, ({ seconds }) => seconds);

function row(tool: Tool, step: Step, where: string, runs: readonly Run[], own: number | undefined): string {
  const seconds = middle(runs, (run) => run.seconds);
  const requests =
    tool === kapply ? String(middle(runs, ({ stdout }) => (JSON.parse(stdout) as Report).summary.requests)) : '';
  const cells = [
    where,
    step,
    tool.name,
    seconds.toFixed(2),
    runs.map((run) => run.seconds.toFixed(2)).join(', '),
    tool === kapply || own === undefined ? '' : (seconds / own).toFixed(1),
    requests,
    middle(runs, ({ cpuSeconds }) => cpuSeconds).toFixed(2),
    middle(runs, ({ serverCpuSeconds }) => serverCpuSeconds).toFixed(2),
    String(Math.round(Math.max(...runs.map(({ peakMiB }) => peakMiB ?? 0)))),
  ];
  return `| ${cells.join(' | ')} |`;
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
  await measure(binary('kubectl'), ['delete', 'namespace', namespace, '--wait=false'], admin);
  return [[first], [unchanged], changed];
}

try {
  say(`${cpus().length} × ${cpus()[0]?.model ?? ''}, Node ${process.versions.node}, ${new Date().toISOString()}`);
  say();
  say('| objects, RTT | step | tool | s | runs | times kapply | requests | client CPU s | server CPU s | MiB |');
  say('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const roundTripMs of distances) {
    const relay = await startRelay(hostname, Number(port), roundTripMs / 2);
    const kubeconfig = join(folder, `kubeconfig-${roundTripMs}`);
    const text = await readFile(controlPlane.kubeconfig, 'utf8');
    await writeFile(kubeconfig, text.replace(controlPlane.server, `https://127.0.0.1:${relay.port}`), { mode: 0o600 });
    for (const size of sizes) {
      const tools = [kapply, ...rivals().filter(({ name }) => size < HUGE || name.startsWith('bare'))];
      const results = new Map(tools.map((tool) => [tool, steps.map((): Run[] => [])]));
      for (let round = 0; round < rounds; round++) {
        for (const [tool, collected] of results) {
          if (tool !== kapply && size >= LARGE && round > 0) continue;
          const label = `${roundTripMs}-${size}-${round}`;
          const runs = await series(tool, size, label, { KUBECONFIG: kubeconfig });
          runs.forEach((more, at) => collected[at]?.push(...more));
        }
      }
      const own = results.get(kapply);
      steps.forEach((step, at) => {
        for (const [tool, collected] of results) {
          const runs = collected[at] ?? [];
          if (runs.length > 0) say(row(tool, step, `${size}, ${roundTripMs} ms`, runs, secondsOf(own?.[at])));
        }
      });
    }
    await relay.close();
  }
} finally {
  await controlPlane.stop();
  await rm(folder, { recursive: true, force: true });
}
