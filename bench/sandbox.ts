/**
 * `npx tsx bench/sandbox.ts`: how soon a sandbox is ready, and its requests a second beside those of the real API server where
 * its binaries are there (e2e/control-plane). Each server in a process of its own, one HTTP/2 session, 32 streams in flight.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { binary } from '../e2e/control-plane/build.js';
import { startControlPlane } from '../e2e/control-plane/start.js';

const OBJECTS = 500;
const STREAMS = 32;

interface Server {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
  readonly stop: () => Promise<void>;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** What stands in a kubeconfig that is written as JSON. */
function fromKubeconfig(file: string): Omit<Server, 'stop'> {
  const { clusters, users } = JSON.parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const cluster = clusters[0]?.cluster ?? {};
  const data = cluster['certificate-authority-data'];
  const ca =
    data === undefined
      ? readFileSync(cluster['certificate-authority'] ?? '', 'utf8')
      : Buffer.from(data, 'base64').toString();
  return { url: cluster['server'] ?? '', ca, token: users[0]?.user.token ?? '' };
}

async function startSandboxProcess(): Promise<Server> {
  const bundle = fileURLToPath(new URL('../dist/sandbox.js', import.meta.url));
  const module = existsSync(bundle) ? bundle : fileURLToPath(new URL('../src/sandbox/index.ts', import.meta.url));
  const code = `
    const started = performance.now();
    const { startSandbox } = await import(${JSON.stringify(module)});
    const loaded = performance.now();
    const sandbox = await startSandbox();
    console.log(JSON.stringify({ kubeconfig: sandbox.kubeconfig, load: loaded - started, start: performance.now() - loaded }));
    process.stdin.on('end', () => void sandbox.close()).resume();`;
  const loader = module.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, '--input-type=module', '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  for await (const line of createInterface(child.stdout)) {
    const { kubeconfig, load, start } = JSON.parse(line) as { kubeconfig: string; load: number; start: number };
    const from = module === bundle ? 'bundled' : 'from source';
    console.log(`sandbox, ${from}: loaded in ${load.toFixed(0)} ms, ready ${start.toFixed(0)} ms later`);
    const stop = async (): Promise<void> => {
      child.stdin.end();
      await ended;
    };
    return { ...fromKubeconfig(kubeconfig), stop };
  }
  throw new Error('the sandbox did not start');
}

async function startReal(): Promise<Server | undefined> {
  if (!existsSync(binary('kube-apiserver'))) return undefined;
  const controlPlane = await startControlPlane();
  return { ...fromKubeconfig(controlPlane.kubeconfig), stop: () => controlPlane.stop() };
}

/** The status and length of the answer. */
function send(
  session: ClientHttp2Session,
  token: string,
  method: string,
  path: string,
  body?: string,
): Promise<{ readonly status: number; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': method,
      ':path': path,
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/apply-patch+yaml' }),
    });
    let status = 0;
    let bytes = 0;
    stream.on('response', (headers) => (status = headers[':status'] ?? 0));
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    stream.on('end', () => resolve({ status, bytes }));
    stream.on('error', reject);
    stream.end(body);
  });
}

/** Requests a second of `count` requests. */
async function rate(count: number, one: (i: number) => Promise<{ readonly status: number }>): Promise<string> {
  let next = 0;
  const start = performance.now();
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const { status } = await one(i);
      if (status >= 300) throw new Error(`request ${i} was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: STREAMS }, worker));
  return ((count * 1000) / (performance.now() - start)).toFixed(0);
}

async function measure(server: Server): Promise<Record<string, string>> {
  const session = connect(server.url, { ca: server.ca });
  const path = '/api/v1/namespaces/default/configmaps';
  const manifest = (i: number, value: string): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `bench-${i}`, labels: { bench: 'yes' } },
      data: { value, text: 'x'.repeat(500) },
    });
  const apply = (value: string) => (i: number) =>
    send(session, server.token, 'PATCH', `${path}/bench-${i}?fieldManager=bench&force=true`, manifest(i, value));
  const get = (i: number) => send(session, server.token, 'GET', `${path}/bench-${i % OBJECTS}`);
  const list = () => send(session, server.token, 'GET', `${path}?labelSelector=bench%3Dyes`);
  const result = {
    'apply, new': await rate(OBJECTS, apply('1')),
    'apply, unchanged': await rate(OBJECTS, apply('1')),
    'apply, changed': await rate(OBJECTS, apply('2')),
    get: await rate(OBJECTS * 2, get),
    [`list of ${OBJECTS}`]: await rate(40, list),
  };
  await new Promise<void>((resolve) => session.close(resolve));
  return result;
}

const results: Record<string, Record<string, string>> = {};
for (const [name, start] of [
  ['sandbox', startSandboxProcess],
  ['kube-apiserver', startReal],
] as const) {
  const server = await start();
  if (server === undefined) {
    console.log('kube-apiserver: its binary is not here (npm run e2e builds it)');
    continue;
  }
  try {
    results[name] = await measure(server);
  } finally {
    await server.stop();
  }
}
console.log(`requests a second, ${STREAMS} in flight:`);
console.table(results);
