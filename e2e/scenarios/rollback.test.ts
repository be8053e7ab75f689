/** Back to the last good state on a real server: generated configs of three deploys, the third one broken. */
import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { useScenario } from '../harness/scenario.js';
import { kapply, kubectl } from '../harness/program.js';
import { deployShop, environmentOfWeb, overlayOf, pruneLabel, shopTree } from '../harness/shop.js';

describe('kapply rollback', () => {
  const scenario = useScenario();
  let rollbacks = 0;
  const of = ['--set', 'shop'];
  const keep = ['--keep', '2', ...of];
  const broken = "\n          readinessProbe: { exec: { command: ['false'] } }\n";

  /** What the pod that serves has read. */
  const passwordInUse = async (): Promise<string | undefined> => (await environmentOfWeb(scenario.current)).PASSWORD;
  async function rollback(...more: string[]) {
    const ran = await kapply(['rollback', '-n', scenario.current.namespace, ...of, '--yes', ...more]);
    rollbacks += 1;
    return ran;
  }

  it('brings the configs of the last good deploy back, and holds no secret in its records', async () => {
    const { current } = scenario;
    const { namespace } = current;
    for (const password of ['password1', 'password2']) {
      const ran = await deployShop(current, { password }, keep);
      assert.equal(ran.code, 0, ran.transcript);
    }
    const failed = await deployShop(current, { password: 'password3', container: broken }, [
      ...keep,
      '--timeout',
      '3s',
    ]);
    assert.equal(failed.code, 4, failed.transcript);

    const first = await rollback();
    assert.equal(first.code, 0, first.transcript);
    assert.equal(await passwordInUse(), 'password2');
    const second = await rollback();
    assert.equal(second.code, 0, second.transcript);
    assert.equal(await passwordInUse(), 'password1');
    const history = await kapply(['history', '-n', namespace, ...of]);
    assert.match(history.stdout, /#5 .*deployed.*back to #1/);

    const stdout = await kubectl(['-n', namespace, 'get', 'configmaps', '-l', 'kapply.dev/record-of', '-o', 'json']);
    const { items } = JSON.parse(stdout) as { readonly items: readonly { binaryData?: Record<string, string> }[] };
    assert.equal(items.length, 5);
    const text = items.flatMap(({ binaryData = {} }) =>
      Object.values(binaryData).map((value) => gunzipSync(Buffer.from(value, 'base64')).toString()),
    );
    for (const secret of ['password1', 'password2', 'password3']) {
      assert.ok(![stdout, ...text].join('').includes(secret), secret);
      assert.ok(!text.join('').includes(Buffer.from(secret).toString('base64')), secret);
    }
  });

  it('goes back by itself where a rollout fails, and the next deploy is no surprise', async () => {
    const { current } = scenario;
    await current.write(shopTree(current.namespace, { password: 'password4', container: broken }));
    const deploy = ['deploy', '-k', overlayOf(current), '--prune-label', pruneLabel, '--timeout', '3s', ...keep];
    const failed = await kapply([...deploy, '--rollback-on-failure']);
    rollbacks += 1;
    assert.equal(failed.code, 4, failed.transcript);
    assert.match(failed.transcript, /Rolling back[^]*rolled back: /);
    assert.equal(await passwordInUse(), 'password1');
    const next = await deployShop(current, { password: 'password5' }, keep);
    assert.equal(next.code, 0, next.transcript);
    assert.equal(await passwordInUse(), 'password5');
  });

  it('goes back with all but the size of a volume, which no server makes smaller', async () => {
    const { current } = scenario;
    const { namespace } = current;
    const name = `${namespace}-volumes`;
    const cluster = { name, namespace: '' };
    await current.apply(
      {
        ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: cluster },
        ...{ provisioner: 'kubernetes.io/no-provisioner', allowVolumeExpansion: true },
      },
      {
        ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: cluster },
        spec: {
          ...{ capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: name },
          hostPath: { path: '/tmp/none' },
        },
      },
    );
    const args = ['--set', 'claims', '-n', namespace];
    const deploy = async (color: string, storage: string): Promise<void> => {
      await current.write({
        'claims/all.yaml': [
          `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: color }\ndata: { color: ${color} }\n`,
          `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], storageClassName: ${name}, resources: { requests: { storage: ${storage} } } }\n`,
        ].join('---\n'),
      });
      const ran = await kapply(['deploy', '-f', `${current.folder}/claims/all.yaml`, ...args, '--yes']);
      assert.equal(ran.code, 0, ran.transcript);
    };
    await deploy('red', '1Gi');
    await deploy('blue', '2Gi');
    const back = await kapply(['rollback', ...args, '--yes']);
    rollbacks += 1;
    assert.equal(back.code, 0, back.transcript);
    assert.match(back.transcript, /PersistentVolumeClaim\/data stays as it is now: .*2Gi there, 1Gi in the manifest/);
    assert.deepEqual((await current.get('ConfigMap', 'color')).data, { color: 'red' });
    const claim = await current.get('PersistentVolumeClaim', 'data');
    assert.match(JSON.stringify(claim.spec), /"requests":\{"storage":"2Gi"\}/);
  });

  after(() => console.log(`      ${rollbacks} rollbacks`));
});
