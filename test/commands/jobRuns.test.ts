/** Jobs of a deploy that are run anew (`kapply.dev/run`), as whole commands on a sandbox: docs/jobs.md. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

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
  let sandbox: Sandbox;
  let overlay: Overlay;
  let clock = 0;

  before(async () => (sandbox = await startSandbox({ now: () => Date.now() + clock })));
  after(() => sandbox.close());
  beforeEach(async () => (overlay = await makeOverlay({ 'job.yaml': '' })));
  afterEach(() => overlay.remove());

  let namespace = '';
  let count = 0;
  beforeEach(() => {
    namespace = `jobs-${++count}`;
    sandbox.store.create('Namespace', { metadata: { name: namespace } } as never);
  });

  const runs = (): readonly KubeObject[] => sandbox.store.list('batch/Job', { namespace });
  const uids = (): string[] => runs().map(({ metadata }) => metadata.uid ?? '');
  const names = (): string[] =>
    runs()
      .map(({ metadata }) => metadata.name)
      .sort();
  function kapply(verb: string, ...more: string[]) {
    // Creation times have whole seconds: what one command makes is older than the next one.
    clock += 3000;
    const argv = [verb, '-f', 'job.yaml', '-n', namespace, '--set', 'shop', ...more];
    return runKapply(argv, { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } });
  }
  const write = ({ run = 'on-change', script = GOOD, more = '' }: Partial<Step>): Promise<void> =>
    overlay.write({ 'job.yaml': job(run === 'none' ? undefined : run, script, more) });

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
});
