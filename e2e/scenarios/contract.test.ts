/** The contract that the sandbox keeps (test/contract), on the real API server that it speaks of. */
import { readFileSync } from 'node:fs';
import { contractSuite } from '../../test/contract/contractSuite.js';
import { foundEnvironment } from '../harness/environment.js';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

describe('a real API server', () => {
  before(function () {
    // The defaults are those of the version that is built here; another cluster has its own.
    if (foundEnvironment().kind !== 'control-plane') this.skip();
  });

  contractSuite('a 1.37 API server', () => {
    const found = foundEnvironment();
    if (found.kind !== 'control-plane') throw new Error('there is no control plane');
    const { clusters, users } = JSON.parse(readFileSync(found.kubeconfig, 'utf8')) as Kubeconfig;
    const [cluster] = clusters;
    const [user] = users;
    if (cluster === undefined || user === undefined) throw new Error('the kubeconfig names no cluster');
    return Promise.resolve({
      url: cluster.cluster.server,
      token: user.user.token,
      ca: readFileSync(cluster.cluster['certificate-authority'], 'utf8'),
      close: () => Promise.resolve(),
    });
  });
});
