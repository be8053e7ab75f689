/** Who uses a config, asked of a real server, and rules of readiness in CEL. */
import assert from 'node:assert/strict';
import type { Unused } from '../../src/engine/status/readUnused.js';
import type { FoundUses } from '../../src/engine/status/readUses.js';
import { kapply } from '../harness/program.js';
import { aSecondLater, useScenario } from '../harness/scenario.js';
import { deployShop, generated } from '../harness/shop.js';

describe('kapply uses', () => {
  const scenario = useScenario();

  it('names the users of each revision, and what nothing names', async () => {
    const { current } = scenario;
    const { namespace } = current;
    for (const password of ['password1', 'password2']) {
      const ran = await deployShop(current, { password }, ['--keep-rollback']);
      assert.equal(ran.code, 0, ran.transcript);
      await aSecondLater();
    }
    const secrets = await generated(current, 'Secret');
    assert.equal(secrets.length, 2);
    const family = secrets[0]!.replace(/-\w+$/, '');
    const used = await kapply(['uses', `secret/${family}`, '-n', namespace, '-o', 'json']);
    assert.equal(used.code, 0, used.transcript);
    const { objects } = JSON.parse(used.stdout) as FoundUses;
    assert.deepEqual(
      objects.map(({ state }) => state),
      ['current', 'rollback'],
    );
    assert.deepEqual(
      objects[0]?.users.flatMap(({ user, through }) => (user.kind === 'Deployment' ? through : [])),
      ['spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name'],
    );
    assert.doesNotMatch(used.transcript, /password[12]/);
    const unused = await kapply(['uses', '--unused', '-n', namespace, '-o', 'json']);
    assert.equal(unused.code, 0, unused.transcript);
    const { families } = JSON.parse(unused.stdout) as Unused;
    assert.deepEqual(
      families.map(({ kind, name, objects: left }) => [kind, name, left.map(({ rollback }) => rollback)]),
      [
        ['ConfigMap', 'plain', [false]],
        ['Secret', family, [true]],
      ],
    );
  });
});

describe('a rule of readiness in CEL', () => {
  const scenario = useScenario();

  it('ends the wait when it holds', async () => {
    const { current } = scenario;
    const gate = (open: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: gate, annotations: { kapply.dev/ready-when: "data.open == 'yes'" } }\ndata: { open: "${open}" }\n`;
    const deploy = (open: string) =>
      kapply(['deploy', '-f', '-', '-n', current.namespace, '--set', 'gate', '--timeout', '2s'], { stdin: gate(open) });
    const closed = await deploy('no');
    assert.equal(closed.code, 4, closed.transcript);
    assert.match(closed.transcript, /not current yet by annotations of ConfigMap\/gate/);
    const open = await deploy('yes');
    assert.equal(open.code, 0, open.transcript);
  });
});
