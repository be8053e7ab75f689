/** The role of a scheduled prune allows just what a prune requests. */
import assert from 'node:assert/strict';
import { connect } from '../../../src/cluster/connect.js';
import { pruneCluster } from '../../../src/engine/run/pruneCluster.js';
import { pruneRules } from '../../../src/engine/prune/schedule.js';
import { startSandbox } from '../../../src/sandbox/index.js';

describe('the role of a scheduled prune', () => {
  it('allows all that a prune requests, and no write besides', async () => {
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
      const { summary } = await pruneCluster(
        {
          selector: 'app=shop',
          namespaces: ['default'],
          pruneKinds: [],
          plainNames: false,
          includeNewest: true,
          olderThanMs: 0,
          dryRun: undefined,
          pruneLimit: 20,
          keep: 0,
          keepRollback: false,
          adopt: false,
          fieldManager: 'kapply',
          concurrency: 16,
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
      assert.equal(summary.counts.deleted, 2);
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
      for (const words of named.slice(0, -1)) assert.ok(requested.has(words), words);
      const beyond = [...requested].filter((words) => !named.includes(words) && !words.startsWith('list '));
      assert.deepEqual(beyond, []);
    } finally {
      await cluster.close();
      await sandbox.close();
    }
  });
});
