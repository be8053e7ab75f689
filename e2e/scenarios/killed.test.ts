/** A run that was killed, at any moment, leaves every reference good, and the next plain deploy converges. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { configsOf } from '../../src/sandbox/node/configuration.js';
import type { Pod } from '../../src/sandbox/node/podSpec.js';
import { aSecondLater, useScenario } from '../harness/scenario.js';
import { deployShop, environmentOfWeb, generated, webPods } from '../harness/shop.js';
import { startWitness } from '../harness/witness.js';
import { kapply } from '../harness/program.js';
import { overlayOf, pruneLabel, shopTree } from '../harness/shop.js';

const kills = 8;

describe('killed runs', () => {
  const scenario = useScenario();

  const missing = async (): Promise<string[]> => {
    const { current } = scenario;
    const problems: string[] = [];
    const templates = (await current.list('Deployment')).map(
      ({ metadata, spec }) => ({ metadata, ...(spec as { template: object }).template }) as Pod,
    );
    for (const pod of [...((await webPods(current)) as readonly Pod[]), ...templates]) {
      for (const { kind, name } of configsOf(pod)) {
        if ((await current.find(kind, name)) === undefined) problems.push(`${pod.metadata.name} needs ${kind}/${name}`);
      }
    }
    return problems;
  };

  it(`${kills} runs killed at random moments break nothing, and one plain deploy finishes`, async function () {
    this.timeout(240_000);
    const { current } = scenario;
    const started = Date.now();
    const first = await deployShop(current, { password: 'password0' });
    assert.equal(first.code, 0, first.transcript);
    const whole = Date.now() - started;
    const witness = await startWitness(current, 'Secret');
    try {
      const moments: number[] = [];
      for (let round = 1; round <= kills; round++) {
        await current.write(shopTree(current.namespace, { password: `password${round}`, greeting: `hello ${round}` }));
        const stop = new AbortController();
        const args = ['deploy', '-k', overlayOf(current), '--prune-label', pruneLabel];
        const running = kapply(args, { kill: stop.signal });
        const moment = Math.round(Math.random() * whole);
        moments.push(moment);
        await Promise.race([running, sleep(moment)]);
        stop.abort();
        await running;
        assert.deepEqual(await missing(), [], `killed after ${moments.join(', ')} ms`);
      }
      await aSecondLater();
      const last = await deployShop(current, { password: 'last', greeting: 'last' });
      assert.equal(last.code, 0, last.transcript);
      assert.equal((await generated(current, 'Secret')).length, 1, `killed after ${moments.join(', ')} ms`);
      assert.equal((await generated(current, 'ConfigMap')).length, 2);
      assert.equal((await environmentOfWeb(current)).PASSWORD, 'last');
      assert.deepEqual(witness.configurationWaits(), []);
    } finally {
      await witness.stop();
    }
  });
});
