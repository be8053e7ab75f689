/** Looking without touching: render, diff and both dry runs. */
import assert from 'node:assert/strict';
import { binary } from '../control-plane/build.js';
import { environment } from '../harness/environment.js';
import { kapply, runProgram } from '../harness/program.js';
import { useScenario } from '../harness/scenario.js';
import { deployShop, overlayOf, pruneLabel, shopTree } from '../harness/shop.js';

const kinds = ['ConfigMap', 'Secret', 'Service', 'Deployment', 'ReplicaSet', 'Pod'];

describe('looking without touching', () => {
  const scenario = useScenario();

  const versions = async (): Promise<string[]> => {
    const all = await Promise.all(kinds.map((kind) => scenario.current.list(kind)));
    return all.flat().map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.resourceVersion ?? ''}`);
  };

  before(async () => {
    const ran = await deployShop(scenario.current, { password: 'password1' });
    assert.equal(ran.code, 0, ran.transcript);
  });

  it('diff exits 0 where there is no difference', async () => {
    const ran = await kapply(['diff', '-k', overlayOf(scenario.current), '--prune-label', pruneLabel]);
    assert.equal(ran.code, 0, ran.transcript);
  });

  it('diff exits 1 where there is one, shows the plan with what would be pruned, and no secret', async () => {
    const { current } = scenario;
    await current.write(shopTree(current.namespace, { password: 'password2', greeting: 'good day' }));
    const before = await versions();
    const ran = await kapply(['diff', '-k', overlayOf(current), '--prune-label', pruneLabel]);
    assert.equal(ran.code, 1, ran.transcript);
    assert.match(ran.stdout, /good day/);
    assert.match(ran.stdout, /Deployment\/web|web/);
    const [old] = await current.names('Secret');
    assert.ok(ran.stdout.includes(old!), 'what would be pruned is part of the plan');
    for (const secret of ['password1', 'password2']) {
      assert.ok(!ran.transcript.includes(secret));
      assert.ok(!ran.transcript.includes(Buffer.from(secret).toString('base64')));
    }
    assert.deepEqual(await versions(), before);
  });

  for (const mode of ['client', 'server']) {
    it(`deploy --dry-run=${mode} changes nothing`, async () => {
      const { current } = scenario;
      const before = await versions();
      const shop = { password: 'password2', greeting: 'good day' };
      const ran = await deployShop(current, shop, [`--dry-run=${mode}`]);
      assert.equal(ran.code, 0, ran.transcript);
      assert.deepEqual(await versions(), before);
    });
  }

  it('render prints what kustomize build prints', async function () {
    if (environment().kind === 'cluster') this.skip();
    const folder = overlayOf(scenario.current);
    const ours = await kapply(['render', '-k', folder]);
    const theirs = await runProgram(binary('kustomize'), ['build', folder]);
    assert.equal(ours.code, 0, ours.transcript);
    assert.equal(ours.stdout, theirs.stdout);
  });
});
