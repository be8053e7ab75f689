import assert from 'node:assert/strict';
import { kubernetesSchema } from '../../src/patch/schema/builtinTables.js';
import type { Draft } from '../../src/sandbox/draft.js';
import { createCodec } from '../../src/sandbox/wire.js';
import type { Codec } from '../../src/sandbox/wire.js';

const DEPLOYMENT = 'io.k8s.api.apps.v1.Deployment';
const container = (more: Draft): Draft => ({ spec: { template: { spec: { containers: [{ name: 'a', ...more }] } } } });

describe('sandbox/wire', () => {
  let codec: Codec;
  before(async () => (codec = createCodec(await kubernetesSchema())));
  const decode = (value: Draft, definition = DEPLOYMENT): { readonly object: Draft; readonly unknown: string[] } => {
    const unknown: string[] = [];
    return { object: codec.decode(definition, value, (path) => unknown.push(path)), unknown };
  };

  it('leaves out zero values that are left out, keeps those behind a pointer, adds structs that are always there', () => {
    const { object } = decode({ metadata: { labels: {} }, spec: { paused: false, minReadySeconds: 0, replicas: 0 } });
    assert.deepEqual(object, {
      metadata: {},
      spec: { replicas: 0, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
      status: {},
    });
  });

  it('drops null, and names unknown fields by their path', () => {
    const { object, unknown } = decode({
      spec: { replicas: null, nope: 1, template: { spec: { containers: [{ x: 1 }] } } },
    });
    assert.equal((object['spec'] as Draft)['replicas'], undefined);
    assert.deepEqual(unknown, ['spec.nope', 'spec.template.spec.containers[0].x']);
  });

  it('does not take the names of Object for fields', () => {
    const value = JSON.parse('{"spec":{"__proto__":{"replicas":3},"constructor":1}}') as Draft;
    assert.deepEqual(decode(value).unknown, ['spec.__proto__', 'spec.constructor']);
  });

  const wrong: readonly (readonly [string, Draft, string])[] = [
    [
      'a number for a text',
      container({ image: 1 }),
      'json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.image of type string',
    ],
    [
      'a text for a number',
      { spec: { replicas: '1' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'a text for a flag',
      { spec: { paused: 'yes' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool',
    ],
    [
      'an object for a list',
      container({ env: {} }),
      'json: cannot unmarshal object into Go struct field Container.spec.template.spec.containers.env of type []v1.EnvVar',
    ],
    [
      'a list for an object',
      { spec: [] },
      'json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec',
    ],
  ];
  for (const [name, value, message] of wrong) {
    it(`refuses ${name} in the server's words`, () => assert.throws(() => decode(value), { message }));
  }
});
