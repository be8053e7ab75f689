/** A rollout that fails prunes nothing; the next deploy that succeeds prunes what it left. */
import assert from 'node:assert/strict';
import { useScenario } from '../harness/scenario.js';
import { deployShop, environmentOfWeb, fateOf, generated, overlayOf, pruneLabel } from '../harness/shop.js';
import { kapply } from '../harness/program.js';
import { startWitness } from '../harness/witness.js';

describe('a rollout that fails', () => {
  const scenario = useScenario();
  let first: string[];

  before(async () => {
    const ran = await deployShop(scenario.current, { password: 'password1' });
    assert.equal(ran.code, 0, ran.transcript);
    first = await generated(scenario.current, 'Secret');
  });

  it('of an image that is not there exits 3, names the cause, and prunes nothing', async () => {
    const image = 'registry.invalid/shop/does-not-exist:9.9.1';
    const ran = await deployShop(scenario.current, { password: 'password2', image });
    assert.equal(ran.code, 3, ran.transcript);
    assert.equal(ran.report.summary.exitCode, 3);
    const rollout = ran.report.rollouts.find(({ kind, name }) => kind === 'Deployment' && name === 'web');
    assert.equal(rollout?.status, 'Failed');
    assert.ok(
      rollout.pods?.some(({ reason }) => /ImagePull/.test(reason)),
      ran.transcript,
    );
    assert.ok(ran.report.prune.every(({ outcome }) => outcome !== 'deleted'));
    const secrets = await generated(scenario.current, 'Secret');
    assert.equal(secrets.length, 2);
    assert.ok(secrets.includes(first[0]!));
    assert.match(ran.stderr, /does-not-exist:9\.9\.1/);
  });

  it('of a command that fails exits 3 and shows its last words', async () => {
    const ran = await deployShop(scenario.current, {
      password: 'password3',
      command: 'echo cannot reach the database; exit 4',
    });
    assert.equal(ran.code, 3, ran.transcript);
    assert.match(ran.stderr, /CrashLoopBackOff/);
    assert.match(ran.stderr, /cannot reach the database/);
    assert.equal((await generated(scenario.current, 'Secret')).length, 3);
  });

  it('of a configuration that is not there exits 3 and names it', async () => {
    const patch = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: app
          envFrom:
            - configMapRef: { name: app-config }
            - secretRef: { name: absent }
`;
    const ran = await deployShop(scenario.current, {
      overlay: 'patches: [{path: patch.yaml}]',
      files: { 'k8s/overlays/prod/patch.yaml': patch },
    });
    assert.equal(ran.code, 3, ran.transcript);
    assert.match(ran.stderr, /CreateContainerConfigError/);
    assert.match(ran.stderr, /"absent"/);
  });

  it('is finished by the next good one, which prunes what all of them left', async () => {
    const witness = await startWitness(scenario.current, 'Secret');
    try {
      const ran = await deployShop(scenario.current, { password: 'password4' });
      assert.equal(ran.code, 0, ran.transcript);
      assert.equal(fateOf(ran.report, 'Secret', first[0]!), 'deleted');
      assert.equal((await generated(scenario.current, 'Secret')).length, 1);
      assert.equal((await environmentOfWeb(scenario.current)).PASSWORD, 'password4');
    } finally {
      await witness.stop();
    }
  });

  it('that takes too long exits 4 and prunes nothing', async () => {
    const container = `
          readinessProbe:
            exec:
              command: ['false']
`;
    const before = await generated(scenario.current, 'Secret');
    const ran = await deployShop(scenario.current, { password: 'password5', container }, ['--timeout', '5s']);
    assert.equal(ran.code, 4, ran.transcript);
    const after = await generated(scenario.current, 'Secret');
    assert.equal(after.length, 2);
    assert.ok(after.includes(before[0]!));
  });

  it('with --no-wait is not waited for, and nothing is pruned', async () => {
    const args = ['deploy', '-k', overlayOf(scenario.current), '--prune-label', pruneLabel, '--no-wait'];
    const ran = await kapply(args);
    assert.equal(ran.code, 0, ran.transcript);
    assert.equal((await generated(scenario.current, 'Secret')).length, 2);
  });
});
