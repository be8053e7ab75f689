/**
 * When each request of a deploy was sent and answered, and when none was in flight: what waits for what. Deploys to the server of
 * KUBECONFIG, which a relay puts at a distance, in a namespace of its own: first, again, and with one config in ten changed.
 *   KUBECONFIG=… npx tsx bench/waterfall.ts [OBJECTS] [ROUND TRIP IN MS]
 * KUBECONFIG is one that kubectl wrote as JSON, or that of `e2e/`. Needs `npm run build`.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary } from '../e2e/control-plane/build.js';
import { measure, type Measured } from './measure.js';
import { LABEL, manifests } from './objects.js';
import { startRelay } from './relay.js';
import { phasesOf } from './phases.js';
import { readLog, rowsOf } from './waterfallRows.js';

const [, , objects = '250', roundTrip = '20'] = process.argv;
const program = join(import.meta.dirname, '../bin/run.js');
const say = (line = ''): unknown => process.stdout.write(`${line}\n`);

interface Config {
  readonly clusters: readonly { readonly cluster: { server: string } }[];
}

const config = JSON.parse(await readFile(process.env.KUBECONFIG ?? '', 'utf8')) as Config;
const [first] = config.clusters;
if (first === undefined) throw new Error('KUBECONFIG names no cluster');
const { hostname, port } = new URL(first.cluster.server);
const folder = await mkdtemp(join(tmpdir(), 'kapply-waterfall-'));
const relay = await startRelay(hostname, Number(port), Number(roundTrip) / 2);
first.cluster.server = `https://127.0.0.1:${relay.port}`;
const near = { KUBECONFIG: process.env.KUBECONFIG ?? '' };
const far = { KUBECONFIG: join(folder, 'kubeconfig') };
await writeFile(far.KUBECONFIG, JSON.stringify(config), { mode: 0o600 });
const namespace = `waterfall-${process.pid}`;

async function deploy(step: string, revision: number): Promise<Measured> {
  const file = join(folder, 'all.yaml');
  const log = join(folder, `${step}.log`);
  const events = join(folder, `${step}.ndjson`);
  await writeFile(file, manifests(Number(objects), namespace, 'application', revision));
  const flags = ['--set', namespace, '--prune-label', LABEL, '--prune-limit', '10000', '-o', 'json'];
  const began = Date.now();
  const measured = await measure(
    process.execPath,
    [program, 'deploy', '-f', file, ...flags, '--log-file', log, '--events-file', events],
    far,
  );
  const requests = readLog(await readFile(log, 'utf8'));
  const { seconds, cpuSeconds, peakMiB = 0 } = measured;
  say(
    `\n${step}: ${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, ${Math.round(peakMiB)} MiB, ${requests.length} requests`,
  );
  const ended = began + seconds * 1000;
  for (const row of rowsOf(requests, { phases: phasesOf(await readFile(events, 'utf8')), began, ended })) say(row);
  return measured;
}

try {
  await measure(binary('kubectl'), ['create', 'namespace', namespace], near);
  await deploy('first', 0);
  await deploy('unchanged', 0);
  await deploy('changed', 1);
} finally {
  await measure(binary('kubectl'), ['delete', 'namespace', namespace, '--wait=false'], near);
  await relay.close();
  await rm(folder, { recursive: true, force: true });
}
