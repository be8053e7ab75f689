/** A kind that the server does not serve, unless the set brings its definition. */
import assert from 'node:assert/strict';
import { kapplyJson } from '../harness/program.js';
import { useScenario } from '../harness/scenario.js';
import { actionOf } from '../harness/shop.js';

const definition = (group: string): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.${group}
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Widget, plural: widgets, singular: widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, properties: { size: { type: integer } } }
`;

const widget = (group: string): string => `
apiVersion: ${group}/v1
kind: Widget
metadata: { name: one }
spec: { size: 3 }
`;

describe('a kind that the server does not serve', () => {
  const scenario = useScenario();
  const group = (): string => `${scenario.current.namespace}.example`;

  it('exits 2 and has changed nothing', async () => {
    const { current } = scenario;
    await current.write({
      'kustomization.yaml': `namespace: ${current.namespace}\nresources: [widget.yaml, config.yaml]`,
      'widget.yaml': widget(group()),
      'config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: beside }\n',
    });
    const ran = await kapplyJson(['deploy', '-k', current.folder]);
    assert.equal(ran.code, 2, ran.transcript);
    assert.match(ran.stderr, /Widget/);
    assert.deepEqual(await current.names('ConfigMap'), []);
  });

  it('is applied after its definition, in one deploy, into a namespace of the same deploy', async () => {
    const { current } = scenario;
    const fresh = `${current.namespace}-fresh`;
    await current.write({
      'kustomization.yaml': 'resources: [widget.yaml, config.yaml, definition.yaml, namespace.yaml]',
      'widget.yaml': widget(group()).replace('name: one', `name: one, namespace: ${fresh}`),
      'config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: beside, namespace: ${fresh} }\n`,
      'definition.yaml': definition(group()),
      'namespace.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${fresh} }\n`,
    });
    const ran = await kapplyJson(['deploy', '-k', current.folder]);
    assert.equal(ran.code, 0, ran.transcript);
    assert.equal(actionOf(ran.report, 'Widget', 'one'), 'created');
    const again = await kapplyJson(['deploy', '-k', current.folder]);
    assert.equal(again.code, 0, again.transcript);
    const changed = again.report.changes.filter(({ action }) => action !== 'unchanged');
    assert.deepEqual(changed, [], again.transcript);
  });
});
