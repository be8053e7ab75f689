/** Accounts that may not do everything: what they cannot see is not deleted, what they may not do is said. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { environment } from '../harness/environment.js';
import { useScenario } from '../harness/scenario.js';
import { deployShop, fateOf, generated } from '../harness/shop.js';

describe('an account with few rights', () => {
  const scenario = useScenario();
  const kubeconfig = (): string => join(environment().folder ?? '', 'alice.kubeconfig');

  const allow = async (rules: readonly object[]): Promise<void> => {
    const { current } = scenario;
    await current.apply(
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'alice' }, rules },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'alice' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'alice' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
      },
    );
  };
  const all = ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'];
  const writes = [
    { apiGroups: [''], resources: ['configmaps', 'secrets', 'services'], verbs: all },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: all },
    { apiGroups: ['apps'], resources: ['replicasets', 'statefulsets', 'daemonsets'], verbs: ['get', 'list', 'watch'] },
  ];

  before(async function () {
    if (environment().folder === undefined) this.skip();
    const ran = await deployShop(scenario.current, { password: 'password1' });
    assert.equal(ran.code, 0, ran.transcript);
  });

  it('that may nothing exits 5 and says what it may not', async () => {
    const ran = await deployShop(scenario.current, { password: 'password2' }, [], { kubeconfig: kubeconfig() });
    assert.equal(ran.code, 5, ran.transcript);
    assert.match(ran.stderr, /alice/);
    assert.equal((await generated(scenario.current, 'Secret')).length, 1);
  });

  it('that may not list pods deploys, and keeps every candidate as unknown', async () => {
    const { current } = scenario;
    await allow(writes);
    const [old] = await generated(current, 'Secret');
    const ran = await deployShop(current, { password: 'password2' }, [], { kubeconfig: kubeconfig() });
    assert.equal(ran.code, 0, ran.transcript);
    assert.match(fateOf(ran.report, 'Secret', old!) ?? 'not named', /^kept: .*(pods|unknown)/i, ran.transcript);
    assert.equal((await generated(current, 'Secret')).length, 2);
  });

  it('that may read what can use a config, and hold the lock of its set, prunes', async () => {
    const { current } = scenario;
    const readers = [
      { apiGroups: [''], resources: ['pods', 'serviceaccounts', 'replicationcontrollers', 'podtemplates', 'events'] },
      { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses'] },
      // Other scenarios define custom resources in the same cluster, and any of them could name a config.
      { apiGroups: ['*'], resources: ['*'] },
    ].map((rule) => ({ ...rule, verbs: ['get', 'list', 'watch'] }));
    const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: all };
    await allow([...writes, ...readers, lease]);
    const ran = await deployShop(current, { password: 'password3' }, [], { kubeconfig: kubeconfig() });
    assert.equal(ran.code, 0, ran.transcript);
    assert.equal((await generated(current, 'Secret')).length, 1);
  });
});
