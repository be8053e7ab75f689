import { join } from 'node:path';
import { contractClient } from './client.js';
import type { ContractClient, ContractServer } from './client.js';
import { clientNodeSuite } from './clientNodeSuite.js';
import { casesIn, runCase } from './contractCase.js';
import { defaultsSuite } from './defaultsSuite.js';
import { kubectlSuite } from './kubectlSuite.js';
import { watchSuite } from './watchSuite.js';

/** What the suite works with, once it is connected. */
export interface ContractContext {
  readonly client: () => ContractClient;
  /** A namespace of its own for each case. */
  readonly namespace: () => Promise<string>;
}

export interface ConnectedServer extends ContractServer {
  readonly close: () => Promise<void>;
}

/**
 * What kapply relies on of a Kubernetes API server, as mocha tests. Every case runs against every server that it is
 * called with; where two answer differently, it is the sandbox that is wrong.
 */
export function contractSuite(name: string, connect: () => Promise<ConnectedServer>): void {
  describe(`contract of ${name}`, () => {
    let server: ConnectedServer | undefined;
    let client: ContractClient | undefined;
    let count = 0;
    const run = Date.now().toString(36);
    const context: ContractContext = {
      client: () => {
        if (client === undefined) throw new Error('not connected');
        return client;
      },
      namespace: async () => {
        count += 1;
        const namespace = `contract-${run}-${count}`;
        const metadata = { name: namespace };
        await context.client().send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata } });
        // A controller makes this one where there is one; pods need it at once.
        const account = { method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts` };
        await context.client().send({ ...account, body: { metadata: { name: 'default' } } });
        return namespace;
      },
    };

    before(async () => {
      server = await connect();
      client = contractClient(server);
    });
    after(async () => {
      client?.close();
      await server?.close();
    });

    for (const { file, cases } of casesIn(join(import.meta.dirname, 'fixtures', 'cases'))) {
      describe(file, () => {
        for (const one of cases) {
          it(one.case, async () => runCase(context.client(), await context.namespace(), one));
        }
      });
    }
    defaultsSuite(context);
    watchSuite(context);
    const connected = (): ConnectedServer => {
      if (server === undefined) throw new Error('not connected');
      return server;
    };
    kubectlSuite(context, connected);
    clientNodeSuite(context, connected);
  });
}
