/** `--keep N`: the newest earlier revisions of each generated config stay, and `history` and `status` tell of them. */
import assert from 'node:assert/strict';
import { useScenario } from '../harness/scenario.js';
import type { Family } from '../../src/engine/status/history.js';
import { kapply } from '../harness/program.js';
import { deployShop, fateOf, generated, overlayOf } from '../harness/shop.js';

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

  it('is told of by history, with what can still be gone back to', async () => {
    const { current } = scenario;
    const ran = await kapply(['history', '-n', current.namespace, 'db-credentials', '-o', 'json']);
    assert.equal(ran.code, 0, ran.transcript);
    const { families } = JSON.parse(ran.stdout) as { readonly families: readonly Family[] };
    const secrets = await generated(current, 'Secret');
    assert.deepEqual(
      families.map(({ kind, name, revisions }) => [kind, name, revisions.map(({ state }) => state)]),
      [['Secret', 'db-credentials', ['current', 'rollback']]],
    );
    const [now, before] = families[0]?.revisions ?? [];
    assert.equal(now?.reason, 'in use by Deployment/web');
    assert.match(before?.reason ?? '', /^rollout undo of Deployment\/web to revision 3$/);
    assert.deepEqual([now.name, before?.name].sort(), secrets);
  });

  it('is no difference to status: what runs is what should', async () => {
    const { current } = scenario;
    const ran = await kapply(['status', '-k', overlayOf(current), '--exit-code', '-o', 'json']);
    assert.equal(ran.code, 0, ran.transcript);
    const document = JSON.parse(ran.stdout) as {
      readonly healthy: boolean;
      readonly objects: readonly {
        readonly id: { readonly kind: string };
        readonly drift: readonly unknown[];
        readonly configs: readonly {
          readonly wanted: string;
          readonly running: readonly { name: string; pods: number }[];
        }[];
      }[];
    };
    const web = document.objects.find(({ id }) => id.kind === 'Deployment');
    assert.equal(document.healthy, true);
    assert.deepEqual(
      document.objects.flatMap(({ drift }) => drift),
      [],
    );
    assert.equal(web?.configs.length, 3);
    for (const { wanted, running } of web.configs) assert.deepEqual(running, [{ name: wanted, pods: 1 }]);
  });

  it('without it the kept one goes as well', async () => {
    const { current } = scenario;
    const ran = await deployShop(current, { password: 'password4' });
    assert.equal(ran.code, 0, ran.transcript);
    assert.equal((await generated(current, 'Secret')).length, 1);
  });
});
