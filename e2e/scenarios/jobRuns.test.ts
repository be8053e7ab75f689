/** Jobs that are run anew, and a chart's hooks, on a real server: docs/jobs.md. */
import assert from 'node:assert/strict';
import { ApiError } from '../../src/cluster/apiError.js';
import { findPreferred } from '../../src/cluster/cluster.js';
import type { KubeObject } from '../../src/objects/object.js';
import { useScenario } from '../harness/scenario.js';
import { deployShop, fateOf, generated, type Shop } from '../harness/shop.js';

const job = (name: string, annotations: string, command = 'printenv', ttl = 'ttlSecondsAfterFinished: 0'): string => `
apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations: { ${annotations} }
spec:
  backoffLimit: 0
  ${ttl}
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: busybox:1.37
          command: [sh, -c, ${JSON.stringify(command)}]
          envFrom:
            - secretRef: { name: db-credentials }
`;

describe('Jobs that are run anew', () => {
  const scenario = useScenario();
  const shop = (password: string, files: Readonly<Record<string, string>>): Shop => ({
    password,
    resources: Object.keys(files),
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`k8s/overlays/prod/${name}`, text])),
  });
  const runsOf = async (family: string): Promise<KubeObject[]> =>
    [...(await scenario.current.list('Job'))].filter(
      ({ metadata }) => metadata.labels?.['kapply.dev/run-of'] === family,
    );
  const onChange = (command?: string): Readonly<Record<string, string>> => ({
    'job.yaml': job('migrate', 'kapply.dev/run: on-change', command),
  });

  it('runs with the first deploy, and not with the next one that changes nothing: no time to live takes it away', async () => {
    const { current } = scenario;
    const first = await deployShop(current, shop('password1', onChange()));
    assert.equal(first.code, 0, first.transcript);
    const before = await runsOf('migrate');
    assert.equal(before.length, 1);
    const again = await deployShop(current, shop('password1', onChange()));
    assert.equal(again.code, 0, again.transcript);
    assert.deepEqual(
      (await runsOf('migrate')).map(({ metadata }) => metadata.uid),
      before.map(({ metadata }) => metadata.uid),
    );
  });

  it('runs anew with a changed config; the run before stays while the new one fails, and goes when it has gone well', async () => {
    const { current } = scenario;
    const [good] = await runsOf('migrate');
    const failed = await deployShop(current, shop('password2', onChange('echo no database; exit 3')));
    assert.equal(failed.code, 3, failed.transcript);
    assert.match(failed.transcript, /no database/);
    assert.ok((await runsOf('migrate')).some(({ metadata }) => metadata.uid === good?.metadata.uid));

    const secrets = await generated(current, 'Secret');
    const mended = await deployShop(current, shop('password2', onChange()));
    assert.equal(mended.code, 0, mended.transcript);
    assert.equal(fateOf(mended.report, 'Job', good?.metadata.name ?? ''), 'deleted');
    const [left, ...more] = await runsOf('migrate');
    assert.equal(more.length, 0);
    assert.equal((left?.status as { succeeded?: number }).succeeded, 1);
    assert.ok(secrets.length > (await generated(current, 'Secret')).length, 'the old Secret is free to go');
  });

  it('changes in place what the server lets change, and nothing else is called so', async () => {
    const { current } = scenario;
    const [run] = await runsOf('migrate');
    const { cluster } = current;
    const resource = findPreferred(await cluster.discover(), 'batch', 'Job')!;
    const address = { resource, namespace: current.namespace, name: run?.metadata.name ?? '' };
    const isTaken = async (spec: object): Promise<boolean> => {
      try {
        const options = { type: 'merge', fieldManager: 'test', dryRun: true } as const;
        await cluster.patch(address, { spec } as never, options);
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status.reason === 'Invalid') return false;
        throw error;
      }
    };
    const fields: Readonly<Record<string, readonly [object, boolean]>> = {
      activeDeadlineSeconds: [{ activeDeadlineSeconds: 900 }, true],
      backoffLimit: [{ backoffLimit: 3 }, true],
      parallelism: [{ parallelism: 2 }, true],
      suspend: [{ suspend: true }, true],
      ttlSecondsAfterFinished: [{ ttlSecondsAfterFinished: 900 }, true],
      completions: [{ completions: 2 }, false],
      template: [{ template: { metadata: { labels: { a: 'b' } } } }, false],
      podReplacementPolicy: [{ podReplacementPolicy: 'Failed' }, true],
      completionMode: [{ completionMode: 'Indexed' }, false],
    };
    for (const [field, [spec, taken]] of Object.entries(fields)) {
      assert.equal(await isTaken(spec), taken, field);
    }
  });

  it('runs a chart’s hooks in their place at every deploy, and those of other moments never', async () => {
    const { current } = scenario;
    const files = {
      'first.yaml': job('first', 'helm.sh/hook: "pre-install,pre-upgrade"', 'printenv', ''),
      'last.yaml': job('last', 'argocd.argoproj.io/hook: PostSync'),
      'wipe.yaml': job('wipe', 'helm.sh/hook: pre-delete'),
    };
    for (const password of ['password3', 'password4']) {
      const ran = await deployShop(current, shop(password, files));
      assert.equal(ran.code, 0, ran.transcript);
      assert.equal(ran.report.warnings.filter((text) => /Job\/wipe is a hook/.test(text)).length, 1);
      const names = ran.report.changes.map(({ kind, name }) => `${kind}/${name.replace(/-r\d+$/, '')}`);
      assert.ok(names.indexOf('Job/first') < names.indexOf('Deployment/web'), names.join());
      assert.equal(names.at(-1), 'Job/last');
      assert.ok(!names.includes('Job/wipe'));
    }
    assert.equal(await current.find('Job', 'wipe'), undefined);
    assert.deepEqual(
      (await runsOf('first')).map(({ metadata }) => metadata.name),
      ['first-r2'],
    );
  });
});
