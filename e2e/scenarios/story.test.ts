/** The story that kapply exists for, step by step, on k8s/overlays/prod. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { useScenario } from '../harness/scenario.js';
import { actionOf, deployShop, environmentOfWeb, fateOf, generated, webPods, type Shop } from '../harness/shop.js';
import { startWitness } from '../harness/witness.js';

const kinds = ['ConfigMap', 'Secret', 'Service', 'Deployment', 'ReplicaSet', 'Pod'];

interface DeploymentStatus {
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
}

const familyOf = (names: readonly string[], family: string): string => {
  const found = names.filter((name) => name.startsWith(`${family}-`));
  assert.equal(found.length, 1, `one revision of ${family} in ${names.join(', ')}`);
  return found[0]!;
};

describe('the story: a changed configuration rolls out, and only then the old one goes', () => {
  const scenario = useScenario();
  let shop: Shop = {};

  const versions = async (): Promise<Record<string, string>> => {
    const all = await Promise.all(kinds.map((kind) => scenario.current.list(kind)));
    return Object.fromEntries(
      all.flat().map((object) => [`${object.kind}/${object.metadata.name}`, object.metadata.resourceVersion ?? '']),
    );
  };
  const podIds = async (): Promise<string[]> => (await webPods(scenario.current)).map((pod) => pod.metadata.uid ?? '');
  const change = async (to: Shop): ReturnType<typeof deployShop> => {
    shop = { ...shop, ...to };
    const ran = await deployShop(scenario.current, shop);
    assert.equal(ran.code, 0, ran.transcript);
    return ran;
  };

  it('the first deploy applies everything, the unlabelled Deployment as well, and waits until it runs', async () => {
    const { report } = await change({});
    assert.equal(report.summary.exitCode, 0);
    assert.equal(actionOf(report, 'Deployment', 'web'), 'created');
    assert.deepEqual(report.prune, []);
    const deployment = await scenario.current.get('Deployment', 'web');
    assert.equal(deployment.metadata.labels?.appconfig, undefined);
    assert.equal((deployment.status as DeploymentStatus).availableReplicas, 1);
    assert.equal((await generated(scenario.current, 'ConfigMap')).length, 2);
    assert.equal((await generated(scenario.current, 'Secret')).length, 1);
    const environment = await environmentOfWeb(scenario.current);
    assert.equal(environment.PASSWORD, 'password1');
    assert.equal(environment.GREETING, 'hello');
  });

  it('a second run of the same changes no resourceVersion', async () => {
    const before = await versions();
    const { report } = await change({});
    assert.deepEqual(await versions(), before);
    assert.ok(report.changes.every(({ action }) => action === 'unchanged'));
  });

  it('a change of a plain ConfigMap redeploys nothing', async () => {
    const pods = await podIds();
    const { report } = await change({ plain: 'two' });
    assert.equal(actionOf(report, 'ConfigMap', 'plain'), 'configured');
    assert.equal(actionOf(report, 'Deployment', 'web'), 'unchanged');
    assert.deepEqual(await podIds(), pods);
    const plain = await scenario.current.get('ConfigMap', 'plain');
    assert.deepEqual(plain.data, { value: 'two' });
  });

  for (const [what, to, kind, family] of [
    ['a literal', { greeting: 'good day' }, 'ConfigMap', 'app-config'],
    ['a file', { properties: 'colour=red' }, 'ConfigMap', 'app-files'],
    ['an env file', { password: 'password1b' }, 'Secret', 'db-credentials'],
  ] as const) {
    it(`a change of ${what} of a generator redeploys, and the old ${kind} goes`, async () => {
      const pods = await podIds();
      const before = await generated(scenario.current, kind);
      const old = familyOf(before, family);
      const { report } = await change(to);
      assert.equal(actionOf(report, 'Deployment', 'web'), 'configured');
      assert.equal(fateOf(report, kind, old), 'deleted');
      const after = await generated(scenario.current, kind);
      assert.ok(!after.includes(old));
      assert.notEqual(familyOf(after, family), old);
      assert.equal(after.length, before.length);
      const replaced = report.changes.find(({ name }) => name === familyOf(after, family));
      assert.equal(replaced?.replaces, old);
      assert.ok((await podIds()).every((id) => !pods.includes(id)));
    });
  }

  it('password1 becomes password2: no pod ever waits, and the old Secret goes after the rollout', async () => {
    const { current } = scenario;
    await change({ password: 'password1' });
    const old = familyOf(await generated(current, 'Secret'), 'db-credentials');
    const witness = await startWitness(current, 'Secret', 'Deployment', 'ReplicaSet');
    try {
      const { report } = await change({ password: 'password2' });
      const fresh = familyOf(await generated(current, 'Secret'), 'db-credentials');
      assert.notEqual(fresh, old);
      assert.equal(fateOf(report, 'Secret', old), 'deleted');

      const deployment = await current.get('Deployment', 'web');
      assert.ok(JSON.stringify(deployment.spec).includes(`"name":"${fresh}"`));
      assert.ok(!JSON.stringify(deployment.spec).includes(old));
      assert.equal((await environmentOfWeb(current)).PASSWORD, 'password2');
      assert.deepEqual(witness.configurationWaits(), []);

      const gone = witness.deletion('Secret', old);
      assert.ok(gone !== undefined, 'the old Secret was seen to go');
      const isRolledOut = (object: KubeObject): boolean => {
        const status = object.status as DeploymentStatus;
        return (
          JSON.stringify(object.spec).includes(fresh) &&
          status.observedGeneration === object.metadata.generation &&
          status.replicas === 1 &&
          status.updatedReplicas === 1 &&
          status.availableReplicas === 1
        );
      };
      const done = witness.of('Deployment').find(({ object }) => isRolledOut(object));
      assert.ok(done !== undefined, 'the rollout was seen to finish');
      assert.ok(done.revision < gone.revision, 'the rollout had finished before the Secret went');
      const made = witness.of('Secret').find(({ object }) => object.metadata.name === fresh);
      const rewritten = witness.of('Deployment').find(({ object }) => JSON.stringify(object.spec).includes(fresh));
      assert.ok((made?.revision ?? Infinity) < (rewritten?.revision ?? 0), 'the new Secret was there first');
    } finally {
      await witness.stop();
    }
  });

  it('says all of that in words as well, and no secret in any of them', async () => {
    const { stdout, stderr } = await change({ password: 'password3' });
    for (const text of [stdout, stderr]) {
      assert.ok(!text.includes('password2') && !text.includes('password3'));
      for (const secret of ['password2', 'password3']) {
        assert.ok(!text.includes(Buffer.from(secret).toString('base64')));
      }
    }
    assert.match(stderr, /Secret\/db-credentials-\w{10}/);
  });
});
