/**
 * A control plane of Kubernetes on this machine: etcd, kube-apiserver, kube-controller-manager and kube-scheduler on
 * free ports of 127.0.0.1, with everything they write in one temporary folder that goes when they stop.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get as httpsGet } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binary } from './build.js';
import { startSupervised, type Supervised } from './supervised.js';

/** Users without any right of their own: RBAC cases bind roles to them. */
export const testUsers = ['alice', 'bob', 'carol'] as const;
export type TestUser = (typeof testUsers)[number];

export interface ControlPlane {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** The administrator's. */
  readonly kubeconfig: string;
  /** One kubeconfig for each test user. */
  readonly kubeconfigOf: (user: TestUser) => string;
  /** The temporary folder: logs, certificates, kubeconfigs. */
  readonly folder: string;
  /** The API server's serving certificate and key, which the stand-in for the kubelet serves with as well. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Kills the API server outright and starts it again, with the same address and the same etcd; resolves when it is ready. */
  restartApiServer(awayMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** `count` ports that nothing listened on a moment ago. They are held open together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.on('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function kubeconfigText(server: string, ca: string, user: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server, 'certificate-authority': ca } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user } }],
    'current-context': 'e2e',
  });
}

/** The status of a GET, or undefined where nothing answers. */
function statusOf(url: string, ca: string, token: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = httpsGet(
      url,
      { ca, headers: { authorization: `Bearer ${token}` }, agent: false, timeout: 5000 },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

/** Waits until the probe answers true. What a program that ended meanwhile wrote last is part of the error. */
async function until(
  what: string,
  programs: readonly Supervised[],
  folder: string,
  probe: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await probe())) {
    const dead = programs.find((program) => program.hasEnded());
    if (dead !== undefined || Date.now() > deadline) {
      const file = dead === undefined ? undefined : join(folder, `${dead.name}.log`);
      const tail = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').slice(-3000) : '';
      throw new Error(`${what} did not come up${dead === undefined ? '' : `: ${dead.name} ended\n${tail}`}`);
    }
    await sleep(50);
  }
}

/** Starts everything and waits until the API server is ready: about 4 seconds. */
export async function startControlPlane(): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'kapply-e2e-'));
  const programs: Supervised[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const start = (name: string, flags: Readonly<Record<string, string>>): void => {
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    programs.push(startSupervised(name, [binary(name), ...args], join(folder, `${name}.log`)));
  };
  const end = async (name: string): Promise<void> => {
    const index = programs.findIndex((program) => program.name === name);
    await programs.splice(index, 1)[0]?.stop();
  };
  try {
    const [etcdPort, etcdPeerPort, apiPort] = (await freePorts(3)) as [number, number, number];
    const path = (name: string): string => join(folder, name);
    const etcdUrl = `http://127.0.0.1:${etcdPort}`;
    const server = `https://127.0.0.1:${apiPort}`;

    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    await writeFile(path('service-account.pub'), publicKey);
    await writeFile(path('service-account.key'), privateKey, { mode: 0o600 });
    const tokens = new Map(['admin', ...testUsers].map((user) => [user, randomBytes(16).toString('hex')]));
    const adminToken = tokens.get('admin') ?? '';
    const lines = [...tokens].map(([user, token]) =>
      [token, user, user, ...(user === 'admin' ? ['system:masters'] : [])].join(','),
    );
    await writeFile(path('tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
    await mkdir(path('certs'));

    start('etcd', {
      'data-dir': path('etcd'),
      'listen-client-urls': etcdUrl,
      'advertise-client-urls': etcdUrl,
      'listen-peer-urls': `http://127.0.0.1:${etcdPeerPort}`,
      'initial-advertise-peer-urls': `http://127.0.0.1:${etcdPeerPort}`,
      'initial-cluster': `default=http://127.0.0.1:${etcdPeerPort}`,
      'unsafe-no-fsync': 'true',
      'log-level': 'warn',
    });
    const apiServer = {
      'etcd-servers': etcdUrl,
      'bind-address': '127.0.0.1',
      'secure-port': String(apiPort),
      'cert-dir': path('certs'),
      'service-account-issuer': server,
      'service-account-key-file': path('service-account.pub'),
      'service-account-signing-key-file': path('service-account.key'),
      'token-auth-file': path('tokens.csv'),
      'authorization-mode': 'RBAC',
      'service-cluster-ip-range': '10.96.0.0/16',
      'kubelet-preferred-address-types': 'InternalIP',
    };
    start('kube-apiserver', apiServer);

    // The server makes its own certificate, and puts the authority that signed it into the same file.
    const ca = path('certs/apiserver.crt');
    const isReady = async (): Promise<boolean> =>
      existsSync(ca) && (await statusOf(`${server}/readyz`, await readFile(ca, 'utf8'), adminToken)) === 200;
    await until('kube-apiserver', programs, folder, isReady);
    for (const [user, token] of tokens) {
      await writeFile(path(`${user}.kubeconfig`), kubeconfigText(server, ca, user, token), { mode: 0o600 });
    }
    const common = {
      kubeconfig: path('admin.kubeconfig'),
      'leader-elect': 'false',
      'secure-port': '0',
      'kube-api-qps': '500',
      'kube-api-burst': '1000',
    };
    start('kube-controller-manager', {
      ...common,
      'service-account-private-key-file': path('service-account.key'),
      'use-service-account-credentials': 'false',
      // Publishes kube-root-ca.crt in every namespace, which every pod's token volume reads.
      'root-ca-file': ca,
    });
    start('kube-scheduler', common);
    return {
      server,
      folder,
      kubeconfig: path('admin.kubeconfig'),
      kubeconfigOf: (user) => path(`${user}.kubeconfig`),
      certificate: { cert: await readFile(ca, 'utf8'), key: await readFile(path('certs/apiserver.key'), 'utf8') },
      restartApiServer: async (awayMs) => {
        // A scheduler whose binding was stored and not answered takes its own cache for corrupt, and ends: here is nobody
        // who starts it again, as a kubelet does.
        await Promise.all([end('kube-apiserver'), end('kube-scheduler')]);
        await sleep(awayMs);
        start('kube-apiserver', apiServer);
        await until('kube-apiserver', programs, folder, isReady);
        start('kube-scheduler', common);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
