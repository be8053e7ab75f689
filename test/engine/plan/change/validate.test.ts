/** --validate, over whole commands on the sandbox: its server refuses what a real one does (test/contract). */
import assert from 'node:assert/strict';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/index.js';
import { withoutUnknownFields } from '../../../../src/engine/plan/change/validate.js';
import type { KubeObject } from '../../../../src/objects/object.js';
import { shapeOfKind } from '../../../../src/patch/apply/kindVersions.js';
import { kubernetesSchema } from '../../../../src/patch/schema/builtinTables.js';
import { runKapply } from '../../../commands/runKapply.js';

const crd = (fields: string): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.shop.example.com }
spec:
  group: shop.example.com
  scope: Namespaced
  names: { kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { ${fields} } } } } } }]
`;
const gadget = (spec: string): string => `
apiVersion: shop.example.com/v1
kind: Gadget
metadata: { name: a }
spec: { ${spec} }
`;
const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, appProtocoll: http }], typo: 1 }
`;

describe('--validate', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  const deploy = (stdin: string, ...more: string[]) =>
    runKapply(['deploy', '-f', '-', '--timeout', '5s', ...more], { env: { KUBECONFIG: sandbox.kubeconfig }, stdin });
  const fieldsOf = (kind: string, name: string): object =>
    sandbox.store.list(kind, { namespace: 'default' }).find(({ metadata }) => metadata.name === name)?.spec ?? {};

  it('refuses an unknown field unless it is told otherwise, and sends nothing', async () => {
    const { exitCode, stdout } = await deploy(SERVICE);
    assert.equal(exitCode, 2, stdout);
    assert.match(stdout, /appProtocoll: field not declared.*typo: field not declared|typo.*appProtocoll/);
    assert.match(stdout, /Did you mean appProtocol for appProtocoll/);
    assert.deepEqual(fieldsOf('Service', 'web'), {});
    assert.equal((await deploy(SERVICE, '--validate', 'true')).exitCode, 2);
  });

  it('leaves it out with warn and says which; with ignore it says nothing', async () => {
    const warned = await deploy(SERVICE, '--validate=warn');
    assert.equal(warned.exitCode, 0, warned.stdout + warned.stderr);
    assert.match(warned.stdout, /Service\/web is applied without spec.ports\[0\].appProtocoll, spec.typo/);
    assert.deepEqual((fieldsOf('Service', 'web') as { typo?: number }).typo, undefined);
    const ignored = await deploy(SERVICE, '--validate=ignore');
    assert.equal(ignored.exitCode, 0, ignored.stdout);
    assert.doesNotMatch(ignored.stdout + ignored.stderr, /appProtocoll/);
  });

  it('goes by the definition of a custom resource, also where it comes in the same set, or changes in it', async () => {
    const misspelt = await deploy(crd('size: { type: integer }') + '---' + gadget('sise: 3'));
    assert.equal(misspelt.exitCode, 2, misspelt.stdout);
    assert.match(misspelt.stdout, /Did you mean size for sise/);
    const first = await deploy(crd('size: { type: integer }') + '---' + gadget('sise: 3'), '--validate=warn');
    assert.equal(first.exitCode, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /Gadget\/a is applied without spec.sise/);
    const grown = await deploy(
      crd('size: { type: integer }, colour: { type: string }') + '---' + gadget('colour: red'),
    );
    assert.equal(grown.exitCode, 0, grown.stdout + grown.stderr);
    assert.deepEqual(fieldsOf('shop.example.com/Gadget', 'a'), { colour: 'red' });
  });
});

describe('withoutUnknownFields', () => {
  it('leaves out what the shape does not declare, however deep, and nothing else', async () => {
    const spec = (container: object, more: object): object => ({
      ...more,
      template: { metadata: { labels: { any: 'label' } }, spec: { containers: [{ name: 'a', ...container }] } },
    });
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', annotations: { any: 'thing' } },
      spec: spec({ image: 'a', imagee: 'b', resources: { limits: { 'example.com/gpu': 1 } } }, { replicaas: { x: 1 } }),
    } as unknown as KubeObject;
    const shape = shapeOfKind(await kubernetesSchema(), 'apps/v1', 'Deployment');
    const lenient = withoutUnknownFields(object, shape);
    assert.deepEqual(lenient?.dropped, ['spec.replicaas', 'spec.template.spec.containers[0].imagee']);
    assert.deepEqual(lenient.object.spec, spec({ image: 'a', resources: { limits: { 'example.com/gpu': 1 } } }, {}));
    assert.equal(withoutUnknownFields(lenient.object, shape), undefined);
    assert.equal(withoutUnknownFields(object, undefined), undefined);
  });
});
