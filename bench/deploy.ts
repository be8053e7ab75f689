/**
 * A deploy of 250 objects to a server 20 ms away, against `kubectl apply --server-side` in the same run: the first
 * deploy and the same again. `npm run bench`; OBJECTS, RTT_MS and ROUNDS change the numbers.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, buildControlPlane } from '../e2e/control-plane/build.js';
import { startControlPlane } from '../e2e/control-plane/start.js';
import type { Report } from '../src/engine/run/report.js';
import { measure, median, type Measured } from './measure.js';
import { manifests, mixes, type Mix } from './objects.js';
import { startRelay } from './relay.js';

const objects = Number(process.env.OBJECTS ?? 250);
const roundTripMs = Number(process.env.RTT_MS ?? 20);
const rounds = Number(process.env.ROUNDS ?? 3);
const kapplyProgram = join(import.meta.dirname, '../bin/run.js');

const say = (line = ''): unknown => process.stdout.write(`${line}\n`);

interface Tool {
  readonly name: string;
  readonly run: (file: string) => Promise<Measured>;
}

interface Series {
  readonly first: Measured[];
  readonly again: Measured[];
}

function row(name: string, what: string, runs: readonly Measured[]): string {
  const peak = Math.max(...runs.map(({ peakMiB }) => peakMiB ?? 0));
  return [
    name.padEnd(8),
    what.padEnd(18),
    `${median(runs.map(({ seconds }) => seconds)).toFixed(2)} s`.padStart(8),
    `(${runs.map(({ seconds }) => seconds.toFixed(2)).join(', ')})`.padEnd(22),
    `${median(runs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s CPU`.padStart(12),
    `${Math.round(peak)} MiB`.padStart(9),
  ].join(' ');
}

function tell(mix: Mix, kubectl: Series | undefined, kapply: Series | undefined): void {
  if (kubectl === undefined || kapply === undefined) return;
  say(`${objects} objects (${mix}), ${roundTripMs} ms of added round trip, medians of ${rounds}`);
  for (const [name, { first, again }] of [
    ['kubectl', kubectl],
    ['kapply', kapply],
  ] as const) {
    say(row(name, 'first deploy', first));
    say(row(name, 'unchanged redeploy', again));
  }
  const time = (runs: readonly Measured[]): number => median(runs.map(({ seconds }) => seconds));
  for (const which of ['first', 'again'] as const) {
    const last = kapply[which].at(-1);
    if (last === undefined) continue;
    const { summary } = JSON.parse(last.stdout) as Report;
    const ratio = (time(kubectl[which]) / time(kapply[which])).toFixed(1);
    say(`kapply, ${which}: ${ratio} times as fast; ${summary.requests} requests, ${summary.ms} ms of its own clock`);
    // The reporter's lines say how long each phase took.
    for (const line of last.stderr.split('\n').filter((text) => /(Render|Plan|Apply|Roll out|Prune) .*\[/.test(text))) {
      say(`  ${line.trim()}`);
    }
  }
  say();
}

await buildControlPlane(say);
const folder = await mkdtemp(join(tmpdir(), 'kapply-bench-'));
const controlPlane = await startControlPlane();
const { hostname, port } = new URL(controlPlane.server);
const relay = await startRelay(hostname, Number(port), roundTripMs / 2);
try {
  const kubeconfig = join(folder, 'kubeconfig');
  const text = await readFile(controlPlane.kubeconfig, 'utf8');
  await writeFile(kubeconfig, text.replace(controlPlane.server, `https://127.0.0.1:${relay.port}`), { mode: 0o600 });
  const env = { KUBECONFIG: kubeconfig };

  const kubectl: Tool = {
    name: 'kubectl',
    run: (file) => measure(binary('kubectl'), ['apply', '--server-side', '-f', file], env),
  };
  const kapply: Tool = {
    name: 'kapply',
    run: (file) => measure(process.execPath, [kapplyProgram, 'deploy', '-f', file, '-o', 'json'], env),
  };

  for (const mix of mixes) {
    const series = new Map<Tool, Series>([kubectl, kapply].map((tool) => [tool, { first: [], again: [] }]));
    for (let round = 0; round < rounds; round++) {
      for (const [tool, { first, again }] of series) {
        const namespace = `bench-${mix}-${tool.name}-${round}`;
        await measure(binary('kubectl'), ['create', 'namespace', namespace], { KUBECONFIG: controlPlane.kubeconfig });
        const file = join(folder, `${namespace}.yaml`);
        await writeFile(file, manifests(objects, namespace, mix));
        first.push(await tool.run(file));
        again.push(await tool.run(file));
      }
    }
    tell(mix, series.get(kubectl), series.get(kapply));
  }
} finally {
  await relay.close();
  await controlPlane.stop();
  await rm(folder, { recursive: true, force: true });
}
