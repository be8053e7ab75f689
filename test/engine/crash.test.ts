/**
 * A crash at every request: a deploy that changes four configs of six workloads is killed before and after each of its
 * requests took effect. Nothing that was referenced may be gone, nothing foreign may be touched, and one plain deploy
 * must end where an undisturbed one does.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/cluster/connect.js';
import { deploy } from '../../src/engine/deploy.js';
import { mapConcurrently } from '../../src/engine/mapConcurrently.js';
import type { Report } from '../../src/engine/report.js';
import { SET_ANNOTATION } from '../../src/objects/annotations.js';
import { referencesOf } from '../../src/objects/references.js';
import type { KubeObject } from '../../src/objects/object.js';
import { render } from '../../src/render/render.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { defaultDeployOptions } from './deployOptions.js';

const OVERLAYS = join(import.meta.dirname, '../fixtures/engine/crash');
const NAMESPACE = 'shop';
const KINDS = ['ConfigMap', 'Secret', 'Pod', 'ServiceAccount'];
const WORKLOADS = [
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'apps/ReplicaSet',
  'batch/CronJob',
  'batch/Job',
];

describe('a deploy that is killed at any request', function () {
  this.timeout(600_000);
  let folder: string;
  let firstState: string;
  let clock = 0;
  const now = (): number => Date.now() + clock;
  /** Creation times have whole seconds: what one run creates is older than the next run. */
  const later = (): number => (clock += 3000);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-crash-'));
    firstState = join(folder, 'before.json');
    const sandbox = await startSandbox({ now, stateFile: firstState });
    await createForeign(sandbox);
    assertDone(await run(sandbox, 'v1'), 'the first deploy');
    await sandbox.close();
  });
  after(() => rm(folder, { recursive: true }));

  it('leaves every reference good, and is finished by the next one', async () => {
    const undisturbed = await open();
    const original = objectsOf(undisturbed);
    assertDone(await run(undisturbed, 'v2'), 'the undisturbed deploy');
    const requests = undisturbed.faults.requests().length;
    const wanted = stateOf(undisturbed);
    await undisturbed.close();
    assert.ok(requests > 40, `a deploy has ${requests} requests`);
    assert.ok(!wanted.some((line) => line.includes('version1')), 'the old configs are pruned');

    const cases = Array.from({ length: requests }, (_, index) => index + 1).flatMap((n) =>
      (['before', 'after'] as const).map((when) => ({ n, when })),
    );
    await mapConcurrently(cases, 6, async ({ n, when }) => {
      const what = `killed ${when} request ${n} took effect`;
      const sandbox = await open();
      try {
        await killedRun(sandbox, n, when);
        checkInvariants(original, objectsOf(sandbox), what);
        later();
        assertDone(await run(sandbox, 'v2'), what);
        assert.deepEqual(stateOf(sandbox), wanted, what);
      } finally {
        await sandbox.close();
      }
    });
  });

  async function open(): Promise<Sandbox> {
    later();
    const copy = join(folder, `copy-${randomUUID()}.json`);
    await copyFile(firstState, copy);
    return startSandbox({ now, stateFile: copy });
  }

  /** From the n-th request on, nothing gets through any more: as for a process that is no more. */
  async function killedRun(sandbox: Sandbox, n: number, when: 'before' | 'after'): Promise<void> {
    const killed = new AbortController();
    let count = 0;
    const kill = (): void => void setImmediate(() => killed.abort(new Error('killed')));
    sandbox.faults.add({ kind: 'reset', when }, { on: () => ++count === n });
    sandbox.faults.add({ kind: 'reset', when: 'before' }, { on: () => count > n, times: Infinity });
    sandbox.faults.add({ kind: 'meanwhile', act: kill }, { on: () => count >= n, times: Infinity });
    try {
      await run(sandbox, 'v2', killed.signal);
    } catch (error) {
      if (!killed.signal.aborted) throw error;
    }
    sandbox.faults.clear();
  }

  async function run(sandbox: Sandbox, version: 'v1' | 'v2', killed?: AbortSignal): Promise<Report> {
    const signal = killed ?? new AbortController().signal;
    const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig, signal });
    try {
      const { objects } = await render(join(OVERLAYS, version), {});
      return await deploy(
        objects,
        { ...defaultDeployOptions('shop'), pruneLabel: 'appconfig=shop' },
        {
          cluster,
          now,
          signal,
          emit: () => undefined,
          confirm: () => Promise.resolve('impossible'),
          // The process that was killed is no more: its lock is free at once.
          runner: { identity: `run of ${version}`, hasEnded: () => true },
        },
      );
    } finally {
      await cluster.close();
    }
  }
});

/** What the deploy has no business with: a neighbour's revision, with the same label, and one without any. */
async function createForeign(sandbox: Sandbox): Promise<void> {
  const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig });
  const { resources } = await cluster.discover();
  const create = async (kind: string, name: string, rest: object): Promise<void> => {
    const resource = resources.find(
      (candidate) => candidate.group === '' && candidate.kind === kind && candidate.preferred,
    );
    assert.ok(resource);
    const namespace = resource.namespaced ? NAMESPACE : '';
    const object = { apiVersion: 'v1', kind, metadata: { name, ...(namespace !== '' && { namespace }), ...rest } };
    await cluster.apply({ resource, namespace, name }, object, { fieldManager: 'kapply' });
  };
  await create('Namespace', NAMESPACE, {});
  await create('ConfigMap', 'other-2222222222', {
    labels: { appconfig: 'shop' },
    annotations: { [SET_ANNOTATION]: 'other' },
  });
  await create('ConfigMap', 'plain', {});
  await cluster.close();
}

function objectsOf({ store }: Sandbox): KubeObject[] {
  return [...KINDS, ...WORKLOADS].flatMap((kind) => store.list(kind, { namespace: NAMESPACE }));
}

function assertDone(report: Report, what: string): void {
  assert.equal(
    report.summary.exitCode,
    0,
    `${what}: ${JSON.stringify(report.summary)} ${JSON.stringify(report.rollouts)}`,
  );
}

/** Every config that something refers to is there, and what is not ours is as it was. */
function checkInvariants(original: readonly KubeObject[], objects: readonly KubeObject[], what: string): void {
  const names = new Set(objects.map(({ kind, metadata: { name } }) => `${kind}/${name}`));
  for (const object of objects) {
    if (object.metadata.deletionTimestamp !== undefined || isRolledBackTo(object)) continue;
    for (const { kind, name, path } of referencesOf(object)) {
      assert.ok(
        names.has(`${kind}/${name}`),
        `${what}: ${object.kind}/${object.metadata.name} names ${kind}/${name} in ${path}, which is gone`,
      );
    }
  }
  for (const foreign of ['other-2222222222', 'plain']) {
    const find = (list: readonly KubeObject[]) =>
      list.find(({ kind, metadata: { name } }) => kind === 'ConfigMap' && name === foreign);
    assert.deepEqual(find(objects), find(original), `${what}: ConfigMap/${foreign} was touched`);
  }
}

/** An old ReplicaSet starts nothing: what it names may go. */
function isRolledBackTo(object: KubeObject): boolean {
  return object.kind === 'ReplicaSet' && (object.spec as { replicas?: number }).replicas === 0;
}

/** What a deploy is for: names, data and templates, without what depends on when it happened. */
function stateOf(sandbox: Sandbox): string[] {
  return objectsOf(sandbox)
    .filter(({ kind, metadata }) => kind !== 'Pod' && kind !== 'ReplicaSet' && metadata.deletionTimestamp === undefined)
    .filter(({ metadata }) => metadata.ownerReferences === undefined)
    .map(({ kind, metadata, data, spec }) => {
      const { template, jobTemplate } = (spec ?? {}) as { template?: { spec?: unknown }; jobTemplate?: unknown };
      return JSON.stringify([
        kind,
        metadata.name,
        metadata.labels?.appconfig,
        metadata.annotations?.[SET_ANNOTATION],
        data ?? {},
        template?.spec ?? jobTemplate ?? {},
      ]);
    })
    .sort();
}
