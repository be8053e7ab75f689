/**
 * A deploy that runs Jobs anew is killed after each request that writes. A run that went well is there at any
 * time, no two runs of one Job are at work at once, and one plain deploy ends where an undisturbed one does.
 */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/objects/object.js';
import type { RenderedObject } from '../../../src/objects/rendered.js';
import { deploy } from '../../../src/engine/run/deploy.js';
import { mapConcurrently } from '../../../src/engine/run/mapConcurrently.js';
import type { Report } from '../../../src/engine/run/report.js';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { defaultDeployOptions } from '../run/deployOptions.js';
import { killedRun } from '../run/killedRun.js';
import { makeStages, onStage, type Stage, type Stages } from '../run/stages.js';

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
  let stages: Stages;

  before(async () => {
    stages = await makeStages();
    const stage = await stages.open();
    const first = await run(stage, 'one');
    assert.equal(first.summary.exitCode, 0, JSON.stringify(first.summary));
    await stages.close(stage, 'before');
  });
  after(() => stages.remove());

  it('leaves a run that went well, and is finished by the next one', async () => {
    const undisturbed = await stages.open('before');
    assert.equal((await run(undisturbed, 'two')).summary.exitCode, 0);
    const asked = undisturbed.sandbox.faults.requests();
    const wanted = endOf(undisturbed.sandbox);
    await stages.close(undisturbed);
    assert.equal(wanted.length, FAMILIES.length);
    assert.ok(wanted.every((line) => line.includes(' true ')));

    // What is there before a request is what was there after the one before it.
    const cases = asked.flatMap(({ verb }, index) =>
      ['get', 'list', 'watch'].includes(verb) ? [] : [{ n: index + 1, when: 'after' as const }],
    );
    assert.ok(cases.length > 10, `${cases.length} cases`);
    await mapConcurrently(cases, 6, async ({ n, when }) => {
      const what = `killed ${when} request ${n} took effect`;
      const stage = await stages.open('before');
      const { sandbox, later } = stage;
      try {
        await killedRun(sandbox, { n, when }, (killed) => run(stage, 'two', killed));
        const left = jobsOf(sandbox);
        for (const family of FAMILIES) {
          const runs = left.filter((one) => familyOf(one) === family);
          assert.ok(runs.some(isGood), `${what}: no run of ${family} that went well`);
          assert.ok(runs.filter((one) => !isGood(one)).length <= 1, `${what}: two runs of ${family} at once`);
        }
        later();
        const again = await run(stage, 'two');
        assert.equal(again.summary.exitCode, 0, `${what}: ${JSON.stringify(again.summary)}`);
        assert.deepEqual(endOf(sandbox), wanted, what);
      } finally {
        await stages.close(stage);
      }
    });
  });

  function run(stage: Stage, version: string, killed?: AbortSignal): Promise<Report> {
    return onStage(stage, killed, (context) => deploy(rendered(version), defaultDeployOptions('shop'), context), {
      confirm: 'impossible',
    });
  }
});
