import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiResource, Cluster } from '../../src/cluster/cluster.js';
import { connect, type ConnectOptions } from '../../src/cluster/connect.js';
import type { TestServer } from './testServer.js';

export const configMaps: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  subresources: [],
  preferred: true,
};

/** A folder of its own, for as long as `use` takes. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'kapply-cluster-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Connects to a test server that is trusted, as `user` (of a kubeconfig); closes afterwards. */
export async function withCluster<T>(
  server: Pick<TestServer, 'url' | 'ca'>,
  use: (cluster: Cluster) => Promise<T>,
  options: Partial<ConnectOptions> & { readonly user?: object; readonly clusterEntry?: object } = {},
): Promise<T> {
  const { user = { token: 'letmein' }, clusterEntry, ...rest } = options;
  const cluster = clusterEntry ?? {
    server: server.url,
    ...(server.url.startsWith('https:')
      ? { 'certificate-authority-data': Buffer.from(server.ca).toString('base64') }
      : {}),
  };
  return inFolder(async (folder) => {
    const kubeconfig = join(folder, 'config');
    await writeFile(
      kubeconfig,
      JSON.stringify({
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
        clusters: [{ name: 'test', cluster }],
        users: [{ name: 'test', user }],
      }),
    );
    const connected = await connect({ kubeconfig, env: {}, ...rest });
    try {
      return await use(connected);
    } finally {
      await connected.close();
    }
  });
}
