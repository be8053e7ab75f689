import assert from 'node:assert/strict';
import { startSandbox } from '../../src/sandbox/index.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import { contractClient } from '../contract/client.js';
import type { ContractClient } from '../contract/client.js';
import { valueAt } from '../contract/contractCase.js';

const CONFIGS = '/api/v1/namespaces/default/configmaps';

describe('sandbox/faults', () => {
  let sandbox: Sandbox;
  let client: ContractClient;
  before(async () => {
    sandbox = await startSandbox({ controllers: false });
    client = contractClient(sandbox);
  });
  afterEach(() => sandbox.faults.clear());
  after(async () => {
    client.close();
    await sandbox.close();
  });
  const create = (name: string) => client.send({ method: 'POST', path: CONFIGS, body: { metadata: { name } } });
  const exists = (name: string) => sandbox.store.get('ConfigMap', 'default', name) !== undefined;

  it('refuses with 429, says when to come again, and does nothing', async () => {
    sandbox.faults.add({ kind: 'refuse', code: 429, retryAfter: 1 });
    const answer = await create('refused');
    assert.equal(answer.status, 429);
    assert.equal(answer.headers['retry-after'], '1');
    assert.equal(valueAt(answer.body, 'reason'), 'TooManyRequests');
    assert.equal(valueAt(answer.body, 'details.retryAfterSeconds'), 1);
    assert.ok(!exists('refused'));
    assert.equal((await create('refused')).status, 201);
  });

  for (const [code, reason] of [
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
  ] as const) {
    it(`refuses with ${code}`, async () => {
      sandbox.faults.add({ kind: 'refuse', code });
      const answer = await create(`refused-${code}`);
      assert.deepEqual([answer.status, valueAt(answer.body, 'reason')], [code, reason]);
    });
  }

  it('cuts the connection before the request has an effect, or after it', async () => {
    sandbox.faults.add({ kind: 'reset', when: 'before' });
    await assert.rejects(create('cut-before'));
    assert.ok(!exists('cut-before'));
    sandbox.faults.add({ kind: 'reset', when: 'after' });
    await assert.rejects(create('cut-after'));
    assert.ok(exists('cut-after'));
  });

  it('hits the n-th request that it is meant for, as often as it is told', async () => {
    const on = ({ verb, resource }: { verb: string; resource: string }) =>
      verb === 'create' && resource === 'configmaps';
    sandbox.faults.add({ kind: 'refuse', code: 503 }, { on, skip: 1, times: 2 });
    const statuses: number[] = [];
    for (const name of ['n1', 'n2', 'n3', 'n4']) {
      statuses.push((await create(name)).status);
      await client.send({ method: 'GET', path: CONFIGS });
    }
    assert.deepEqual(statuses, [201, 503, 503, 201]);
  });

  it('takes a fault back', async () => {
    sandbox.faults.add({ kind: 'refuse', code: 503 })();
    assert.equal((await create('taken-back')).status, 201);
  });

  it('answers later', async () => {
    sandbox.faults.add({ kind: 'latency', ms: 60 });
    const start = performance.now();
    await create('late');
    assert.ok(performance.now() - start >= 55);
  });

  it('sends a body in pieces, and all of it', async () => {
    await create('slow');
    sandbox.faults.add({ kind: 'slowBody', pieces: 4, ms: 15 });
    const start = performance.now();
    const answer = await client.send({ method: 'GET', path: `${CONFIGS}/slow` });
    assert.ok(performance.now() - start >= 55);
    assert.equal(valueAt(answer.body, 'metadata.name'), 'slow');
  });

  it('cuts a watch after so many events', async () => {
    const from = sandbox.store.revision();
    for (const name of ['w1', 'w2', 'w3']) await create(name);
    sandbox.faults.add({ kind: 'cutWatch', after: 2 });
    const events: unknown[] = [];
    await assert.rejects(
      client.watch(`${CONFIGS}?watch=true&resourceVersion=${from}`, (seen) => {
        events.splice(0, events.length, ...seen);
        return false;
      }),
    );
    assert.equal(events.length, 2);
  });

  it('lets a continue token and a watch expire', async () => {
    for (const query of ['limit=1&continue=x', 'watch=true&resourceVersion=1']) {
      sandbox.faults.add({ kind: 'expire' });
      const answer = await client.send({ method: 'GET', path: `${CONFIGS}?${query}` });
      assert.deepEqual([answer.status, valueAt(answer.body, 'reason')], [410, 'Expired']);
    }
  });

  it('answers 410 where the log was compacted', async () => {
    await create('old-1');
    await create('old-2');
    const page = await client.send({ method: 'GET', path: `${CONFIGS}?limit=1` });
    await create('old-3');
    sandbox.store.compact();
    const next = `${CONFIGS}?limit=1&continue=${String(valueAt(page.body, 'metadata.continue'))}`;
    assert.equal((await client.send({ method: 'GET', path: next })).status, 410);
    const events = await client.watch(`${CONFIGS}?watch=true&resourceVersion=2`, () => false);
    assert.deepEqual(
      events.map((event) => [valueAt(event, 'type'), valueAt(event, 'object.code')]),
      [['ERROR', 410]],
    );
  });

  it('has another writer come in between', async () => {
    const created = await create('contended');
    sandbox.faults.add({
      kind: 'meanwhile',
      act: () => {
        const object = sandbox.store.get('ConfigMap', 'default', 'contended')!;
        sandbox.store.update('ConfigMap', { ...object, data: { k: 'theirs' } });
      },
    });
    const metadata = { name: 'contended', resourceVersion: valueAt(created.body, 'metadata.resourceVersion') };
    const answer = await client.send({
      method: 'PUT',
      path: `${CONFIGS}/contended`,
      body: { metadata, data: { k: 'ours' } },
    });
    assert.equal(answer.status, 409);
  });

  it('has a clock of its own', async () => {
    sandbox.faults.skewClock(-3_600_000);
    const answer = await create('skewed');
    const hourAgo = Date.now() - 3_600_000;
    assert.ok(Math.abs(Date.parse(String(valueAt(answer.body, 'metadata.creationTimestamp'))) - hourAgo) < 5000);
    assert.ok(Math.abs(Date.parse(answer.headers.date ?? '') - hourAgo) < 5000);
  });

  it('notes every request', async () => {
    sandbox.faults.forget();
    await create('noted');
    await client.send({ method: 'GET', path: '/version' });
    assert.deepEqual(
      sandbox.faults.requests().map(({ method, url, verb, resource }) => [method, url, verb, resource]),
      [
        ['POST', CONFIGS, 'create', 'configmaps'],
        ['GET', '/version', '', ''],
      ],
    );
  });
});
