/** Everybody's first deploy: the same overlay was applied with kubectl before, in one of its two ways. */
import assert from 'node:assert/strict';
import { kubectl } from '../harness/program.js';
import { aSecondLater, useScenario } from '../harness/scenario.js';
import { actionOf, deployShop, environmentOfWeb, fateOf, generated, overlayOf, shopTree } from '../harness/shop.js';
import { startWitness } from '../harness/witness.js';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const kinds = ['ConfigMap', 'Secret', 'Service', 'Deployment'];

for (const [how, flags] of [
  ['kubectl apply -k', []],
  ['kubectl apply --server-side -k', ['--server-side']],
] as const) {
  describe(`the first deploy after ${how}`, () => {
    const scenario = useScenario();
    let stale: string[];

    before(async () => {
      const { current } = scenario;
      const plain = 'one\n  old: gone-soon';
      await current.write(shopTree(current.namespace, { password: 'password1', replicas: 3, plain }));
      await kubectl(['apply', ...flags, '-k', overlayOf(current)]);
      await current.write(shopTree(current.namespace, { password: 'password2', replicas: 3, plain }));
      await kubectl(['apply', ...flags, '-k', overlayOf(current)]);
      assert.equal((await generated(current, 'Secret')).length, 2, 'kubectl leaves the stale one');
      stale = await generated(current, 'Secret');
      await aSecondLater();
    });

    it('meets no conflict, removes what the manifest lacks, keeps the replicas, prunes what is stale', async () => {
      const { current } = scenario;
      const witness = await startWitness(current, 'Secret');
      try {
        const ran = await deployShop(current, { password: 'password3', replicas: null });
        assert.equal(ran.code, 0, ran.transcript);
        assert.deepEqual((await current.get('ConfigMap', 'plain')).data, { value: 'one' });
        const deployment = await current.get('Deployment', 'web');
        assert.equal((deployment.spec as { replicas: number }).replicas, 3);
        for (const name of stale) assert.equal(fateOf(ran.report, 'Secret', name), 'deleted');
        assert.deepEqual(witness.configurationWaits(), []);
        for (const kind of kinds) {
          for (const object of await current.list(kind)) {
            if (object.metadata.name === 'kube-root-ca.crt') continue;
            const id = `${kind}/${object.metadata.name}`;
            assert.equal(object.metadata.annotations?.[lastApplied], undefined, id);
            const managers = object.metadata.managedFields?.map(({ manager }) => manager) ?? [];
            assert.ok(!managers.some((manager) => manager?.startsWith('kubectl')), `${id}: ${managers.join(', ')}`);
          }
        }
      } finally {
        await witness.stop();
      }
    });

    it('is an ordinary one from then on: the replicas stay, and the same again changes nothing', async () => {
      const { current } = scenario;
      const again = await deployShop(current, { password: 'password3', replicas: null });
      assert.equal(again.code, 0, again.transcript);
      assert.ok(
        again.report.changes.every(({ action }) => action === 'unchanged'),
        again.transcript,
      );
      const changed = await deployShop(current, { password: 'password4', replicas: null });
      assert.equal(changed.code, 0, changed.transcript);
      const deployment = await current.get('Deployment', 'web');
      assert.equal((deployment.spec as { replicas: number }).replicas, 3);
      const one = await deployShop(current, { password: 'password4', replicas: 1 });
      assert.equal(one.code, 0, one.transcript);
      assert.equal(actionOf(one.report, 'Deployment', 'web'), 'configured');
      assert.equal((await environmentOfWeb(current)).PASSWORD, 'password4');
    });
  });
}

describe('kubectl scale after a deploy', () => {
  const scenario = useScenario();

  it('is a conflict where the manifest names another number', async () => {
    const { current } = scenario;
    const first = await deployShop(current, { replicas: 1 });
    assert.equal(first.code, 0, first.transcript);
    await kubectl(['-n', current.namespace, 'scale', 'deployment/web', '--replicas=2']);
    const ran = await deployShop(current, { replicas: 1, password: 'password2' });
    assert.equal(ran.code, 5, ran.transcript);
    assert.match(ran.stderr, /replicas/);
    assert.match(ran.stderr, /kubectl/);
  });

  it('is kept where the manifest names no replicas', async () => {
    const { current } = scenario;
    const ran = await deployShop(current, { replicas: null, password: 'password2' });
    assert.equal(ran.code, 0, ran.transcript);
    const deployment = await current.get('Deployment', 'web');
    assert.equal((deployment.spec as { replicas: number }).replicas, 2);
  });
});
