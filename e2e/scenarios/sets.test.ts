/** A label is not ownership: sets, and labels that would match too much or nothing. */
import assert from 'node:assert/strict';
import { kapplyJson } from '../harness/program.js';
import { useScenario } from '../harness/scenario.js';
import { deployShop, fateOf, generated, pruneLabel } from '../harness/shop.js';

/** An overlay of one generated ConfigMap that no workload uses. */
const overlay = (set: string, namespace: string, name: string, value: string): string => `
metadata: { name: ${set} }
namespace: ${namespace}
generatorOptions: { labels: { appconfig: myconfig } }
configMapGenerator: [{ name: ${name}, literals: [VALUE=${value}] }]
`;

describe('two sets with one label in one namespace', () => {
  const scenario = useScenario();

  const deploy = async (set: string, value: string, flags: readonly string[] = []): ReturnType<typeof kapplyJson> => {
    const { current } = scenario;
    await current.write({
      [`${set}/kustomization.yaml`]: overlay(`${set}-${current.namespace}`, current.namespace, `${set}-config`, value),
    });
    return kapplyJson(['deploy', '-k', `${current.folder}/${set}`, '--prune-label', pruneLabel, ...flags]);
  };

  it('leave each other alone', async () => {
    for (const [set, value] of [
      ['red', '1'],
      ['blue', '1'],
      ['red', '2'],
      ['blue', '2'],
      ['red', '3'],
    ] as const) {
      const ran = await deploy(set, value);
      assert.equal(ran.code, 0, ran.transcript);
    }
    const names = await generated(scenario.current, 'ConfigMap');
    assert.equal(names.length, 2);
    assert.match(names[0]!, /^blue-config-/);
    assert.match(names[1]!, /^red-config-/);
  });

  it('an object of the other set is refused with exit 5, and taken with --take-over', async () => {
    const { current } = scenario;
    const tree = (set: string): Record<string, string> => ({
      [`${set}/kustomization.yaml`]: `metadata: { name: ${set}-${current.namespace} }\nnamespace: ${current.namespace}\nresources: [shared.yaml]\n`,
      [`${set}/shared.yaml`]: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shared }\ndata: { a: b }\n',
    });
    await current.write({ ...tree('green'), ...tree('yellow') });
    const first = await kapplyJson(['deploy', '-k', `${current.folder}/green`]);
    assert.equal(first.code, 0, first.transcript);
    const second = await kapplyJson(['deploy', '-k', `${current.folder}/yellow`]);
    assert.equal(second.code, 5, second.transcript);
    assert.match(second.stderr, /green/);
    assert.match(second.stderr, /--take-over/);
    const third = await kapplyJson(['deploy', '-k', `${current.folder}/yellow`, '--take-over']);
    assert.equal(third.code, 0, third.transcript);
    const shared = await current.get('ConfigMap', 'shared');
    assert.equal(shared.metadata.annotations?.['kapply.dev/set'], `yellow-${current.namespace}`);
  });
});

describe('a prune label that nothing rendered carries', () => {
  const scenario = useScenario();

  it('is refused while live objects carry it, and agreed to with --yes', async () => {
    const { current } = scenario;
    const first = await deployShop(current);
    assert.equal(first.code, 0, first.transcript);
    const before = await generated(current, 'ConfigMap');
    const plain = {
      'plain/kustomization.yaml': `
metadata: { name: shop-${current.namespace} }
namespace: ${current.namespace}
resources: [plain.yaml]
`,
      'plain/plain.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain }\ndata: { value: changed }\n',
    };
    await current.write(plain);
    const args = ['deploy', '-k', `${current.folder}/plain`, '--prune-label', pruneLabel];
    const refused = await kapplyJson(args);
    assert.equal(refused.code, 2, refused.transcript);
    assert.match(refused.stderr, /appconfig=myconfig/);
    assert.deepEqual((await current.get('ConfigMap', 'plain')).data, { value: 'one' });
    assert.deepEqual(await generated(current, 'ConfigMap'), before);

    const agreed = await kapplyJson([...args, '--yes']);
    assert.equal(agreed.code, 0, agreed.transcript);
    // The Deployment carries no label, so it is still there, and still uses them.
    for (const name of before) assert.match(fateOf(agreed.report, 'ConfigMap', name) ?? '', /^kept: .*web/);
    assert.deepEqual(await generated(current, 'ConfigMap'), before);
  });
});

describe('the same label and the same name in two namespaces', () => {
  const one = useScenario();
  const two = useScenario();
  /** The name that both give themselves. */
  const prod = (): string => `prod-${one.current.namespace}`;

  const deploy = async (
    scenario: typeof one,
    value: string,
    flags: readonly string[] = [],
  ): ReturnType<typeof kapplyJson> => {
    const { current } = scenario;
    const service = `
apiVersion: v1
kind: Service
metadata: { name: app, labels: { appconfig: myconfig } }
spec: { ports: [{ port: 80 }] }
`;
    await current.write({
      'overlays/prod/kustomization.yaml': `${overlay(prod(), current.namespace, 'config', value)}\nresources: [service.yaml]\n`,
      'overlays/prod/service.yaml': service,
    });
    const ran = await kapplyJson([
      ...['deploy', '-k', `${current.folder}/overlays/prod`, '--prune-label', pruneLabel],
      ...flags,
    ]);
    return ran;
  };
  const isWhole = async (): Promise<void> => {
    for (const { current } of [one, two]) {
      assert.deepEqual(await current.names('Service'), ['app']);
      assert.equal((await generated(current, 'ConfigMap')).length, 1);
    }
  };

  it('look like one application that moved: the second is asked about, and has sent nothing', async () => {
    const first = await deploy(one, '1');
    assert.equal(first.code, 0, first.transcript);
    const second = await deploy(two, '1');
    assert.equal(second.code, 2, second.transcript);
    assert.ok(second.stderr.includes(one.current.namespace), second.transcript);
    assert.match(second.stderr, /--set/);
    assert.deepEqual(await one.current.names('Service'), ['app']);
    assert.deepEqual(await two.current.names('Service'), []);
  });

  it('leave each other alone once each has a name', async () => {
    for (const [scenario, value] of [
      [two, '1'],
      [one, '2'],
      [two, '2'],
    ] as const) {
      const set = scenario === one ? prod() : `two-${two.current.namespace}`;
      const ran = await deploy(scenario, value, ['--set', set]);
      assert.equal(ran.code, 0, ran.transcript);
    }
    await isWhole();
  });

  it('one application that moved is finished with --yes (kubernetes#106284)', async () => {
    const moved = await deploy(two, '3', ['--set', prod(), '--renamed-from', `two-${two.current.namespace}`, '--yes']);
    assert.equal(moved.code, 0, moved.transcript);
    assert.deepEqual(await one.current.names('Service'), []);
    assert.deepEqual(await generated(one.current, 'ConfigMap'), []);
    assert.deepEqual(await two.current.names('Service'), ['app']);
  });
});
