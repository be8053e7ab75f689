/** The role of a scheduled prune allows just what a prune requests. */
import assert from 'node:assert/strict';
import { connect } from '../../../src/cluster/connect.js';
import { PRUNE_DEFAULTS } from '../../../src/engine/run/defaults.js';
import { pruneCluster } from '../../../src/engine/run/pruneCluster.js';
import { pruneRules } from '../../../src/engine/prune/schedule.js';
import { startSandbox } from '../../../src/sandbox/index.js';

describe('the role of a scheduled prune', () => {
  it('allows all that a prune requests, and no more', async () => {
    const sandbox = await startSandbox({ controllers: false });
    const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig });
    try {
      for (const kind of ['ConfigMap', 'Secret']) {
        sandbox.store.create(kind, {
          apiVersion: 'v1',
          kind,
          metadata: {
            name: 'cfg-2456789bcd',
            namespace: 'default',
            labels: { app: 'shop' },
            managedFields: [{ manager: 'kapply', operation: 'Apply', time: '2020-01-01T00:00:00Z' }],
            creationTimestamp: '2020-01-01T00:00:00Z',
          },
        });
      }
      // Somebody begins to use them at the last moment: what is needed then has to be allowed as well.
      const act = (): void => {
        const name = 'cfg-2456789bcd';
        const envFrom = [{ configMapRef: { name } }, { secretRef: { name } }];
        const metadata = { name: 'late', namespace: 'default' };
        const spec = { containers: [{ name: 'web', image: 'web', envFrom }] };
        sandbox.store.create('Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
      };
      sandbox.faults.add({ kind: 'meanwhile', act }, { on: ({ verb }) => verb === 'delete' });
      const { summary } = await pruneCluster(
        {
          ...PRUNE_DEFAULTS,
          selector: 'app=shop',
          namespaces: ['default'],
          includeNewest: true,
          olderThanMs: 0,
        },
        {
          cluster,
          emit: () => undefined,
          signal: new AbortController().signal,
          now: Date.now,
          confirm: () => Promise.resolve('agreed'),
          runner: { identity: 'test', hasEnded: () => false },
        },
      );
      assert.equal(summary.counts.restored, 2, JSON.stringify(summary));
      const requested = new Set(
        sandbox.faults
          .requests()
          .filter(({ resource }) => resource !== '')
          .map(({ verb, resource }) => `${verb} ${resource}`),
      );
      const rules = pruneRules();
      const named = rules.flatMap(({ resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
      );
      // What it may list is only bounded by what the server has: a custom resource of any group can name a config.
      assert.deepEqual(rules.at(-1), { apiGroups: ['*'], resources: ['*'], verbs: ['list'] });
      // A server-side apply of what is not there needs create besides patch.
      // Whether its namespace is there is asked where nothing was found in it.
      const asked = named.slice(0, -1).filter((words) => !words.startsWith('create ') && words !== 'get namespaces');
      for (const words of asked) assert.ok(requested.has(words), words);
      const beyond = [...requested].filter((words) => !named.includes(words) && !words.startsWith('list '));
      assert.deepEqual(beyond, []);
    } finally {
      await cluster.close();
      await sandbox.close();
    }
  });
});
