import assert from 'node:assert/strict';
import { schemaRefusal, shapeFor } from '../../../../src/engine/plan/refusals/schemaRefusal.js';
import type { KubeObject } from '../../../../src/objects/object.js';
import { shapeOfKind } from '../../../../src/patch/apply/kindVersions.js';
import { kubernetesSchema } from '../../../../src/patch/schema/builtinTables.js';
import { fakeCluster, resource, RESOURCES } from '../../fakeCluster.js';

const DEFINITIONS = resource('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
  namespaced: false,
});
const GADGETS = resource('shop.example.com/v1', 'Gadget', 'gadgets');
const definition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.shop.example.com' },
  spec: {
    group: 'shop.example.com',
    scope: 'Namespaced',
    names: { kind: 'Gadget', plural: 'gadgets' },
    versions: [
      {
        name: 'v1',
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
};

const deployment = (container: object, spec: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { ...spec, template: { spec: { containers: [{ name: 'app', ...container }] } } },
});
const gadget = (spec: object): KubeObject => ({
  apiVersion: 'shop.example.com/v1',
  kind: 'Gadget',
  metadata: { name: 'a', namespace: 'shop' },
  spec,
});

const CASES: readonly (readonly [string, KubeObject, string, string, RegExp])[] = [
  [
    'a misspelt field',
    deployment({ imagee: 'a' }),
    'UnknownField',
    '.spec.template.spec.containers[name="app"].imagee: field not declared in schema',
    /Did you mean image for imagee/,
  ],
  [
    'a field of no kind',
    deployment({ xyzzy: 'a' }),
    'UnknownField',
    '.spec.template.spec.containers[name="app"].xyzzy: field not declared in schema',
    /kubectl explain deployment/,
  ],
  [
    'an entry that is there twice',
    deployment({ env: [{ name: 'A' }, { name: 'A' }] }),
    'DuplicateKey',
    '.spec.template.spec.containers[name="app"].env: duplicate entries for key [name="A"]',
    /^Leave one of the entries \[name="A"\] in .*\.env\.$/,
  ],
  [
    'a number in quotes',
    deployment({}, { replicas: '3' }),
    'WrongType',
    '.spec.replicas: expected numeric (int or float), got string',
    /Take the quotes away/,
  ],
  [
    'a text without quotes',
    deployment({ env: [{ name: 'A', value: 1 }] }),
    'WrongType',
    '.spec.template.spec.containers[name="app"].env[name="A"].value: expected string, got a number',
    /Put quotes around/,
  ],
  [
    'a map where a list is wanted',
    deployment({ env: { A: 'x' } }),
    'WrongType',
    '.spec.template.spec.containers[name="app"].env: expected list, got a map',
    /^Write a list at .*\.env: each entry on a line that begins with "- "\.$/,
  ],
  [
    'a list where a map is wanted',
    deployment({ resources: [{ cpu: 1 }] }),
    'WrongType',
    '.spec.template.spec.containers[name="app"].resources: expected map, got a list',
    /^Write fields at .*\.resources: KEY: VALUE, indented, without a dash\.$/,
  ],
  [
    'a list where a text is wanted',
    deployment({ image: ['a'] }),
    'WrongType',
    '.spec.template.spec.containers[name="app"].image: expected string, got a list',
    /^Write one text at .*\.image, no list\.$/,
  ],
  [
    'a word for a truth value',
    deployment({ tty: 'yes' }),
    'WrongType',
    '.spec.template.spec.containers[name="app"].tty: expected boolean, got a string',
    /^Write true or false at .*\.tty, without quotes\.$/,
  ],
  [
    'a field of a custom resource',
    gadget({ sise: 3 }),
    'UnknownField',
    '.spec.sise: field not declared in schema',
    /Did you mean size for sise/,
  ],
];

describe('schemaRefusal', () => {
  const refuse = async (object: KubeObject, objects = [definition]) => {
    const schema = await kubernetesSchema();
    const cluster = fakeCluster({ objects, discovery: { resources: [...RESOURCES, DEFINITIONS] } });
    const shape = await shapeFor(object, GADGETS, {
      cluster,
      signal: new AbortController().signal,
      shapeOf: ({ apiVersion, kind }) => shapeOfKind(schema, apiVersion, kind),
      definitions: new Map(),
    });
    return schemaRefusal(object, shape, { file: 'all.yaml', line: 7 });
  };

  for (const [name, object, code, words, hint] of CASES) {
    it(`tells ${name}, with its file and line`, async () => {
      const failure = await refuse(object);
      assert.equal(failure?.code, code);
      assert.equal(failure.message, `${object.kind}/${object.metadata.name} in all.yaml:7: ${words}`);
      assert.match(failure.suggestions.join('\n'), hint);
    });
  }

  it('tells all that is wrong at once', async () => {
    const failure = await refuse(deployment({ imagee: 'a' }, { replicas: '3' }));
    assert.match(failure!.message, /replicas.*; .*imagee/);
    assert.equal(failure!.suggestions.length, 2);
  });

  it('says nothing where it knows nothing against it', async () => {
    assert.equal(await refuse(deployment({ image: 'a' })), undefined);
    assert.equal(await refuse(gadget({ sise: 3 }), []), undefined);
  });
});
