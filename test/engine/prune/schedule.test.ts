/** The role of a scheduled prune allows just what a prune requests. */
import assert from 'node:assert/strict';
import { connect } from '../../../src/cluster/connect.js';
import { pruneCluster } from '../../../src/engine/run/pruneCluster.js';
import { pruneRules } from '../../../src/engine/prune/schedule.js';
import { startSandbox } from '../../../src/sandbox/index.js';

/** What any prune asks besides, where it may (`SEARCHED_WHERE_ALLOWED` in prune/scanUses): left out of the role. */
const WHERE_ALLOWED =
  /^list (persistentvolumes|storageclasses|validatingadmissionpolicybindings|mutatingadmissionpolicybindings)$/;

describe('the role of a scheduled prune', () => {
  it('allows all that a prune requests, and nothing else', async () => {
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
      const requested = sandbox.faults
        .requests()
        .filter(({ resource }) => resource !== '')
        .map(({ verb, resource }) => `${verb} ${resource}`)
        .filter((words) => !WHERE_ALLOWED.test(words));
      const allowed = pruneRules().flatMap(({ resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
      );
      assert.deepEqual([...new Set(requested)].sort(), allowed.sort());
    } finally {
      await cluster.close();
      await sandbox.close();
    }
  });
});
