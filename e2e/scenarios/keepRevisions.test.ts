/** `--keep N`: the newest earlier revisions of each generated config stay. */
import assert from 'node:assert/strict';
import { useScenario } from '../harness/scenario.js';
import { deployShop, fateOf, generated } from '../harness/shop.js';

describe('--keep 1', () => {
  const scenario = useScenario();

  it('keeps exactly the newest earlier revision of each family', async () => {
    const { current } = scenario;
    const revisions: string[] = [];
    for (const password of ['password1', 'password2', 'password3', 'password4']) {
      const ran = await deployShop(current, { password }, ['--keep', '1']);
      assert.equal(ran.code, 0, ran.transcript);
      const fresh = ran.report.changes.find(({ kind, action }) => kind === 'Secret' && action === 'created');
      revisions.push(fresh!.name);
      const [last, before, old] = revisions.toReversed();
      assert.deepEqual(await generated(current, 'Secret'), [last!, before].filter((name) => name !== undefined).sort());
      if (old !== undefined) assert.equal(fateOf(ran.report, 'Secret', old), 'deleted');
      if (before !== undefined) assert.match(fateOf(ran.report, 'Secret', before) ?? 'not named', /^kept: /);
    }
    assert.equal((await generated(current, 'ConfigMap')).length, 2);
  });

  it('without it the kept one goes as well', async () => {
    const { current } = scenario;
    const ran = await deployShop(current, { password: 'password4' });
    assert.equal(ran.code, 0, ran.transcript);
    assert.equal((await generated(current, 'Secret')).length, 1);
  });
});
