/**
 * Many deploys of one application, whose configs change with each of them, against one sandbox in a process of its own;
 * some are killed. What must not grow does not: kapply's memory, what lies in the namespace, the Leases. Prints its counts.
 *
 *   node --expose-gc --import tsx bench/soak.ts [--deploys 500]      (npm run build comes first: what is killed is dist/)
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { connect } from '../src/cluster/connect.js';
import { deploy } from '../src/engine/run/deploy.js';
import { DEPLOY_DEFAULTS } from '../src/engine/run/defaults.js';
import { render } from '../src/render/render.js';
import { processRunner } from '../src/runner.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Earlier revisions of each config that stay. */
const KEEP = 2;
/** One deploy in so many is killed, somewhere within its first second and a half. */
const KILL_EVERY = 10;
const KINDS = ['ConfigMap', 'Secret', 'Lease'] as const;

export interface Soak {
  readonly deploys: number;
  readonly killed: number;
  /** The most that lay about after any deploy, by kind. */
  readonly most: Readonly<Record<(typeof KINDS)[number], number>>;
  /** After the last one, which came a second after the one before. */
  readonly last: Readonly<Record<(typeof KINDS)[number], number>>;
  /** What kapply holds after each tenth of the deploys, in bytes, after a garbage collection. */
  readonly heap: readonly number[];
}

/** Runs it; throws where a deploy that was not killed does not end well. */
export async function soak(deploys: number): Promise<Soak> {
  const folder = await mkdtemp(join(tmpdir(), 'kapply-soak-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const sandbox = spawn(process.execPath, [join(root, 'bin/dev.js'), 'sandbox', '--kubeconfig', kubeconfig], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    // It says where it is once it is ready.
    await once(sandbox.stdout, 'data');
    return await soakAt(deploys, join(folder, 'shop'), kubeconfig);
  } finally {
    await ended(sandbox, 'SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

async function soakAt(deploys: number, shop: string, kubeconfig: string): Promise<Soak> {
  const most = { ConfigMap: 0, Secret: 0, Lease: 0 };
  const heap: number[] = [];
  let last = most;
  let killed = 0;
  for (let n = 1; n <= deploys; n++) {
    await writeShop(shop, n);
    if (n % KILL_EVERY === KILL_EVERY - 1) {
      killed += await killedDeploy(shop, kubeconfig);
      continue;
    }
    // Creation times have whole seconds: what the last deploy replaces must be older than it.
    if (n === deploys) await sleep(1100);
    await deployOnce(shop, kubeconfig, n);
    last = await countLeft(kubeconfig);
    for (const kind of KINDS) most[kind] = Math.max(most[kind], last[kind]);
    if (n % Math.ceil(deploys / 10) === 0 && globalThis.gc !== undefined) {
      globalThis.gc();
      heap.push(process.memoryUsage().heapUsed);
      console.error(`${n} deploys, ${killed} killed, ${((heap.at(-1) ?? 0) / 1e6).toFixed(1)} MB`);
    }
  }
  return { deploys, killed, most, last, heap };
}

async function deployOnce(shop: string, kubeconfig: string, n: number): Promise<void> {
  const cluster = await connect({ env: {}, kubeconfig });
  try {
    const { objects } = await render(shop, {});
    const { signal } = new AbortController();
    const { summary } = await deploy(
      objects,
      { ...DEPLOY_DEFAULTS, set: 'shop', pruneLabel: 'app=shop', keep: KEEP, timeoutMs: 120_000 },
      {
        ...{ cluster, signal, now: Date.now, emit: () => undefined, runner: processRunner() },
        confirm: () => Promise.resolve('declined'),
      },
    );
    assert.equal(summary.exitCode, 0, `deploy ${n}: ${JSON.stringify(summary)}`);
  } finally {
    await cluster.close();
  }
}

/** Returns 1 where it was killed before it had ended by itself. */
async function killedDeploy(shop: string, kubeconfig: string): Promise<number> {
  const args = ['deploy', '-k', shop, '--kubeconfig', kubeconfig, '--prune-label', 'app=shop', '--keep', String(KEEP)];
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), ...args], { stdio: 'ignore' });
  await sleep(Math.random() * 1500);
  return (await ended(child, 'SIGKILL')) ? 1 : 0;
}

/** Sends a signal, waits for the end, and says whether it was still running. */
async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return false;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  return true;
}

async function countLeft(kubeconfig: string): Promise<Soak['last']> {
  const cluster = await connect({ env: {}, kubeconfig });
  try {
    const { resources } = await cluster.discover();
    const count = async (kind: (typeof KINDS)[number]): Promise<number> => {
      const resource = resources.find((candidate) => candidate.kind === kind && candidate.preferred);
      assert.ok(resource, kind);
      const selector = kind === 'Lease' ? {} : { labelSelector: 'app=shop' };
      return (await cluster.list(resource, { namespace: 'default', ...selector })).items.length;
    };
    return { ConfigMap: await count('ConfigMap'), Secret: await count('Secret'), Lease: await count('Lease') };
  } finally {
    await cluster.close();
  }
}

async function writeShop(folder: string, n: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const kustomization = `
metadata: { name: shop }
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
      containers:
      - name: web
        image: registry.example.com/shop/web:1
        envFrom: [{ configMapRef: { name: settings } }, { secretRef: { name: db } }]
`;
  await writeFile(join(folder, 'kustomization.yaml'), kustomization);
  await writeFile(join(folder, 'web.yaml'), web);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { deploys: { type: 'string', default: '500' } } });
  const began = Date.now();
  const found = await soak(Number(values.deploys));
  const heap = found.heap.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(', ');
  const counted = (counts: Soak['last']): string => KINDS.map((kind) => `${counts[kind]} ${kind}s`).join(', ');
  console.log(
    `${found.deploys} deploys in ${((Date.now() - began) / 1000).toFixed(0)} s, ${found.killed} of them killed`,
  );
  console.log(`at most ${counted(found.most)}; at the end ${counted(found.last)} (--keep ${KEEP})`);
  console.log(`heap after each tenth: ${heap}`);
}
