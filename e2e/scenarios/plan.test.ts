/** A plan that somebody approved is what is run, or nothing is: against what people and controllers do on a real server. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kapply, kapplyJson, kubectl, PROGRAM, runProgram } from '../harness/program.js';
import { eventually, useScenario } from '../harness/scenario.js';
import {
  actionOf,
  deployShop,
  environmentOfWeb,
  fateOf,
  generated,
  overlayOf,
  pruneLabel,
  shopTree,
} from '../harness/shop.js';

const OLD = 'old-password-1';
const NEW = 'new-password-2';

describe('a plan', () => {
  const scenario = useScenario();
  let old: { readonly configs: readonly string[]; readonly secrets: readonly string[] };

  before(async () => {
    const first = await deployShop(scenario.current, { password: OLD });
    assert.equal(first.code, 0, first.transcript);
    old = await both();
    await scenario.current.write(shopTree(scenario.current.namespace, { greeting: 'planned', password: NEW }));
  });

  const both = async () => ({
    configs: await generated(scenario.current, 'ConfigMap'),
    secrets: await generated(scenario.current, 'Secret'),
  });
  const fileOf = (): string => join(scenario.current.folder, 'plan.json');
  const plan = async (): Promise<string> => {
    const ran = await kapply(['plan', '-k', overlayOf(scenario.current), '--prune-label', pruneLabel, '-o', fileOf()]);
    assert.equal(ran.code, 0, ran.transcript);
    return (await readFile(fileOf(), 'utf8')) + ran.transcript;
  };
  const deploy = (...flags: readonly string[]) =>
    kapplyJson(['deploy', '--plan', fileOf(), '-k', overlayOf(scenario.current), ...flags]);
  const inNamespace = (...args: readonly string[]) => kubectl(['-n', scenario.current.namespace, ...args]);

  it('holds no value of a Secret, neither of what lives nor of what comes', async () => {
    const said = await plan();
    for (const value of [OLD, NEW]) {
      for (const form of [value, Buffer.from(value).toString('base64')]) assert.ok(!said.includes(form), form);
    }
    assert.match(said, /"scrypt:/);
  });

  it('shows again what it showed, without a cluster', async () => {
    const shown = await kapply(['diff', '--plan', fileOf()], { kubeconfig: '/nowhere' });
    assert.equal(shown.code, 1, shown.transcript);
    assert.match(shown.stdout, /- {2}GREETING: hello\n\+ {2}GREETING: planned/);
    assert.match(shown.stdout, /\*\*\* \(after\)/);
  });

  const state = () => inNamespace('get', 'configmaps,secrets,services', '-o', 'json');

  async function refused(words: RegExp): Promise<string> {
    const before = await state();
    const { code, report, transcript } = await deploy();
    assert.equal(code, 9, transcript);
    assert.match(report.changes.map(({ error }) => error?.message ?? '').join('\n'), words);
    assert.equal(await state(), before, 'something was sent');
    return transcript;
  }

  it('is refused after somebody edited a field with kubectl: with the field and the manager, and nothing is sent', async () => {
    await inNamespace('set', 'image', 'deployment/web', 'app=busybox:edited');
    await refused(
      /\.spec\.template\.spec\.containers\[name="app"\]\.image was "busybox:1\.37" and is "busybox:edited" \(kubectl-set, /,
    );
    await inNamespace('set', 'image', 'deployment/web', 'app=busybox:1.37');
  });

  it('is refused after somebody edited a Secret, and does not say to what', async () => {
    await scenario.current.write(shopTree(scenario.current.namespace, { greeting: 'again', password: OLD }));
    await plan();
    const [secret = ''] = old.secrets;
    await inNamespace('patch', 'secret', secret, '--type=merge', '-p={"stringData":{"PASSWORD":"edited-by-somebody"}}');
    const said = await refused(/\.data\.PASSWORD has changed \(kubectl-patch, /);
    assert.ok(!said.includes('edited-by-somebody'));
    assert.ok(!said.includes(Buffer.from('edited-by-somebody').toString('base64')));
  });

  it('is carried out exactly, whatever controllers write and others annotate meanwhile; with its prune', async () => {
    await scenario.current.write(shopTree(scenario.current.namespace, { greeting: 'planned', password: NEW }));
    await plan();
    old = await both();
    await inNamespace('annotate', 'deployment/web', 'example.com/seen=yes');
    await inNamespace('delete', 'pod', '-l', 'app=web', '--wait=true');
    await eventually('the pod is back', async () => {
      const { status } = await scenario.current.get('Deployment', 'web');
      return (status as { readyReplicas?: number }).readyReplicas === 1 ? true : undefined;
    });
    const { code, report, transcript } = await deploy();
    assert.equal(code, 0, transcript);
    assert.equal(actionOf(report, 'Deployment', 'web'), 'configured');
    assert.equal(actionOf(report, 'Service', 'web'), 'unchanged');
    const gone = old.configs.filter((name) => fateOf(report, 'ConfigMap', name) === 'deleted');
    assert.equal(gone.length, 1, 'app-config changed, app-files did not');
    assert.equal(fateOf(report, 'Secret', old.secrets[0] ?? ''), 'deleted');
    const variables = await environmentOfWeb(scenario.current);
    assert.deepEqual([variables.GREETING, variables.PASSWORD], ['planned', NEW]);
  });

  it('is done once: a second run says so, and changes nothing', async () => {
    const before = await inNamespace('get', 'deployments,configmaps,secrets,services', '-o', 'json');
    const { code, report, transcript } = await deploy();
    assert.equal(code, 0, transcript);
    assert.ok(report.warnings.includes('this plan was carried out already: there is nothing to do'), transcript);
    assert.equal(await inNamespace('get', 'deployments,configmaps,secrets,services', '-o', 'json'), before);
  });

  it('goes on after a run of it was killed', async () => {
    await scenario.current.write(shopTree(scenario.current.namespace, { greeting: 'killed', password: NEW }));
    await plan();
    const kill = new AbortController();
    const killed = kapply(['deploy', '--plan', fileOf(), '-k', overlayOf(scenario.current)], { kill: kill.signal });
    await eventually('its first write', async () => {
      const names = await generated(scenario.current, 'ConfigMap');
      return names.length > 2 ? true : undefined;
    });
    kill.abort();
    await killed;
    const { code, transcript } = await deploy('--lock-timeout', '60s');
    assert.equal(code, 0, transcript);
    assert.equal((await environmentOfWeb(scenario.current)).GREETING, 'killed');
    assert.equal((await generated(scenario.current, 'ConfigMap')).length, 2);
  });

  it('is for its cluster alone', async () => {
    const file = join(scenario.current.folder, 'sandbox.json');
    const flags = [
      'deploy',
      '--plan',
      fileOf(),
      '-k',
      overlayOf(scenario.current),
      '--sandbox',
      '--sandbox-state',
      file,
    ];
    const ran = await runProgram(process.execPath, [PROGRAM, ...flags]);
    assert.equal(ran.code, 2, ran.transcript);
    assert.match(ran.stdout + ran.stderr, /the plan is for another cluster: https:/);
  });
});
