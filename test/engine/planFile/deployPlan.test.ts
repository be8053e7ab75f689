/**
 * Random things happen between a plan and its deploy: it does exactly what the plan says, or nothing at all.
 * `KAPPLY_PLANS=10000` tries more.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutServerFields } from '../../../src/objects/serverFields.js';
import type { PlanFile } from '../../../src/engine/planFile/planFile.js';
import { objectsOf } from '../../../src/engine/planFile/deployPlan.js';
import { EXIT } from '../../../src/errors.js';
import { makeMasks } from '../../../src/objects/masks.js';
import { MEANWHILE, NAMESPACE, openShop, renderedOf, V1, V2, type Shop } from './shop.js';

const RUNS = Number(process.env.KAPPLY_PLANS ?? 30);

const HARMLESS = MEANWHILE.filter(({ refuses }) => refuses === undefined);

/** Writes that were really made, the Lease of the lock aside. */
function writesSince(shop: Shop, from: number): string[] {
  return shop.town.cluster.log.slice(from).filter((line) => /^(apply|create|patch|delete) (?!leases)/.test(line));
}

const PLURALS: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Deployment: 'deployments',
  Service: 'services',
};

function assertExactly(shop: Shop, file: PlanFile, from: number): void {
  const allowed = new Set([
    ...file.changes.flatMap(({ kind, name, action }) =>
      action === 'unchanged' ? [] : [`${PLURALS[kind]} ${NAMESPACE}/${name}`],
    ),
    ...file.prune.flatMap(({ kind, name, verdict }) =>
      verdict === 'delete' ? [`${PLURALS[kind]} ${NAMESPACE}/${name}`] : [],
    ),
  ]);
  for (const line of writesSince(shop, from)) {
    assert.ok(allowed.has(line.replace(/^\w+ /, '')), `${line} is not in the plan`);
    if (!line.startsWith('delete')) continue;
    assert.ok(
      file.prune.some(({ name, verdict }) => verdict === 'delete' && line.endsWith(`/${name}`)),
      line,
    );
  }
  for (const { kind, name, live, after } of file.changes) {
    const now = shop.town.cluster.find(kind, name, NAMESPACE);
    assert.ok(now, `${kind}/${name}`);
    const [is, planned] = [withoutServerFields(now), after ?? live?.object];
    assert.deepEqual([is.spec, is.data], [planned?.spec, planned?.data], `${kind}/${name}`);
  }
}

describe('the deploy of a plan file', function () {
  // On a machine that others use as well.
  this.timeout(60_000 + RUNS * 1000);

  for (const { name, does, refuses } of MEANWHILE) {
    it(`${refuses === undefined ? 'is carried out' : 'is refused'} where ${name}`, async () => {
      const shop = await openShop(V1);
      const file = await shop.plan(V2);
      await does(shop);
      const before = shop.state();
      const from = shop.town.cluster.log.length;
      const { summary, changes } = await shop.run(file);
      if (refuses === undefined) {
        assert.equal(summary.exitCode, EXIT.done, JSON.stringify(summary));
        assertExactly(shop, file, from);
      } else {
        assert.equal(summary.exitCode, EXIT.planMoved, JSON.stringify(summary));
        assert.equal(shop.state(), before, 'something was written');
        assert.match(changes.map(({ error }) => error?.message ?? '').join('\n'), refuses);
      }
    });
  }

  it('does exactly what the plan says or writes nothing, whatever happens together', async () => {
    let [done, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.subarray(HARMLESS), fc.subarray([...MEANWHILE], { minLength: 1 })),
        fc.infiniteStream(fc.nat()),
        async (events, order) => {
          const shop = await openShop(V1);
          const file = await shop.plan(V2);
          const shuffled = events
            .map((event) => ({ event, at: Number(order.next().value) }))
            .sort((a, b) => a.at - b.at);
          for (const { event } of shuffled) await event.does(shop);
          const before = shop.state();
          const from = shop.town.cluster.log.length;
          const { summary } = await shop.run(file);
          if (events.every(({ refuses }) => refuses === undefined)) {
            assert.equal(summary.exitCode, EXIT.done, JSON.stringify(summary));
          }
          if (summary.exitCode === EXIT.done) {
            assertExactly(shop, file, from);
            done += 1;
          } else {
            assert.equal(shop.state(), before, 'something was written');
            assert.deepEqual(writesSince(shop, from), []);
            refused += 1;
          }
        },
      ),
      { numRuns: RUNS },
    );
    assert.ok(done > 0 && refused > 0, `${done} carried out, ${refused} refused`);
  });

  it('keeps what became stale since, and says that the plan does not have it', async () => {
    const shop = await openShop(V1);
    const file = await shop.plan(V2);
    await MEANWHILE.find(({ name }) => name === 'another revision becomes stale')?.does(shop);
    const { prune, summary } = await shop.run(file);
    assert.equal(summary.exitCode, EXIT.done);
    assert.ok(shop.town.cluster.find('ConfigMap', 'cfg-5555555555', NAMESPACE));
    assert.equal(shop.town.cluster.find('ConfigMap', `cfg-${V1.hash}`, NAMESPACE), undefined);
    assert.match(prune.find(({ name }) => name === 'cfg-5555555555')?.reason ?? '', /not in the plan/);
  });

  it('keeps what began to be used since, with the reason', async () => {
    const shop = await openShop(V1);
    const file = await shop.plan(V2);
    await MEANWHILE.find(({ name }) => name.startsWith('a Pod begins'))?.does(shop);
    const { prune } = await shop.run(file);
    assert.match(prune.find(({ name }) => name === `cfg-${V1.hash}`)?.reason ?? '', /in use by Pod\/debug/);
  });

  it('can be killed at every request, and goes on where it was', async () => {
    for (let dies = 10; ; dies += 3) {
      const shop = await openShop(V1);
      const file = await shop.plan(V2);
      const killed = await shop.run(file, undefined, dies);
      if (killed.summary.exitCode === EXIT.done) break;
      shop.later(60_000);
      const from = shop.town.cluster.log.length;
      const again = await shop.run(file);
      assert.equal(
        again.summary.exitCode,
        EXIT.done,
        `killed at ${dies}: ${JSON.stringify([again.summary, again.changes])}`,
      );
      assertExactly(shop, file, from);
    }
  });

  it('does nothing a second time, and says so; nor after another deploy of the same', async () => {
    const shop = await openShop(V1);
    const file = await shop.plan(V2);
    await shop.deploy(V2);
    const before = shop.state();
    const { summary, warnings } = await shop.run(file);
    assert.equal(summary.exitCode, EXIT.done);
    assert.equal(shop.state(), before);
    assert.ok(warnings.includes('this plan was carried out already: there is nothing to do'), warnings.join());
  });

  it('leaves replicas to whoever scales, where the manifest names none', async () => {
    const { replicas: _, ...unscaled } = V1;
    const shop = await openShop(unscaled);
    const file = await shop.plan({ ...unscaled, hash: V2.hash });
    const web = shop.town.cluster.find('Deployment', 'web', NAMESPACE);
    assert.ok(web);
    shop.town.cluster.put({ ...web, spec: { ...(web.spec as object), replicas: 1 } });
    assert.equal((await shop.run(file)).summary.exitCode, EXIT.done);
    const spec = shop.town.cluster.find('Deployment', 'web', NAMESPACE)?.spec as { replicas: number };
    assert.equal(spec.replicas, 1);
  });

  it('asks nothing that the plan has answered', async () => {
    const shop = await openShop(V1);
    const file = await shop.plan(V2, { pruneLimit: 0 });
    assert.deepEqual(file.confirmations, ['1 object would be deleted, more than --prune-limit 0']);
    assert.equal((await shop.run(file)).summary.exitCode, EXIT.done);
    assert.equal(shop.town.cluster.find('ConfigMap', `cfg-${V1.hash}`, NAMESPACE), undefined);
  });

  it('refuses another cluster, whatever its address', async () => {
    const shop = await openShop(V1);
    const file = await shop.plan(V2);
    const other = { ...file, cluster: { namespace: 'kube-system', uid: 'another' } };
    const { summary } = await shop.run(other);
    assert.equal(summary.error?.code, 'OtherCluster');
    assert.equal(summary.exitCode, EXIT.input);
  });

  it('needs the source for what the file has as hashes, and refuses another one', async () => {
    const password = 'correct-horse-battery';
    const shop = await openShop({ ...V1, password });
    const next = { ...V2, password: 'another-long-password' };
    const file = await shop.plan(next);
    const text = JSON.stringify(file);
    for (const secret of [password, next.password])
      for (const form of [secret, Buffer.from(secret).toString('base64')]) assert.ok(!text.includes(form), form);
    const known = makeMasks();
    assert.throws(() => objectsOf(file, undefined, known), { code: 'PlanNeedsSource' });
    assert.throws(() => objectsOf(file, renderedOf({ ...next, password: 'yet-another-one' }), known), {
      code: 'PlanSourceChanged',
      exitCode: EXIT.planMoved,
      message: /Secret\/db \(\.data\.password\)/,
    });
    assert.equal((await shop.run(file, next)).summary.exitCode, EXIT.done);
  });

  it('refuses a Secret that somebody changed, and does not say to what', async () => {
    const shop = await openShop({ ...V1, password: 'correct-horse-battery' });
    const next = { ...V2, password: 'another-long-password' };
    const file = await shop.plan(next);
    const secret = shop.town.cluster.find('Secret', 'db', NAMESPACE);
    assert.ok(secret);
    const changed = Buffer.from('somebody-was-here').toString('base64');
    shop.town.cluster.put({ ...secret, data: { password: changed } });
    const report = await shop.run(file, next);
    assert.equal(report.summary.exitCode, EXIT.planMoved);
    assert.match(JSON.stringify(report), /Secret\/db: \.data\.password has changed/);
    assert.ok(!JSON.stringify(report).includes(changed));
  });
});
