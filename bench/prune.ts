/**
 * `npx tsx bench/prune.ts`: a prune's plan over 5,000 labelled ConfigMaps, most of them stale, and 2,000 pods in 50 namespaces of
 * the real API server, beside `kubectl get` of the lists that it needs. CONFIGS, PODS, NAMESPACES and ROUNDS change the numbers.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, buildControlPlane } from '../e2e/control-plane/build.js';
import { startControlPlane } from '../e2e/control-plane/start.js';
import { findResource, type Cluster } from '../src/cluster/cluster.js';
import { connect } from '../src/cluster/connect.js';
import type { Report } from '../src/engine/run/report.js';
import { mapConcurrently } from '../src/engine/run/mapConcurrently.js';
import type { KubeObject } from '../src/objects/object.js';
import { measure, median, type Measured } from './measure.js';
import { startRelay } from './relay.js';

const configs = Number(process.env.CONFIGS ?? 5000);
const pods = Number(process.env.PODS ?? 2000);
const namespaces = Number(process.env.NAMESPACES ?? 50);
const rounds = Number(process.env.ROUNDS ?? 3);
const kapplyProgram = join(import.meta.dirname, '../bin/run.js');
/** The kinds that a prune reads besides its candidates. */
const users =
  'pods,podtemplates,replicationcontrollers,serviceaccounts,services,deployments,statefulsets,daemonsets,replicasets,controllerrevisions,jobs,cronjobs,ingresses';

const say = (line = ''): unknown => process.stdout.write(`${line}\n`);

const HASH = '2456789bcdfghkmt';
const lorem = 'the quick brown fox jumps over the lazy dog, '.repeat(20);
const namespaceAt = (at: number): string => `bench-${at % namespaces}`;
/** Ten letters of the alphabet of kustomize's hashes. */
const configAt = (at: number): string =>
  `config-${at
    .toString(16)
    .padStart(10, '0')
    .replace(/./g, (digit) => HASH[parseInt(digit, 16)] ?? '')}`;

async function create(cluster: Cluster, objects: readonly KubeObject[]): Promise<void> {
  const discovery = await cluster.discover();
  await mapConcurrently(objects, 64, async (object) => {
    const resource = findResource(discovery, '', 'v1', object.kind);
    if (resource === undefined) throw new Error(`${object.kind} is not served`);
    const { name, namespace = '' } = object.metadata;
    await cluster.apply({ resource, namespace, name }, object, { fieldManager: 'kapply' });
  });
}

/** Each pod uses a config of its namespace: one in ten of them for all pods. */
function podAt(at: number): KubeObject {
  const used = at % Math.max(configs / 10, namespaces);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${at}`, namespace: namespaceAt(at), labels: { app: `app-${at % 100}` } },
    spec: {
      serviceAccountName: 'default',
      // Nothing runs here: what is measured is the reading.
      nodeSelector: { bench: 'none' },
      containers: [
        {
          name: 'app',
          image: 'registry.example/app:1.2.3',
          envFrom: [{ configMapRef: { name: configAt(used) } }],
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
        },
      ],
    },
  };
}

function row(name: string, runs: readonly Measured[], bytes: readonly number[], note = ''): string {
  const peak = Math.max(...runs.map(({ peakMiB }) => peakMiB ?? 0));
  return [
    name.padEnd(34),
    `${median(runs.map(({ seconds }) => seconds)).toFixed(2)} s`.padStart(8),
    `(${runs.map(({ seconds }) => seconds.toFixed(2)).join(', ')})`.padEnd(22),
    `${median(runs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s CPU`.padStart(12),
    `${Math.round(peak)} MiB`.padStart(9),
    `${(median(bytes) / 1e6).toFixed(1)} MB on the wire`.padStart(20),
    note,
  ].join(' ');
}

await buildControlPlane(say);
const folder = await mkdtemp(join(tmpdir(), 'kapply-bench-'));
const controlPlane = await startControlPlane();
const { hostname, port } = new URL(controlPlane.server);
const relay = await startRelay(hostname, Number(port), 0);
try {
  const cluster = await connect({ kubeconfig: controlPlane.kubeconfig, env: {} });
  try {
    const names = Array.from({ length: namespaces }, (_, at) => namespaceAt(at));
    await create(
      cluster,
      names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    );
    await create(
      cluster,
      names.map((namespace) => ({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace },
      })),
    );
    const labels = { appconfig: 'bench' };
    await create(
      cluster,
      Array.from({ length: configs }, (_, at) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configAt(at), namespace: namespaceAt(at), labels },
        data: { LEVEL: 'info', 'app.conf': lorem },
      })),
    );
    await create(
      cluster,
      Array.from({ length: pods }, (_, at) => podAt(at)),
    );
  } finally {
    await cluster.close();
  }
  const kubeconfig = join(folder, 'kubeconfig');
  const text = await readFile(controlPlane.kubeconfig, 'utf8');
  await writeFile(kubeconfig, text.replace(controlPlane.server, `https://127.0.0.1:${relay.port}`), { mode: 0o600 });
  const env = { KUBECONFIG: kubeconfig };
  // Creation times have whole seconds: what was created in the second of the prune is not its business.
  await new Promise((resolve) => setTimeout(resolve, 1100));

  const prune = ['prune', '-A', '-l', 'appconfig=bench', '--older-than', '0s', '--dry-run=client', '-o', 'json'];
  const get = ['get', '-A', '-o', 'json'];
  const tools = [
    { name: 'kapply prune -A --dry-run=client', command: process.execPath, args: [[kapplyProgram, ...prune]] },
    {
      name: 'kubectl get of the same lists',
      command: binary('kubectl'),
      args: [
        [...get, 'configmaps,secrets', '-l', 'appconfig=bench'],
        [...get, users],
      ],
    },
  ];
  const series = tools.map((tool) => ({ ...tool, runs: [] as Measured[], bytes: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { command, args, runs, bytes } of series) {
      const before = relay.bytes;
      const parts: Measured[] = [];
      for (const words of args) parts.push(await measure(command, words, env));
      bytes.push(relay.bytes - before);
      const sum = (value: (part: Measured) => number): number => parts.reduce((total, part) => total + value(part), 0);
      runs.push({
        seconds: sum(({ seconds }) => seconds),
        cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
        peakMiB: Math.max(...parts.map(({ peakMiB }) => peakMiB ?? 0)),
        stdout: parts.at(-1)?.stdout ?? '',
        stderr: '',
      });
    }
  }
  say(`${configs} ConfigMaps, ${pods} pods, ${namespaces} namespaces, medians of ${rounds}`);
  for (const { name, runs, bytes } of series) say(row(name, runs, bytes));
  const { summary } = JSON.parse(series[0]?.runs.at(-1)?.stdout ?? '') as Report;
  say(`kapply: ${summary.requests} requests, ${summary.ms} ms of its own clock, ${JSON.stringify(summary.counts)}`);
} finally {
  await relay.close();
  await controlPlane.stop();
  await rm(folder, { recursive: true, force: true });
}
