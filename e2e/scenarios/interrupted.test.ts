/** Ctrl-C and manifests from elsewhere: the small print of running a deploy. */
import assert from 'node:assert/strict';
import { kapply, startKapply } from '../harness/program.js';
import { aSecondLater, eventually, useScenario } from '../harness/scenario.js';
import { deployShop, generated, overlayOf, pruneLabel, shopTree } from '../harness/shop.js';

describe('a deploy that is interrupted', () => {
  const scenario = useScenario();

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`by ${signal} exits ${code}, prunes nothing, and is finished by the next one`, async () => {
      const { current } = scenario;
      const before = await deployShop(current, { password: 'password1' });
      assert.equal(before.code, 0, before.transcript);
      const secrets = await generated(current, 'Secret');
      const container = `
          readinessProbe:
            exec:
              command: ['false']
`;
      await current.write(shopTree(current.namespace, { password: 'password2', container }));
      const { child, said, ended } = startKapply(['deploy', '-k', overlayOf(current), '--prune-label', pruneLabel]);
      try {
        await eventually('everything is applied', () =>
          Promise.resolve(/Apply +\d+\/\d+/.test(said()) ? true : undefined),
        );
        child.kill(signal);
        assert.equal(await ended, code, said());
      } finally {
        child.kill('SIGKILL');
      }
      assert.equal((await generated(current, 'Secret')).length, secrets.length + 1);
      await aSecondLater();
      const after = await deployShop(current, { password: 'password3' });
      assert.equal(after.code, 0, after.transcript);
      assert.equal((await generated(current, 'Secret')).length, 1);
    });
  }
});

describe('manifests from standard input', () => {
  const scenario = useScenario();

  it('are deployed with -f -, into the namespace of -n', async () => {
    const { current } = scenario;
    const stdin = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: piped }\ndata: { a: b }\n';
    const ran = await kapply(['deploy', '-f', '-', '-n', current.namespace, '--set', 'piped'], { stdin });
    assert.equal(ran.code, 0, ran.transcript);
    assert.deepEqual((await current.get('ConfigMap', 'piped')).data, { a: 'b' });
  });
});
