import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../../files/fileProblem.js';
import { inputError } from '../../errors.js';
import { codeOf } from '../../net/http.js';
import type { Kubeconfig } from './kubeconfig.js';

/** Where the kubelet mounts a pod's ServiceAccount (client-go rest.InClusterConfig). */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster that this process runs in, as its pod's ServiceAccount; undefined outside of a cluster. */
export async function inClusterConfig(
  env: Readonly<Record<string, string | undefined>>,
  folder = SERVICE_ACCOUNT_FOLDER,
): Promise<Kubeconfig | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined || host === '' || port === undefined || port === '') return undefined;
  const tokenFile = join(folder, 'token');
  if ((await readIfThere(tokenFile)) === undefined) return undefined;
  const namespace = env.POD_NAMESPACE || (await readIfThere(join(folder, 'namespace')))?.trim();
  const caFile = join(folder, 'ca.crt');
  return {
    currentContext: 'in-cluster',
    contexts: [{ name: 'in-cluster', cluster: 'in-cluster', user: 'in-cluster', ...(namespace ? { namespace } : {}) }],
    clusters: [
      {
        name: 'in-cluster',
        server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
        skipTLSVerify: false,
        disableCompression: false,
        execConfig: undefined,
        ...((await readIfThere(caFile)) === undefined ? {} : { caFile }),
      },
    ],
    users: [{ name: 'in-cluster', tokenFile }],
  };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === '') throw error;
    throw inputError(
      'UnreadableServiceAccount',
      `the ServiceAccount of this pod cannot be read from ${file} (${fileProblem(code)})`,
      {
        cause: error,
        suggestions: ['Let the user of the container read it: fsGroup or runAsUser in the securityContext of the pod.'],
      },
    );
  }
}
