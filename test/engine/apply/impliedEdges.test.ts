import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { DEPENDS_ON_ANNOTATION } from '../../../src/objects/annotations.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { sortIntoStages } from '../../../src/engine/apply/waves.js';

const OPERATOR = `
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: { name: widgets.shop.example }
  spec:
    group: shop.example
    names: { kind: Widget, plural: widgets }
- apiVersion: v1
  kind: Service
  metadata: { name: hook, namespace: shop }
  spec: { selector: { app: operator } }
- apiVersion: apps/v1
  kind: Deployment
  metadata: { name: operator, namespace: shop }
  spec: { template: { metadata: { labels: { app: operator, tier: back } } } }
- apiVersion: apps/v1
  kind: Deployment
  metadata: { name: other, namespace: shop }
  spec: { template: { metadata: { labels: { app: other } } } }
- apiVersion: shop.example/v1
  kind: Widget
  metadata: { name: w, namespace: shop }
`;
const hook = (group: string, resource: string, service = 'hook', kind = 'Mutating'): string => `
- apiVersion: admissionregistration.k8s.io/v1
  kind: ${kind}WebhookConfiguration
  metadata: { name: check }
  webhooks:
  - name: check.shop.example
    clientConfig: { service: { namespace: shop, name: ${service} } }
    rules: [{ apiGroups: ['${group}'], resources: ['${resource}'] }]
`;

function stages(text: string, change: (objects: KubeObject[]) => void = () => undefined) {
  const objects = parse(text) as KubeObject[];
  change(objects);
  const sorted = sortIntoStages(objects.map((object) => ({ object })));
  const at = (name: string): number =>
    sorted.findIndex(({ members }) => members.some(({ object }) => object.metadata.name === name));
  return { at, awaits: (name: string) => Object.values(sorted[at(name)]?.awaits ?? {}).flat() };
}

describe('engine/apply/impliedEdges', () => {
  for (const [name, group, resource, service, waits] of [
    ['its kind', 'shop.example', 'widgets', 'hook', true],
    ['every kind of its group', 'shop.example', '*', 'hook', true],
    ['another kind of its group', 'shop.example', 'gadgets', 'hook', false],
    ['every group, as a guard of the cluster is', '*', '*', 'hook', false],
    ['its kind, served by what the set lacks', 'shop.example', 'widgets', 'elsewhere', false],
  ] as const) {
    it(`lets a custom resource ${waits ? 'wait' : 'not wait'} for a webhook that is asked about ${name}`, () => {
      const { at, awaits } = stages(OPERATOR + hook(group, resource, service));
      assert.equal(at('w') > at('check'), waits);
      assert.equal(
        awaits('w').some((key) => key.includes('operator')),
        waits,
      );
      assert.equal(
        awaits('w').some((key) => key.includes('other')),
        false,
      );
    });
  }

  it('lets a webhook that only judges come last, after what it will judge', () => {
    const { at, awaits } = stages(OPERATOR + hook('shop.example', 'widgets', 'hook', 'Validating'));
    assert.ok(at('check') > at('w'));
    assert.ok(at('w') > at('operator'));
    assert.ok(awaits('w').some((key) => key.includes('operator')));
  });

  it('lets a custom resource wait for the conversion webhook of its definition', () => {
    const { at, awaits } = stages(OPERATOR, ([definition]) => {
      const service = { namespace: 'shop', name: 'hook' };
      const conversion = { strategy: 'Webhook', webhook: { clientConfig: { service } } };
      Object.assign(definition?.spec as object, { conversion });
    });
    assert.ok(at('w') > at('operator'));
    assert.equal(awaits('w').length, 1);
  });

  it('gives way to what the user says', () => {
    const { at } = stages(OPERATOR + hook('shop.example', 'widgets'), (objects) => {
      const operator = objects.find(({ metadata }) => metadata.name === 'operator');
      const annotations = { [DEPENDS_ON_ANNOTATION]: 'shop.example/namespaces/shop/Widget/w' };
      Object.assign(operator?.metadata as object, { annotations });
    });
    assert.ok(at('operator') > at('w'));
  });

  it('sends the account before the Secret that asks for its token', () => {
    const { at } = stages(`
- apiVersion: v1
  kind: Secret
  type: kubernetes.io/service-account-token
  metadata: { name: token, namespace: shop, annotations: { kubernetes.io/service-account.name: robot } }
- { apiVersion: v1, kind: ServiceAccount, metadata: { name: robot, namespace: shop } }
- { apiVersion: v1, kind: ServiceAccount, metadata: { name: robot, namespace: elsewhere } }
- { apiVersion: v1, kind: Secret, metadata: { name: plain, namespace: shop } }
`);
    assert.ok(at('token') > at('robot'));
    assert.equal(at('plain'), at('robot'));
  });
});
