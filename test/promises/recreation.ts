/** What is created anew because a field of it cannot change: asked about, and its pods go on. */
import assert from 'node:assert/strict';
import type { Name, PromiseCase, PromiseTable } from './world.js';

interface Recreated {
  readonly kind: 'StatefulSet' | 'Deployment' | 'DaemonSet';
  readonly before: string;
  /** A change that the API server refuses. */
  readonly after: string;
}

function manifest({ kind }: Recreated, namespace: string, part: string): string {
  return `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: db, namespace: ${namespace}, annotations: { kapply.dev/on-immutable: recreate } }
spec:
  ${part}
  template:
    metadata: { labels: { run: db, tier: data } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: db, image: registry.example.com/db:1, command: [sleep, infinity] }]
`;
}

const ROWS: readonly Recreated[] = [
  {
    kind: 'StatefulSet',
    before: 'selector: { matchLabels: { run: db } }\n  serviceName: one',
    after: 'selector: { matchLabels: { run: db } }\n  serviceName: two',
  },
  {
    kind: 'Deployment',
    before: 'selector: { matchLabels: { run: db, tier: data } }',
    after: 'selector: { matchLabels: { run: db } }',
  },
  {
    kind: 'DaemonSet',
    before: 'selector: { matchLabels: { run: db, tier: data } }',
    after: 'selector: { matchLabels: { run: db } }',
  },
];

function recreation(row: Recreated): PromiseCase {
  return {
    name: `a ${row.kind} is asked about, and its successor takes its pods over`,
    // The controllers of the sandbox adopt nothing.
    only: 'real',
    run: async (world) => {
      const namespace = await world.namespace();
      const folder = await world.folder({ 'db.yaml': manifest(row, namespace, row.before) });
      const deploy = ['deploy', '-f', folder, '--set', `db-${namespace}`];
      const first = await world.kapply(deploy);
      assert.equal(first.exitCode, 0, first.stdout + first.stderr);
      const name: Name = { apiVersion: 'apps/v1', kind: row.kind, namespace, name: 'db' };
      const uidOf = async (): Promise<string | undefined> => (await world.get(name))?.metadata.uid;
      const podUids = async (): Promise<(string | undefined)[]> =>
        (await world.list('v1', 'Pod', namespace)).map(({ metadata }) => metadata.uid);
      const [uid, pods] = [await uidOf(), await podUids()];
      assert.equal(pods.length, 1);

      await world.write(folder, { 'db.yaml': manifest(row, namespace, row.after) });
      const asked = await world.kapply(deploy);
      assert.equal(asked.exitCode, 2, asked.stdout + asked.stderr);
      assert.match(asked.stderr + asked.stdout, new RegExp(`${row.kind}/db would be deleted and created anew`));
      assert.equal(await uidOf(), uid);

      const done = await world.kapply([...deploy, '--yes']);
      assert.equal(done.exitCode, 0, done.stdout + done.stderr);
      assert.notEqual(await uidOf(), uid);
      assert.deepEqual(await podUids(), pods, 'the pods were started anew');
    },
  };
}

export const recreationTable: PromiseTable = {
  promise: 'what is created anew is asked about, and what it runs goes on',
  cases: ROWS.map(recreation),
};
