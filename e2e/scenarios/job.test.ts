/** A Job cannot be changed: a changed one that uses a generated config is refused, or recreated where it allows it. */
import assert from 'node:assert/strict';
import { useScenario } from '../harness/scenario.js';
import { actionOf, deployShop, fateOf, generated, type Shop } from '../harness/shop.js';

const job = (annotation: string): string => `
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: { ${annotation} }
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: busybox:1.37
          command: [sh, -c, printenv]
          envFrom:
            - secretRef: { name: db-credentials }
`;

describe('a Job that uses a generated config', () => {
  const scenario = useScenario();
  const shop = (password: string, annotation = ''): Shop => ({
    password,
    resources: ['job.yaml'],
    files: { 'k8s/overlays/prod/job.yaml': job(annotation) },
  });

  it('runs with the first deploy, which waits for its end', async () => {
    const ran = await deployShop(scenario.current, shop('password1'));
    assert.equal(ran.code, 0, ran.transcript);
    const { status } = await scenario.current.get('Job', 'migrate');
    assert.equal((status as { succeeded?: number }).succeeded, 1);
  });

  it('is refused when the config changes, before anything is sent, and says what allows it', async () => {
    const { current } = scenario;
    const before = await generated(current, 'Secret');
    const ran = await deployShop(current, shop('password2'));
    assert.equal(ran.code, 5, ran.transcript);
    assert.match(ran.stderr, /Job\/migrate/);
    assert.match(ran.stderr, /kapply\.dev\/on-immutable/);
    assert.deepEqual(await generated(current, 'Secret'), before);
  });

  it('is recreated where its annotation allows it', async () => {
    const { current } = scenario;
    const [old] = await generated(current, 'Secret');
    const before = await current.get('Job', 'migrate');
    const ran = await deployShop(current, shop('password2', 'kapply.dev/on-immutable: recreate'));
    assert.equal(ran.code, 0, ran.transcript);
    assert.equal(actionOf(ran.report, 'Job', 'migrate'), 'recreated');
    const after = await current.get('Job', 'migrate');
    assert.notEqual(after.metadata.uid, before.metadata.uid);
    assert.equal((after.status as { succeeded?: number }).succeeded, 1);
    assert.equal(fateOf(ran.report, 'Secret', old!), 'deleted');
  });
});
