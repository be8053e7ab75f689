/**
 * A deploy that runs Jobs anew is killed after each request that writes. A run that went well is there at any
 * time, no two runs of one Job are at work at once, and one plain deploy ends where an undisturbed one does.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/cluster/connect.js';
import type { KubeObject } from '../../../src/objects/object.js';
import type { RenderedObject } from '../../../src/objects/rendered.js';
import { deploy } from '../../../src/engine/run/deploy.js';
import { mapConcurrently } from '../../../src/engine/run/mapConcurrently.js';
import type { Report } from '../../../src/engine/run/report.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.js';
import { defaultDeployOptions } from '../run/deployOptions.js';
import { killedRun } from '../run/killedRun.js';

const NAMESPACE = 'default';
const FAMILIES = ['migrate', 'seed', 'before'];

function job(name: string, annotations: Readonly<Record<string, string>>, script: string): RenderedObject {
  const container = { name: 'main', image: 'shop/job:1', command: ['sh', '-c', script] };
  const spec = { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [container] } } };
  const object = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, annotations }, spec };
  return { object, origin: { file: 'jobs.yaml' }, generated: false };
}
const rendered = (version: string): RenderedObject[] => [
  job('migrate', { 'kapply.dev/run': 'on-change' }, `echo ${version}`),
  job('seed', { 'kapply.dev/run': 'always' }, 'true'),
  job('before', { 'helm.sh/hook': 'pre-install,pre-upgrade' }, `echo ${version}`),
];

const familyOf = ({ metadata: { labels } }: KubeObject): string => labels?.['kapply.dev/run-of'] ?? '';
const isGood = ({ status }: KubeObject): boolean =>
  ((status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? []).some(
    ({ type, status: is }) => type === 'Complete' && is === 'True',
  );
const scriptOf = ({ spec }: KubeObject): string | undefined =>
  (spec as { template: { spec: { containers: { command: string[] }[] } } }).template.spec.containers[0]?.command[2];
const jobsOf = (sandbox: Sandbox): readonly KubeObject[] => sandbox.store.list('batch/Job', { namespace: NAMESPACE });
const endOf = (sandbox: Sandbox): string[] =>
  jobsOf(sandbox)
    .map((run) => `${familyOf(run)} ${isGood(run)} ${scriptOf(run)}`)
    .sort();

describe('a deploy of Jobs that is killed at any request', function () {
  this.timeout(300_000);
  let folder: string;
  let firstState: string;
  let clock = 0;
  const now = (): number => Date.now() + clock;
  const later = (): number => (clock += 3000);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-jobs-'));
    firstState = join(folder, 'before.json');
    const sandbox = await startSandbox({ now, stateFile: firstState });
    const first = await run(sandbox, 'one');
    assert.equal(first.summary.exitCode, 0, JSON.stringify(first.summary));
    await sandbox.close();
  });
  after(() => rm(folder, { recursive: true }));

  it('leaves a run that went well, and is finished by the next one', async () => {
    const undisturbed = await open();
    assert.equal((await run(undisturbed, 'two')).summary.exitCode, 0);
    const asked = undisturbed.faults.requests();
    const wanted = endOf(undisturbed);
    await undisturbed.close();
    assert.equal(wanted.length, FAMILIES.length);
    assert.ok(wanted.every((line) => line.includes(' true ')));

    // What is there before a request is what was there after the one before it.
    const cases = asked.flatMap(({ verb }, index) =>
      ['get', 'list', 'watch'].includes(verb) ? [] : [{ n: index + 1, when: 'after' as const }],
    );
    assert.ok(cases.length > 10, `${cases.length} cases`);
    await mapConcurrently(cases, 6, async ({ n, when }) => {
      const what = `killed ${when} request ${n} took effect`;
      const sandbox = await open();
      try {
        await killedRun(sandbox, { n, when }, (killed) => run(sandbox, 'two', killed));
        const left = jobsOf(sandbox);
        for (const family of FAMILIES) {
          const runs = left.filter((one) => familyOf(one) === family);
          assert.ok(runs.some(isGood), `${what}: no run of ${family} that went well`);
          assert.ok(runs.filter((one) => !isGood(one)).length <= 1, `${what}: two runs of ${family} at once`);
        }
        later();
        const again = await run(sandbox, 'two');
        assert.equal(again.summary.exitCode, 0, `${what}: ${JSON.stringify(again.summary)}`);
        assert.deepEqual(endOf(sandbox), wanted, what);
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

  async function run(sandbox: Sandbox, version: string, killed?: AbortSignal): Promise<Report> {
    const signal = killed ?? new AbortController().signal;
    const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig, signal });
    try {
      return await deploy(rendered(version), defaultDeployOptions('shop'), {
        cluster,
        now,
        signal,
        emit: () => undefined,
        confirm: () => Promise.resolve('impossible'),
        runner: { identity: `run of ${version}`, hasEnded: () => true },
      });
    } finally {
      await cluster.close();
    }
  }
});
