/** Objects that kapply applied with the label and that left the set go; what it did not apply stays. */
import assert from 'node:assert/strict';
import { aSecondLater, useScenario } from '../harness/scenario.js';
import { deployShop, fateOf } from '../harness/shop.js';

const extra = {
  'k8s/overlays/prod/extra.yaml': `
apiVersion: v1
kind: Service
metadata: { name: extra, labels: { appconfig: myconfig } }
spec:
  selector: { app: extra }
  ports: [{ port: 80 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: extra, labels: { appconfig: myconfig } }
spec:
  selector: { matchLabels: { app: extra } }
  template:
    metadata: { labels: { app: extra, appconfig: myconfig } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: app, image: 'busybox:1.37', command: [sh, -c, sleep infinity] }]
---
apiVersion: v1
kind: Service
metadata: { name: unlabelled }
spec:
  selector: { app: extra }
  ports: [{ port: 80 }]
`,
};

describe('objects that left the set', () => {
  const scenario = useScenario();

  before(async () => {
    const ran = await deployShop(scenario.current, { resources: ['extra.yaml'], files: extra });
    assert.equal(ran.code, 0, ran.transcript);
    const selector = { app: 'other' };
    await scenario.current.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'not-ours', labels: { appconfig: 'myconfig' } },
      spec: { selector, ports: [{ port: 80 }] },
    });
    await aSecondLater();
  });

  it('go where kapply applied them with the label, and nothing else goes', async () => {
    const { current } = scenario;
    const ran = await deployShop(current);
    assert.equal(ran.code, 0, ran.transcript);
    assert.equal(fateOf(ran.report, 'Service', 'extra'), 'deleted');
    assert.equal(fateOf(ran.report, 'Deployment', 'extra'), 'deleted');
    assert.match(fateOf(ran.report, 'Service', 'not-ours') ?? 'not named', /^kept: /);
    assert.deepEqual(await current.names('Service'), ['not-ours', 'unlabelled', 'web']);
    assert.deepEqual(await current.names('Deployment'), ['web']);
  });

  it('more deletions than the limit are refused before anything is sent', async () => {
    const { current } = scenario;
    await deployShop(current, { resources: ['extra.yaml'], files: extra });
    const before = await current.names('Secret');
    const ran = await deployShop(current, { password: 'password2' }, ['--prune-limit', '1']);
    assert.equal(ran.code, 2, ran.transcript);
    assert.match(ran.stderr, /--prune-limit/);
    assert.deepEqual(await current.names('Secret'), before);
    const agreed = await deployShop(current, { password: 'password2' }, ['--prune-limit', '1', '--yes']);
    assert.equal(agreed.code, 0, agreed.transcript);
    assert.deepEqual(await current.names('Deployment'), ['web']);
  });
});
