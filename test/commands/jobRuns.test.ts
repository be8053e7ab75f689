/** Jobs of a deploy that are run anew (`kapply.dev/run`), as whole commands on a sandbox: docs/jobs.md. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { runKapply } from './runKapply.js';
import { sandboxScene } from './sandboxScene.js';

const job = (run: string | undefined, script: string, more = ''): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate${run === undefined ? '' : `, annotations: { kapply.dev/run: ${run} }`} }
spec:
  backoffLimit: 0
  ${more}
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: migrate, image: 'shop/migrate:1', command: [sh, -c, "${script}"] }]
`;

/** One deploy: what is deployed, how it ends, and whether the Job ran in it. */
interface Step {
  readonly run?: string;
  readonly script?: string;
  readonly more?: string;
  readonly exit?: number;
  readonly ran: boolean;
  /** How many runs are in the cluster afterwards. */
  readonly left: number;
}
const GOOD = 'true';
const BAD = 'exit 1';

/** docs/jobs.md, the table: each row is a history of deploys. */
const HISTORIES: Readonly<Record<string, readonly Step[]>> = {
  'on-change: unchanged and done, nothing runs': [
    { ran: true, left: 1 },
    { ran: false, left: 1 },
  ],
  'on-change: changed, it runs anew and the one before goes': [
    { ran: true, left: 1 },
    { script: 'echo 2', ran: true, left: 1 },
    { script: 'echo 2', ran: false, left: 1 },
  ],
  'on-change: failed, it runs again at the next deploy, and again': [
    { script: BAD, exit: 3, ran: true, left: 1 },
    { script: BAD, exit: 3, ran: true, left: 1 },
    { script: GOOD, ran: true, left: 1 },
  ],
  'on-change: the new one fails, and the one before stays': [
    { ran: true, left: 1 },
    { script: BAD, exit: 3, ran: true, left: 2 },
    { script: BAD, exit: 3, ran: true, left: 2 },
    { script: 'echo mended', ran: true, left: 1 },
  ],
  'on-change: back to what ran before the failure, it runs again': [
    { ran: true, left: 1 },
    { script: BAD, exit: 3, ran: true, left: 2 },
    { ran: true, left: 1 },
    { ran: false, left: 1 },
  ],
  'on-change: its time to live does not make it run again': [
    { more: 'ttlSecondsAfterFinished: 0', ran: true, left: 1 },
    { more: 'ttlSecondsAfterFinished: 0', ran: false, left: 1 },
  ],
  'on-change: what can be changed in place is no change': [
    { ran: true, left: 1 },
    { more: 'activeDeadlineSeconds: 900', ran: false, left: 1 },
  ],
  'always: it runs at every deploy, and the one before goes': [
    { run: 'always', ran: true, left: 1 },
    { run: 'always', ran: true, left: 1 },
    { run: 'always', ran: true, left: 1 },
  ],
  'always: the new one fails, and the one before stays': [
    { run: 'always', ran: true, left: 1 },
    { run: 'always', script: BAD, exit: 3, ran: true, left: 2 },
    { run: 'always', script: BAD, exit: 3, ran: true, left: 3 },
    { run: 'always', ran: true, left: 1 },
  ],
  'on-failure: done, it does not run again, whatever changes': [
    { run: 'on-failure', ran: true, left: 1 },
    { run: 'on-failure', script: 'echo 2', ran: false, left: 1 },
  ],
  'on-failure: failed, it runs again': [
    { run: 'on-failure', script: BAD, exit: 3, ran: true, left: 1 },
    { run: 'on-failure', ran: true, left: 1 },
    { run: 'on-failure', ran: false, left: 1 },
  ],
  'a Job that had no policy is the first of its runs': [
    { run: 'none', ran: true, left: 1 },
    { run: 'on-change', script: 'echo 2', ran: true, left: 1 },
    { run: 'always', script: 'echo 2', ran: true, left: 1 },
  ],
};

describe('Jobs that are run anew', function () {
  this.timeout(60_000);
  const scene = sandboxScene({ 'job.yaml': '' });
  const namespace = 'jobs';
  beforeEach(() => {
    scene.sandbox.store.create('Namespace', { metadata: { name: namespace } } as never);
  });

  const runs = (): readonly KubeObject[] => scene.sandbox.store.list('batch/Job', { namespace });
  const uids = (): string[] => runs().map(({ metadata }) => metadata.uid ?? '');
  const names = (): string[] =>
    runs()
      .map(({ metadata }) => metadata.name)
      .sort();
  function kapply(verb: string, ...more: string[]) {
    const set = more.includes('--set') ? [] : ['--set', 'shop'];
    return scene.kapply(verb, '-f', 'job.yaml', '-n', namespace, ...set, ...more);
  }
  const write = ({ run = 'on-change', script = GOOD, more = '' }: Partial<Step>): Promise<void> =>
    scene.overlay.write({ 'job.yaml': job(run === 'none' ? undefined : run, script, more) });

  for (const [name, steps] of Object.entries(HISTORIES)) {
    it(name, async () => {
      for (const [index, step] of steps.entries()) {
        const before = uids();
        await write(step);
        const { exitCode, stdout, stderr } = await kapply('deploy');
        const what = `deploy ${index + 1}: ${stdout}${stderr}`;
        assert.equal(exitCode, step.exit ?? 0, what);
        assert.equal(
          uids().some((uid) => !before.includes(uid)),
          step.ran,
          what,
        );
        assert.equal(runs().length, step.left, `${what} ${names().join()}`);
      }
    });
  }

  it('says why it runs, and a diff of what has run is none', async () => {
    await write({});
    assert.match((await kapply('diff')).stdout, /migrate-[0-9a-f]{8} .*create, runs for the first time/);
    assert.equal((await kapply('deploy')).exitCode, 0);
    const [first = ''] = names();
    const same = await kapply('diff');
    assert.equal(same.exitCode, 0, same.stdout);

    await write({ script: 'echo 2' });
    const changed = await kapply('diff');
    assert.equal(changed.exitCode, 1);
    assert.match(changed.stdout, new RegExp(`create, replaces ${first}, runs anew: it is not what Job/${first} was`));
    assert.match(changed.stdout, new RegExp(`Job/${first} .*an earlier run, until Job/migrate-.* has gone well`));
    assert.deepEqual(names(), [first]);

    await write({ run: 'always' });
    assert.equal((await kapply('deploy')).exitCode, 0);
    const always = await kapply('diff');
    assert.equal(always.exitCode, 1);
    assert.match(always.stdout, /Job\/migrate-r2 .*create, replaces migrate-r1, runs at every deploy/);
  });

  it('runs as a plan file says, and once', async () => {
    await write({ run: 'always' });
    assert.equal((await kapply('deploy')).exitCode, 0);
    assert.equal((await kapply('plan', '-o', 'plan.json')).exitCode, 0);
    const planned = (): ReturnType<typeof runKapply> =>
      runKapply(['deploy', '--plan', 'plan.json'], {
        ...scene.environment(),
      });
    const first = await planned();
    assert.equal(first.exitCode, 0, first.stdout + first.stderr);
    assert.deepEqual(names(), ['migrate-r2']);
    const second = await planned();
    assert.notEqual(second.exitCode, 0, second.stdout);
    assert.deepEqual(names(), ['migrate-r2']);
  });

  it('keeps earlier runs with --keep, and what is marked', async () => {
    await write({ run: 'always' });
    for (let deploys = 0; deploys < 4; deploys++) assert.equal((await kapply('deploy', '--keep', '2')).exitCode, 0);
    assert.deepEqual(names(), ['migrate-r2', 'migrate-r3', 'migrate-r4']);
    const marked = scene.sandbox.store.get('batch/Job', namespace, 'migrate-r2')!;
    const annotations = { ...marked.metadata.annotations, 'kapply.dev/prune': 'disabled' };
    scene.sandbox.store.update('batch/Job', { ...marked, metadata: { ...marked.metadata, annotations } });
    assert.doesNotMatch((await kapply('diff')).stdout, /Job\/migrate-r2 .*an earlier run/);
    assert.equal((await kapply('deploy')).exitCode, 0);
    assert.deepEqual(names(), ['migrate-r2', 'migrate-r5']);
  });

  it('leaves the runs of another set alone, and those that a CronJob or a person made', async () => {
    await write({});
    assert.equal((await kapply('deploy', '--set', 'other')).exitCode, 0);
    const others = names();
    await write({ script: 'echo ours' });
    assert.equal((await kapply('deploy')).exitCode, 0);
    assert.equal(runs().length, 2);
    await write({ script: 'echo ours again' });
    assert.equal((await kapply('deploy')).exitCode, 0);
    assert.equal(runs().length, 2);
    for (const other of others) assert.ok(names().includes(other));
  });

  it('shows the newest run in a status, and deletes all of them with the set', async () => {
    await write({ run: 'always' });
    assert.equal((await kapply('deploy')).exitCode, 0);
    await write({ run: 'always', script: BAD });
    assert.equal((await kapply('deploy')).exitCode, 3);
    const status = await kapply('status', '--exit-code');
    assert.equal(status.exitCode, 1, status.stdout);
    assert.match(status.stdout, /migrate-r2/);
    assert.doesNotMatch(status.stdout, /migrate-r1/);
    const deleted = await kapply('delete', '--yes');
    assert.equal(deleted.exitCode, 0, deleted.stdout + deleted.stderr);
    assert.deepEqual(names(), []);
  });

  describe('while one is still there', () => {
    const timeOf = (run: KubeObject | undefined, field: string): number =>
      Date.parse((run?.status as Record<string, string> | undefined)?.[field] ?? '');
    const runOf = (name: string): KubeObject | undefined => scene.sandbox.store.get('batch/Job', namespace, name);

    it('waits for its end, and deletes nothing that is at work', async () => {
      await write({ run: 'always', script: 'sleep 1' });
      assert.equal((await kapply('deploy', '--no-wait')).exitCode, 0);
      const second = await kapply('deploy', '--keep', '1');
      assert.equal(second.exitCode, 0, second.stdout + second.stderr);
      const [first, next] = [runOf('migrate-r1'), runOf('migrate-r2')];
      assert.ok(timeOf(first, 'completionTime') <= timeOf(next, 'startTime'), names().join());
    });

    it('runs twice, one after the other, where two deploys begin at once', async () => {
      await write({ run: 'always', script: 'sleep 1' });
      const both = await Promise.all([kapply('deploy', '--keep', '5'), kapply('deploy', '--keep', '5')]);
      for (const { exitCode, stdout, stderr } of both) assert.equal(exitCode, 0, stdout + stderr);
      assert.deepEqual(names(), ['migrate-r1', 'migrate-r2']);
      assert.ok(timeOf(runOf('migrate-r1'), 'completionTime') <= timeOf(runOf('migrate-r2'), 'startTime'));
    });

    it('is refused where that does not end in time', async () => {
      await write({ run: 'on-change', script: 'sleep 600' });
      assert.equal((await kapply('deploy', '--no-wait')).exitCode, 0);
      const [before] = uids();
      await write({ run: 'on-change', script: GOOD });
      const { exitCode, stdout, stderr } = await kapply('deploy', '--timeout', '100ms');
      assert.equal(exitCode, 5, stdout + stderr);
      assert.match(stdout + stderr, /Job\/migrate-[0-9a-f]{8} still runs/);
      assert.match(stdout + stderr, /kubectl .*delete job migrate-[0-9a-f]{8}/);
      assert.deepEqual(uids(), [before]);
    });

    it('deletes one that has not begun before its successor begins', async () => {
      await scene.overlay.write({
        'job.yaml': job('on-change', GOOD).replace('shop/migrate:1', 'shop/does-not-exist'),
      });
      assert.equal((await kapply('deploy', '--no-wait')).exitCode, 0);
      const [stuck = ''] = names();
      await write({});
      const { exitCode, stdout, stderr } = await kapply('deploy');
      assert.equal(exitCode, 0, stdout + stderr);
      assert.equal(names().length, 1);
      assert.ok(!names().includes(stuck));
    });
  });

  it('is no candidate of a prune while its successor has not gone well', async () => {
    const label = ['--prune-label', 'app=shop', '--prune-kind', 'batch/Job'];
    const labelled = (script: string): Promise<void> =>
      scene.overlay.write({
        'job.yaml': job('on-change', script).replace('name: migrate,', 'name: migrate, labels: { app: shop },'),
      });
    await labelled(GOOD);
    assert.equal((await kapply('deploy', ...label)).exitCode, 0);
    await labelled(BAD);
    const failed = await kapply('deploy', ...label);
    assert.equal(failed.exitCode, 3, failed.stdout + failed.stderr);
    assert.equal(runs().length, 2);
    await labelled('echo 3');
    const { exitCode, stdout, stderr } = await kapply('deploy', ...label, '-o', 'json');
    assert.equal(exitCode, 0, stdout + stderr);
    const { prune } = JSON.parse(stdout) as { prune: { outcome: string }[] };
    assert.deepEqual(
      prune.map(({ outcome }) => outcome),
      ['deleted', 'deleted'],
    );
    assert.equal(runs().length, 1);
  });

  it('leaves out what is never to run, and says so', async () => {
    await scene.overlay.write({
      'job.yaml': `${job('never', GOOD)}---\n${job(undefined, GOOD).replace('name: migrate', 'name: other')}`,
    });
    const { exitCode, stdout } = await kapply('deploy');
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /Job\/migrate is marked kapply.dev\/run: never, and left out/);
    assert.deepEqual(names(), ['other']);
  });

  const WRONG: Readonly<Record<string, string>> = {
    sometimes: job('sometimes', GOOD),
    'always is for Jobs': `{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, annotations: { kapply.dev/run: always } } }`,
  };
  for (const [what, text] of Object.entries(WRONG)) {
    it(`refuses what is no policy, or no Job: ${what}`, async () => {
      await scene.overlay.write({ 'job.yaml': text });
      const { exitCode, stdout, stderr } = await kapply('deploy');
      assert.equal(exitCode, 2);
      assert.match(stdout + stderr, /kapply\.dev\/run/);
    });
  }
});
