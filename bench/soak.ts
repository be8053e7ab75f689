/**
 * Many deploys of one application, whose configs change with each of them, against one sandbox in a process of its own
 * or a real API server; some are killed. What must not grow does not: kapply's memory, the sandbox's, what lies in the
 * namespace, the records, the Leases. Prints its counts.
 *
 *   npm run soak -- [--deploys 500] [--kubeconfig FILE]      (npm run build comes first: what is killed is dist/)
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Cluster } from '../src/cluster/cluster.js';
import { findPreferred } from '../src/cluster/cluster.js';
import { connect } from '../src/cluster/connect.js';
import { deploy } from '../src/engine/run/deploy.js';
import { DEPLOY_DEFAULTS, RECORD_DEFAULTS } from '../src/engine/run/defaults.js';
import { RECORD_LABEL } from '../src/objects/annotations.js';
import { render } from '../src/render/render.js';
import { processRunner } from '../src/runner.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Earlier revisions of each config that stay. */
const KEEP = 2;
/** Deploys that a rollback could go back to. */
const RECORDS = 3;
/** One deploy in so many is killed, in one phase after the other. */
const KILL_EVERY = 10;
const PHASES = ['plan', 'apply', 'rollout', 'prune'] as const;

/** What may lie about in the namespace, and must not pile up. */
export interface Left {
  readonly ConfigMap: number;
  readonly Secret: number;
  readonly Lease: number;
  readonly Record: number;
}
const NOTHING: Left = { ConfigMap: 0, Secret: 0, Lease: 0, Record: 0 };

/** Bytes, after each tenth of the deploys. */
interface Memory {
  /** What kapply holds after a garbage collection, where one can be asked for. */
  readonly heap: number | undefined;
  /** Of the process that deploys. */
  readonly rss: number;
  /** Of the sandbox's process, where there is one whose memory can be read. */
  readonly server: number | undefined;
}

export interface Soak {
  readonly deploys: number;
  /** How many were killed, by the phase that they were in. */
  readonly killed: ReadonlyMap<string, number>;
  /** The most that lay about after any deploy, by kind. */
  readonly most: Left;
  /** After the last one, which came a second after the one before. */
  readonly last: Left;
  readonly memory: readonly Memory[];
}

interface Place {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** The sandbox's process. */
  readonly pid: number | undefined;
}

/**
 * Runs it against a sandbox of its own, or in a namespace of its own on the server of a kubeconfig.
 * @throws where a deploy that was not killed does not end well
 */
export async function soak(deploys: number, given?: string): Promise<Soak> {
  const folder = await mkdtemp(join(tmpdir(), 'kapply-soak-'));
  const shop = join(folder, 'shop');
  try {
    if (given !== undefined) return await soakIn(`soak-${randomBytes(4).toString('hex')}`, deploys, shop, given);
    const kubeconfig = join(folder, 'kubeconfig');
    const sandbox = spawn(process.execPath, [join(root, 'bin/dev.js'), 'sandbox', '--kubeconfig', kubeconfig], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      // It says where it is once it is ready.
      await once(sandbox.stdout, 'data');
      return await soakAt(deploys, shop, { kubeconfig, namespace: 'default', pid: sandbox.pid });
    } finally {
      await ended(sandbox, 'SIGTERM');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Within a namespace that goes afterwards. */
async function soakIn(namespace: string, deploys: number, shop: string, kubeconfig: string): Promise<Soak> {
  const cluster = await connect({ env: {}, kubeconfig });
  try {
    const resource = findPreferred(await cluster.discover(), '', 'Namespace');
    assert.ok(resource);
    const address = { resource, namespace: '', name: namespace };
    await cluster.create(address, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    try {
      return await soakAt(deploys, shop, { kubeconfig, namespace, pid: undefined });
    } finally {
      await cluster.remove(address);
    }
  } finally {
    await cluster.close();
  }
}

async function soakAt(deploys: number, shop: string, place: Place): Promise<Soak> {
  let most = NOTHING;
  let last = NOTHING;
  const memory: Memory[] = [];
  const killed = new Map<string, number>();
  for (let n = 1; n <= deploys; n++) {
    await writeShop(shop, n, place.namespace);
    if (n % KILL_EVERY === KILL_EVERY - 1) {
      const meant = PHASES[Math.floor(n / KILL_EVERY) % PHASES.length] ?? 'apply';
      const phase = await killedDeploy(shop, place, meant);
      if (phase !== undefined) killed.set(phase, (killed.get(phase) ?? 0) + 1);
      continue;
    }
    // Creation times have whole seconds: what the last deploy replaces must be older than it.
    if (n === deploys) await sleep(1100);
    last = await deployOnce(shop, place, n);
    most = eachOf(most, last, Math.max);
    if (n % Math.ceil(deploys / 10) === 0) {
      memory.push(await measure(place));
      console.error(`${n} deploys, killed: ${counted(Object.fromEntries(killed))}; ${memoryText(memory.at(-1))}`);
    }
  }
  return { deploys, killed, most, last, memory };
}

function eachOf(a: Left, b: Left, pick: (a: number, b: number) => number): Left {
  return {
    ConfigMap: pick(a.ConfigMap, b.ConfigMap),
    Secret: pick(a.Secret, b.Secret),
    Lease: pick(a.Lease, b.Lease),
    Record: pick(a.Record, b.Record),
  };
}

/** Deploys, and counts what lies about afterwards. */
async function deployOnce(shop: string, { kubeconfig, namespace }: Place, n: number): Promise<Left> {
  const cluster = await connect({ env: {}, kubeconfig });
  try {
    const { objects } = await render(shop, {});
    const { signal } = new AbortController();
    const record = { ...RECORD_DEFAULTS, keep: RECORDS };
    const { summary } = await deploy(
      objects,
      { ...DEPLOY_DEFAULTS, set: 'shop', pruneLabel: 'app=shop', keep: KEEP, timeoutMs: 120_000, record },
      {
        ...{ cluster, signal, now: Date.now, emit: () => undefined, runner: processRunner() },
        confirm: () => Promise.resolve('declined'),
      },
    );
    assert.equal(summary.exitCode, 0, `deploy ${n}: ${JSON.stringify(summary)}`);
    return await countLeft(cluster, namespace);
  } finally {
    await cluster.close();
  }
}

async function countLeft(cluster: Cluster, namespace: string): Promise<Left> {
  const discovery = await cluster.discover();
  const count = async (group: string, kind: string, labelSelector: string): Promise<number> => {
    const resource = findPreferred(discovery, group, kind);
    assert.ok(resource, kind);
    return (await cluster.listMetadata(resource, { namespace, labelSelector })).items.length;
  };
  return {
    ConfigMap: await count('', 'ConfigMap', 'app=shop'),
    Secret: await count('', 'Secret', 'app=shop'),
    Lease: await count('coordination.k8s.io', 'Lease', ''),
    Record: await count('', 'ConfigMap', RECORD_LABEL),
  };
}

/** Kills it in the given phase. Returns the phase that it was in; undefined where it had ended by itself before. */
async function killedDeploy(shop: string, { kubeconfig }: Place, meant: string): Promise<string | undefined> {
  const log = `${shop}.events`;
  const args = ['deploy', '-k', shop, '--kubeconfig', kubeconfig, '--events-file', log];
  const options = ['--prune-label', 'app=shop', '--keep', String(KEEP), '--records', String(RECORDS)];
  await rm(log, { force: true });
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), ...args, ...options], { stdio: 'ignore' });
  const phase = async (): Promise<string> => phaseOf(await readFile(log, 'utf8').catch(() => ''));
  while (child.exitCode === null && (await phase()) !== meant) await sleep(5);
  // Somewhere within the phase: most take a few milliseconds, a rollout some tenths of a second.
  await sleep(Math.random() * (meant === 'rollout' ? 100 : 30));
  return (await ended(child, 'SIGKILL')) ? await phase() : undefined;
}

/** The last phase that a stream of events tells of; the last line may be half a one. */
function phaseOf(events: string): string {
  const phases = [...events.matchAll(/"type":"phaseStarted".*?"phase":"(\w+)"/g)];
  return phases.at(-1)?.[1] ?? 'before anything';
}

/** Sends a signal, waits for the end, and says whether it was still running. */
async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return false;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  return true;
}

async function measure({ pid }: Place): Promise<Memory> {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: globalThis.gc === undefined ? undefined : heapUsed, rss, server: await residentBytes(pid) };
}

/** What a process has in memory; undefined where the system does not tell it as Linux does. */
async function residentBytes(pid: number | undefined): Promise<number | undefined> {
  const text = pid === undefined ? '' : await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function memoryText(memory: Memory | undefined): string {
  const part = (name: string, bytes: number | undefined): string[] =>
    bytes === undefined ? [] : [`${name} ${(bytes / 1e6).toFixed(1)} MB`];
  const { heap, rss, server } = memory ?? { heap: undefined, rss: undefined, server: undefined };
  return [...part('heap', heap), ...part('resident', rss), ...part('sandbox', server)].join(', ');
}

/** `3 Leases, 1 Secret` in words for a line. */
function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** The counts of a soak, as lines. */
export function soakText({ deploys, killed, most, last, memory }: Soak): string {
  const all = [...killed.values()].reduce((sum, count) => sum + count, 0);
  return [
    `${deploys} deploys, ${all} of them killed (${counted(Object.fromEntries(killed))})`,
    `at most: ${counted({ ...most })}; at the end: ${counted({ ...last })} (--keep ${KEEP}, --records ${RECORDS})`,
    ...memory.map((at, index) => `after ${index + 1} tenths: ${memoryText(at)}`),
  ].join('\n');
}

async function writeShop(folder: string, n: number, namespace: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const kustomization = `
metadata: { name: shop }
namespace: ${namespace}
resources: [web.yaml]
configMapGenerator:
- { name: settings, literals: [number=${n}] }
secretGenerator:
- { name: db, literals: [password=number-${n}] }
generatorOptions: { labels: { app: shop } }
`;
  const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  revisionHistoryLimit: 2
  selector: { matchLabels: { run: web } }
  template:
    metadata: { labels: { run: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: web
        image: registry.k8s.io/pause:3.10
        envFrom: [{ configMapRef: { name: settings } }, { secretRef: { name: db } }]
`;
  await writeFile(join(folder, 'kustomization.yaml'), kustomization);
  await writeFile(join(folder, 'web.yaml'), web);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { deploys: { type: 'string', default: '500' }, kubeconfig: { type: 'string' } },
  });
  const began = Date.now();
  console.log(soakText(await soak(Number(values.deploys), values.kubeconfig)));
  console.log(`in ${((Date.now() - began) / 1000).toFixed(0)} s`);
}
