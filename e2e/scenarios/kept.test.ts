/** What carries the prune label and stays, each with its reason; and that it goes when the reason is gone. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { aSecondLater, eventually, useScenario } from '../harness/scenario.js';
import { deployShop, fateOf, generated } from '../harness/shop.js';

const label = { appconfig: 'myconfig' };
const busybox = { name: 'app', image: 'busybox:1.37', command: ['sh', '-c', 'sleep infinity'] };

/** A name as a generator makes it. */
const suffixed = (family: string): string => `${family}-2456789bcd`;

function staleConfigMap(name: string, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: label, ...metadata }, data: { a: 'b' } };
}

describe('what is kept although it carries the prune label', () => {
  const scenario = useScenario();
  let secret: string;
  let config: string;
  let files: string;

  before(async () => {
    const { current } = scenario;
    const ran = await deployShop(current, {});
    assert.equal(ran.code, 0, ran.transcript);
    const one = (names: readonly string[], family: string): string => names.find((name) => name.startsWith(family))!;
    secret = one(await generated(current, 'Secret'), 'db-credentials');
    config = one(await generated(current, 'ConfigMap'), 'app-config');
    files = one(await generated(current, 'ConfigMap'), 'app-files');

    const spec = { terminationGracePeriodSeconds: 0 };
    const podTemplate = (podSpec: object): object => ({
      metadata: { labels: { app: 'other' } },
      spec: { ...spec, containers: [busybox], ...podSpec },
    });
    const bare = [{ ...busybox, envFrom: [{ secretRef: { name: secret } }] }];
    const projected = [{ name: 'all', projected: { sources: [{ configMap: { name: config } }] } }];
    const init = [{ ...busybox, name: 'init', command: ['true'], envFrom: [{ configMapRef: { name: files } }] }];
    const deployment = await current.get('Deployment', 'web');
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: deployment.metadata.uid! };
    await current.apply(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare' }, spec: { ...spec, containers: bare } },
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly' },
        spec: {
          schedule: '0 3 * * *',
          suspend: true,
          jobTemplate: { spec: { template: podTemplate({ restartPolicy: 'Never', volumes: projected }) } },
        },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'db' },
        spec: {
          serviceName: 'db',
          updateStrategy: { type: 'OnDelete' },
          selector: { matchLabels: { app: 'other' } },
          template: podTemplate({ initContainers: init }),
        },
      },
      staleConfigMap(suffixed('opted-out'), { annotations: { 'kapply.dev/prune': 'disabled' } }),
      staleConfigMap(suffixed('controlled'), { ownerReferences: [{ ...owner, controller: true }] }),
      staleConfigMap(suffixed('foreign'), { annotations: { 'kapply.dev/set': 'another' } }),
      staleConfigMap(suffixed('app-config')),
      staleConfigMap(suffixed('dashboards')),
      staleConfigMap('plain-name'),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${current.namespace}-other` } },
    );
    await current.apply(staleConfigMap(suffixed('elsewhere'), { namespace: `${current.namespace}-other` }));
    await eventually('the bare pod runs', async () => {
      const pod = await current.get('Pod', 'bare');
      return (pod.status as { phase: string }).phase === 'Running' ? true : undefined;
    });
    await aSecondLater();
  });

  it('says of each why it is kept, and deletes the one that nothing keeps', async () => {
    const { current } = scenario;
    const changed = { greeting: 'good day', password: 'password2', properties: 'colour=red' };
    const ran = await deployShop(current, changed);
    assert.equal(ran.code, 0, ran.transcript);
    const fates: readonly [kind: string, name: string, fate: RegExp][] = [
      ['Secret', secret, /^kept: .*Pod\/bare/],
      ['ConfigMap', config, /^kept: .*CronJob\/nightly/],
      ['ConfigMap', files, /^kept: .*StatefulSet\/db/],
      ['ConfigMap', suffixed('opted-out'), /^kept: .*kapply\.dev\/prune/],
      ['ConfigMap', suffixed('foreign'), /^kept: .*another/],
      ['ConfigMap', 'plain-name', /^kept: /],
      ['ConfigMap', suffixed('dashboards'), /^kept: the newest of its family/],
      ['ConfigMap', suffixed('app-config'), /^deleted$/],
    ];
    for (const [kind, name, fate] of fates) {
      assert.match(fateOf(ran.report, kind, name) ?? 'not named', fate, `${kind}/${name}\n${ran.transcript}`);
      const isThere = (await current.find(kind, name)) !== undefined;
      assert.equal(isThere, !fate.test('deleted'), `${kind}/${name}`);
    }
    assert.ok((await current.find('ConfigMap', suffixed('controlled'))) !== undefined);
    const elsewhere = { resource: await current.resource('ConfigMap'), name: suffixed('elsewhere') };
    const address = { ...elsewhere, namespace: `${current.namespace}-other` };
    assert.ok((await current.cluster.get(address)) !== undefined, 'another namespace is none of our business');
  });

  it('deletes what was in use, as soon as it no longer is', async () => {
    const { current } = scenario;
    for (const [kind, name] of [
      ['Pod', 'bare'],
      ['CronJob', 'nightly'],
      ['StatefulSet', 'db'],
    ] as const) {
      await current.cluster.remove({ resource: await current.resource(kind), namespace: current.namespace, name });
      await eventually(`${kind}/${name} is gone`, async () =>
        (await current.find(kind, name)) === undefined ? true : undefined,
      );
    }
    await eventually('the pod of the StatefulSet is gone', async () =>
      (await current.find('Pod', 'db-0')) === undefined ? true : undefined,
    );
    const changed = { greeting: 'good day', password: 'password2', properties: 'colour=red' };
    const ran = await deployShop(current, changed);
    assert.equal(ran.code, 0, ran.transcript);
    assert.equal(fateOf(ran.report, 'Secret', secret), 'deleted');
    assert.equal(fateOf(ran.report, 'ConfigMap', config), 'deleted');
    assert.equal(fateOf(ran.report, 'ConfigMap', files), 'deleted');
  });

  it('keeps what another run creates meanwhile', async () => {
    const { current } = scenario;
    const container = `
          readinessProbe:
            exec:
              command: ['true']
            initialDelaySeconds: 5
`;
    const deploying = deployShop(current, { password: 'password3', container });
    await eventually('the rollout is under way', async () => {
      const sets = await current.list('ReplicaSet', { labelSelector: 'app=web' });
      const isNew = (set: KubeObject): boolean => JSON.stringify(set.spec).includes('initialDelaySeconds');
      return sets.some(isNew) ? true : undefined;
    });
    await aSecondLater();
    await current.apply(staleConfigMap(suffixed('late')));
    const ran = await deploying;
    assert.equal(ran.code, 0, ran.transcript);
    assert.match(fateOf(ran.report, 'ConfigMap', suffixed('late')) ?? 'not named', /^kept: /, ran.transcript);
    assert.ok((await current.find('ConfigMap', suffixed('late'))) !== undefined);
  });
});
