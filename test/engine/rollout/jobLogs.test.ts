import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Event } from '../../../src/engine/run/events.js';
import { makeJobLogs, type JobLogs } from '../../../src/engine/rollout/jobLogs.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, RESOURCES, type FakeClusterOptions } from '../fakeCluster.js';

const ID = { group: 'batch', kind: 'Job', namespace: 'shop', name: 'migrate' };
const JOB = { id: ID, uid: 'uid-job' };
const DISCOVERY = { resources: RESOURCES, failures: [] };

function pod(name: string, status: object, owner = JOB.uid): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'migrate', uid: owner, controller: true }],
    },
    spec: { restartPolicy: 'Never' },
    status,
  };
}

const running = (...names: string[]): object => ({
  phase: 'Running',
  containerStatuses: names.map((name) => ({ name, state: { running: {} } })),
});

function start(options: Pick<FakeClusterOptions, 'logs' | 'react'>): {
  logs: JobLogs;
  said: string[];
  asked: string[];
} {
  const cluster = fakeCluster(options);
  const said: string[] = [];
  const emit = (event: Event): void => {
    if (event.type === 'log') said.push(`${event.id.name} ${event.pod}/${event.container}: ${event.line}`);
    if (event.type === 'warning') said.push(`warning: ${event.message}`);
  };
  const logs = makeJobLogs({ cluster, emit, signal: new AbortController().signal, now: () => 0 });
  return { logs, said, asked: cluster.log };
}

describe('what Jobs write', () => {
  it('is told once for each container that has begun, whatever is seen of its pod', async () => {
    const { logs, said } = start({ logs: { 'migrate-x': ['12 tables', 'done'] } });
    logs.see(pod('migrate-x', { containerStatuses: [{ name: 'app', state: { waiting: {} } }] }), JOB, DISCOVERY);
    logs.see(pod('migrate-x', running('app')), JOB, DISCOVERY);
    logs.see(pod('migrate-x', running('app')), JOB, DISCOVERY);
    logs.see(pod('other', running('app'), 'uid-other'), JOB, DISCOVERY);
    await logs.drain(() => true);
    assert.deepEqual(said, ['migrate migrate-x/app: 12 tables', 'migrate migrate-x/app: done']);
    await logs.close();
  });

  it('begins with the init containers', async () => {
    const { logs, said } = start({ logs: { 'migrate-x': ['hi'] } });
    const ended = { name: 'prepare', state: { terminated: { exitCode: 0 } } };
    logs.see(pod('migrate-x', { ...running('app'), initContainerStatuses: [ended] }), JOB, DISCOVERY);
    await logs.drain(() => true);
    assert.deepEqual(said, ['migrate migrate-x/prepare: hi', 'migrate migrate-x/app: hi']);
    await logs.close();
  });

  it('is left out with one warning where logs may not be read', async () => {
    const { logs, said } = start({
      react: ({ verb }) => {
        if (verb === 'logs') throw forbidden('no');
      },
    });
    logs.see(pod('migrate-x', running('app', 'side')), JOB, DISCOVERY);
    await logs.drain(() => true);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^warning: logs cannot be read in shop: no/);
    await logs.close();
  });

  it('follows ten containers at once, and the others after them', async () => {
    let open = 0;
    let most = 0;
    const { logs, said } = start({
      logs: Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`migrate-${n}`, ['x']])),
      react: async () => {
        most = Math.max(most, (open += 1));
        await new Promise((resolve) => setTimeout(resolve, 2));
        open -= 1;
      },
    });
    for (let n = 0; n < 25; n += 1) logs.see(pod(`migrate-${n}`, running('app')), JOB, DISCOVERY);
    await logs.drain(() => true);
    assert.equal(most, 10);
    assert.equal(said.length, 25);
    await logs.close();
  });

  it('ends after 10,000 lines, and says how to read the rest', async () => {
    const { logs, said } = start({ logs: { 'migrate-x': Array.from({ length: 10_002 }, () => 'x') } });
    logs.see(pod('migrate-x', running('app')), JOB, DISCOVERY);
    await logs.drain(() => true);
    assert.equal(said.length, 10_001);
    assert.match(said.at(-1) ?? '', /wrote more than 10000 lines: kubectl .*logs migrate-x -c app has the rest/);
    await logs.close();
  });

  it('does not wait for what still runs', async () => {
    const { logs } = start({ react: () => new Promise(() => undefined) });
    logs.see(pod('migrate-x', running('app')), JOB, DISCOVERY);
    await logs.drain(() => false);
  });

  it('is waited for a few seconds after the end, whatever the garbage collector does meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const cluster = fakeCluster({ react: () => new Promise(() => undefined) });
    const signal = new AbortController().signal;
    const logs = makeJobLogs({ cluster, emit: () => undefined, signal, now: () => 0, drainMs: 100 });
    logs.see(pod('migrate-x', running('app')), JOB, DISCOVERY);
    const drained = logs.drain(() => true).then(() => 'drained');
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    assert.equal(await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 10_000))]), 'drained');
  });
});
