/** A webhook that does not answer is no verdict on an object: the deploy that brings it up must get through. */
import assert from 'node:assert/strict';
import { deploy } from '../../../src/engine/run/deploy.js';
import type { Event } from '../../../src/engine/run/events.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, refusal, type FakeRequest } from '../fakeCluster.js';
import { defaultDeployOptions } from './deployOptions.js';

const unanswered = () =>
  refusal(500, 'InternalError', { causes: [{ message: 'no endpoints' }] }, 'failed calling webhook');

const object = (kind: string, name: string, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: kind === 'Gadget' ? 'shop.example.com/v1' : 'v1',
  kind,
  metadata: { name, namespace: 'shop', annotations },
});
const after = (id: string): Record<string, string> => ({ 'config.kubernetes.io/depends-on': id });

/** Deploys a resource that a webhook judges, what serves the webhook, and what stands on the resource. */
async function run(options: { readonly answersAfter: number; readonly readable?: boolean; readonly there?: boolean }) {
  let tries = 0;
  const gadget = object('Gadget', 'judged');
  const cluster = fakeCluster({
    objects: options.there === true ? [gadget] : [],
    react: ({ verb, resource }: FakeRequest) => {
      if (resource?.kind !== 'Gadget') return;
      if (verb === 'get' && options.readable === false && tries <= options.answersAfter) throw unanswered();
      if (verb !== 'apply') return;
      tries += 1;
      if (tries <= options.answersAfter) throw unanswered();
    },
  });
  const events: Event[] = [];
  // The deadline comes soon by this clock, which runs with what is asked.
  let now = Date.parse('2026-01-01T12:00:00Z');
  const report = await deploy(
    [
      gadget,
      object('ConfigMap', 'server'),
      object('Secret', 'user', after('shop.example.com/namespaces/shop/Gadget/judged')),
    ].map((one) => ({ object: one, origin: { file: 'all.yaml' }, generated: false })),
    { ...defaultDeployOptions('shop'), lock: false, timeoutMs: 4000 },
    {
      cluster,
      emit: (event) => events.push(event),
      signal: new AbortController().signal,
      now: () => (now += 400),
      confirm: () => Promise.resolve('agreed'),
      runner: { identity: 'test', hasEnded: () => false },
    },
  );
  return { report, cluster, events };
}

describe('a webhook that does not answer', function () {
  this.timeout(60_000);

  it('puts its objects, and what stands on them, aside, and tries them until they are accepted', async () => {
    const { report, cluster } = await run({ answersAfter: 3 });
    assert.equal(report.summary.exitCode, 0, JSON.stringify(report.summary));
    assert.deepEqual(cluster.names(), ['ConfigMap/server', 'Gadget/judged', 'Secret/user']);
    assert.ok(
      report.warnings.some((text) => text.includes('Gadget/judged was not validated')),
      report.warnings.join(),
    );
    assert.ok(
      report.warnings.some((text) => text.includes('Gadget/judged is put aside')),
      report.warnings.join(),
    );
    assert.deepEqual(report.summary.counts.created, 3);
  });

  it('is the verdict when it stays silent, after all else was applied', async () => {
    const { report, cluster } = await run({ answersAfter: 1000 });
    assert.equal(report.summary.exitCode, 5);
    assert.deepEqual(cluster.names(), ['ConfigMap/server']);
    assert.deepEqual(
      report.changes.map(({ name, action }) => `${name} ${action}`),
      ['server created', 'judged failed', 'user failed'],
    );
    assert.match(report.changes[1]!.error!.message, /no endpoints/);
  });

  it('does not stop what it converts from being deployed', async () => {
    const { report, cluster } = await run({ answersAfter: 2, readable: false, there: true });
    assert.equal(report.summary.exitCode, 0, JSON.stringify(report.summary));
    assert.deepEqual(cluster.names(), ['ConfigMap/server', 'Gadget/judged', 'Secret/user']);
    assert.ok(
      report.warnings.some((text) => text.includes('it cannot be read')),
      report.warnings.join(),
    );
  });
});
