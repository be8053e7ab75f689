import assert from 'node:assert/strict';
import { changesOf, connect, deploy, diff, EXIT, prune, render, type Cluster, type Event } from '../src/index.js';
import { startSandbox, type Sandbox } from '../src/sandbox/index.js';
import { configs, makeOverlay, REPORT, type Overlay } from './commands/overlay.js';

describe('the library', () => {
  let sandbox: Sandbox;
  let cluster: Cluster;
  let overlay: Overlay;
  let hours = 0;
  before(async () => {
    sandbox = await startSandbox({ now: () => Date.now() + hours * 3_600_000 });
    overlay = await makeOverlay({ 'kustomization.yaml': configs('password1'), 'job.yaml': REPORT });
    cluster = await connect({ kubeconfig: sandbox.kubeconfig, env: {} });
  });
  after(async () => {
    await cluster.close();
    await sandbox.close();
    await overlay.remove();
  });

  it('plans, deploys with events, replaces, and prunes', async () => {
    const { objects } = await render(overlay.folder);
    const plan = await diff(objects, { set: 'shop' }, { cluster });
    assert.deepEqual(
      changesOf(plan).map(({ action }) => action),
      ['create', 'create', 'create'],
    );

    const events: Event[] = [];
    const first = await deploy(objects, { set: 'shop' }, { cluster, emit: (event) => events.push(event) });
    assert.equal(first.summary.exitCode, EXIT.done);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'phaseFinished' ? [event.phase] : [])),
      ['plan', 'apply', 'rollout', 'prune'],
    );

    hours += 1;
    await overlay.write({ 'kustomization.yaml': configs('password2') });
    const changed = await render(overlay.folder);
    assert.equal((await deploy(changed.objects, { set: 'shop' }, { cluster })).summary.exitCode, EXIT.done);

    hours += 2;
    const unasked = await prune({ selector: 'app=shop' }, { cluster });
    assert.equal(unasked.summary.exitCode, EXIT.input);
    const without = await prune({ selector: 'app=shop' }, { cluster, confirm: () => Promise.resolve('withoutPrune') });
    assert.equal(without.summary.exitCode, EXIT.input, 'a prune is nothing without its deletions');
    const pruned = await prune({ selector: 'app=shop' }, { cluster, confirm: () => Promise.resolve('agreed') });
    assert.deepEqual(
      pruned.prune.filter(({ outcome }) => outcome === 'deleted').map(({ kind }) => kind),
      ['Secret'],
    );
  });

  it('deploys without what it would delete, where that is the answer, and deletes it the next time', async () => {
    const options = { set: 'shop', pruneLabel: 'app=shop', pruneLimit: 0 };
    const deployWith = async (password: string, answer: 'withoutPrune' | 'agreed') => {
      hours += 1;
      await overlay.write({ 'kustomization.yaml': configs(password) });
      const { objects } = await render(overlay.folder);
      return deploy(objects, options, { cluster, confirm: () => Promise.resolve(answer) });
    };
    const secrets = () => sandbox.store.list('Secret').filter(({ metadata }) => metadata.name.startsWith('db-')).length;
    const first = await deployWith('password3', 'withoutPrune');
    assert.deepEqual([first.summary.exitCode, first.prune, secrets()], [EXIT.done, [], 2]);
    const second = await deployWith('password4', 'agreed');
    assert.deepEqual([second.summary.exitCode, second.summary.counts.deleted, secrets()], [EXIT.done, 2, 1]);
  });
});
