import assert from 'node:assert/strict';
import { prepareObjects, type PrepareOptions } from '../../../../src/engine/plan/prepare/prepare.js';
import { KapplyError } from '../../../../src/errors.js';
import { ID_ANNOTATION, SET_ANNOTATION } from '../../../../src/objects/annotations.js';
import type { KubeObject } from '../../../../src/objects/object.js';
import type { RenderedObject } from '../../../../src/objects/rendered.js';
import { resource, RESOURCES } from '../../fakeCluster.js';

const CLUSTER_ROLES = resource('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', { namespaced: false });

const OPTIONS: PrepareOptions = {
  discovery: { resources: RESOURCES, failures: [{ groupVersion: 'broken.example.com/v1', message: 'no answer' }] },
  set: 'shop',
  namespace: undefined,
  defaultNamespace: 'default',
};

function rendered(object: object, file = 'all.yaml'): RenderedObject {
  return { object: object as KubeObject, origin: { file, line: 3 }, generated: false };
}

const config = (more: object = {}, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  ...more,
});
const secret = (more: object): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...more });
const withPod = (container: object, kind = 'Deployment'): object => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'a' },
  spec: { template: { spec: { containers: [{ name: 'app', ...container }] } } },
});
const definition = (scope = 'Namespaced', served = true): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gizmos.new.example.com' },
  spec: {
    group: 'new.example.com',
    scope,
    names: { kind: 'Gizmo', plural: 'gizmos' },
    versions: [{ name: 'v1', served }],
  },
});
const DEFINITIONS = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
  verbs: [],
  subresources: [],
  preferred: true,
};
const WITH_DEFINITIONS = { ...OPTIONS, discovery: { resources: [...RESOURCES, DEFINITIONS], failures: [] } };

const prepareOne = (object: object, options: Partial<PrepareOptions> = {}): KubeObject =>
  prepareObjects([rendered(object)], { ...OPTIONS, ...options })[0]!.object;

describe('prepareObjects', () => {
  it('stamps the set, and leaves the rendered object as it was', () => {
    const object = config({ data: { a: '1' } }, { annotations: { mine: 'yes' } });
    const before = structuredClone(object);
    assert.deepEqual(prepareOne(object).metadata.annotations, {
      mine: 'yes',
      [SET_ANNOTATION]: 'shop',
      [ID_ANNOTATION]: '/ConfigMap/default/a',
    });
    assert.deepEqual(object, before);
  });

  it('overwrites the set that an exported manifest carries', () => {
    const object = config({}, { annotations: { [SET_ANNOTATION]: 'elsewhere' } });
    assert.equal(prepareOne(object).metadata.annotations?.[SET_ANNOTATION], 'shop');
  });

  it('stamps nothing without a name, and takes an exported stamp off', () => {
    const object = config({}, { annotations: { mine: 'yes', [SET_ANNOTATION]: 'a', 'co-owner.kapply.dev/b': 'true' } });
    assert.deepEqual(prepareOne(object, { set: undefined }).metadata.annotations, { mine: 'yes' });
  });

  it('leaves out the rules of an aggregated ClusterRole: its controller writes them', () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'a' },
      rules: [],
    };
    const options = { discovery: { resources: [...RESOURCES, CLUSTER_ROLES], failures: [] } };
    const aggregated = { ...role, aggregationRule: { clusterRoleSelectors: [] } };
    assert.ok(!Object.hasOwn(prepareOne(aggregated, options), 'rules'));
    assert.deepEqual(prepareOne(role, options).rules, []);
  });

  it('drops what a server wrote into an exported manifest', () => {
    const object = config(
      {},
      {
        uid: 'u',
        resourceVersion: '1',
        generation: 3,
        creationTimestamp: null,
        selfLink: '/x',
        managedFields: [{ manager: 'kubectl' }],
        labels: { a: 'b' },
      },
    );
    assert.deepEqual(Object.keys(prepareOne(object).metadata).sort(), ['annotations', 'labels', 'name', 'namespace']);
  });

  it('drops the note of kubectl apply from an exported manifest, which a take-over would remove anew at every diff', () => {
    const note = 'kubectl.kubernetes.io/last-applied-configuration';
    const { metadata } = prepareOne(config({}, { annotations: { [note]: '{}', mine: 'x' } }), { set: undefined });
    assert.deepEqual(metadata.annotations, { mine: 'x' });
  });

  it('takes a field of the metadata that is null for none', () => {
    const nulls = { annotations: null, labels: null, finalizers: null, namespace: null, ownerReferences: null };
    const { metadata } = prepareOne(config({}, nulls), { set: undefined });
    assert.deepEqual(metadata, { name: 'a', namespace: 'default' });
  });

  describe('namespaces', () => {
    for (const [own, flag, expected] of [
      [undefined, undefined, 'default'],
      ['', undefined, 'default'],
      [undefined, 'shop', 'shop'],
      ['shop', undefined, 'shop'],
      ['shop', 'shop', 'shop'],
    ] as const) {
      it(`${String(own)} with -n ${String(flag)} is ${expected}`, () =>
        assert.equal(prepareOne(config({}, { namespace: own }), { namespace: flag }).metadata.namespace, expected));
    }

    it('an object of the cluster has none, whatever it says', () => {
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', namespace: 'x' } };
      assert.equal(Object.hasOwn(prepareOne(object, { namespace: 'y' }).metadata, 'namespace'), false);
    });
  });

  describe('Secrets', () => {
    it('folds stringData into data, over what data has', () => {
      const { data, stringData } = prepareOne(
        secret({ data: { a: 'eA==', b: 'eA==' }, stringData: { b: 'ü', c: '' } }),
      );
      assert.deepEqual(data, { a: 'eA==', b: 'w7w=', c: '' });
      assert.equal(stringData, undefined);
    });

    it('takes null for the empty string, as the server does', () => {
      assert.deepEqual(prepareOne(secret({ stringData: { a: null } })).data, { a: '' });
    });

    it('leaves the stringData of another kind alone', () => {
      const object = { ...secret({ stringData: { a: 1 } }), apiVersion: 'shop.example.com/v1', kind: 'Gadget' };
      assert.deepEqual(prepareOne(object).stringData, { a: 1 });
    });

    // The server's own words hold the value (seen): "expected string, got &value.valueUnstructured{Value:12345678}".
    for (const [more, path, word] of [
      [{ stringData: { port: 12345678 } }, 'stringData.port', 'number'],
      [{ data: { pw: 12345678 } }, 'data.pw', 'number'],
      [{ data: { pw: 12345678901234567890n } }, 'data.pw', 'number'],
      [{ stringData: { on: true } }, 'stringData.on', 'boolean'],
      [{ data: { pw: { deep: '12345678' } } }, 'data.pw', 'map'],
      [{ stringData: ['12345678'] }, 'stringData', 'list'],
      [{ data: '12345678' }, 'data', 'string'],
    ] as const) {
      it(`refuses ${path} as a ${word} without showing it`, () =>
        assert.throws(
          () => prepareOne(secret(more)),
          (error) =>
            error instanceof KapplyError &&
            error.code === 'InvalidSecret' &&
            error.exitCode === 2 &&
            error.message.includes(`Secret/a in all.yaml: ${path} must`) &&
            error.message.endsWith(`not a ${word}`) &&
            !error.message.includes('12345678'),
        ));
    }
  });

  describe('base64', () => {
    const config = (binaryData: object): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      binaryData,
    });
    const refused: readonly (readonly [object, string, RegExp])[] = [
      [secret({ data: { ok: 'YQ==', pw: 'hunter2 !' } }), 'Secret/a in all.yaml: data.pw is not base64', /stringData/],
      [secret({ data: { pw: 'YQ' } }), 'Secret/a in all.yaml: data.pw is not base64', /stringData/],
      [config({ logo: 'a=bc' }), 'ConfigMap/a in all.yaml: binaryData.logo is not base64', /under data/],
    ];
    for (const [object, message, hint] of refused) {
      it(`refuses it: ${message}`, () =>
        assert.throws(
          () => prepareOne(object),
          (error) =>
            error instanceof KapplyError &&
            error.exitCode === 2 &&
            error.message === message &&
            hint.test(error.suggestions.join()),
        ));
    }

    it('takes what Go takes: line breaks, no text, and what is not of the core', () => {
      prepareOne(secret({ data: { a: 'YWJj\nZGVm\n', b: '' } }));
      prepareOne(config({ a: '+/8=' }));
      prepareOne({ ...secret({ data: { a: 'plain' } }), apiVersion: 'shop.example.com/v1', kind: 'Gadget' });
    });
  });

  describe('kinds that the set defines itself', () => {
    const gizmo = { apiVersion: 'new.example.com/v1', kind: 'Gizmo', metadata: { name: 'g' } };
    const prepared = (...objects: readonly object[]) =>
      prepareObjects(
        objects.map((object) => rendered(object)),
        WITH_DEFINITIONS,
      ).map(({ object, pendingKind }) => [object.kind, object.metadata.namespace, pendingKind]);

    it('are known before the server knows them', () => {
      assert.deepEqual(prepared(gizmo, definition()), [
        ['Gizmo', 'default', true],
        ['CustomResourceDefinition', undefined, false],
      ]);
    });

    it('have the scope that their definition says', () => {
      assert.deepEqual(prepared(gizmo, definition('Cluster'))[0], ['Gizmo', undefined, true]);
    });

    it('are unknown in a version that is not served', () => {
      assert.throws(() => prepared(gizmo, definition('Namespaced', false)), { code: 'UnknownKind' });
    });
  });

  describe('refuses', () => {
    for (const [name, objects, code, message] of [
      [
        'a kind that the server lacks',
        [{ ...config(), kind: 'Gizmo' }],
        'UnknownKind',
        'the server has no kind Gizmo in v1',
      ],
      [
        'a version that the server lacks',
        [{ ...withPod({}), apiVersion: 'apps/v1beta1' }],
        'UnknownKind',
        'no kind Deployment in apps/v1beta1',
      ],
      ['no name', [config({}, { name: undefined })], 'MissingName', 'ConfigMap in all.yaml has no metadata.name'],
      ['an empty name', [config({}, { name: '' })], 'MissingName', 'ConfigMap in all.yaml has no metadata.name'],
      [
        'generateName',
        [config({}, { name: undefined, generateName: 'a-' })],
        'MissingName',
        'only generateName, which cannot be applied twice',
      ],
      [
        'the same object twice',
        [config(), config()],
        'DuplicateObject',
        'default/ConfigMap/a is there twice: in all.yaml and in all.yaml',
      ],
      [
        'the same object twice, once with its namespace',
        [config(), config({}, { namespace: 'default' })],
        'DuplicateObject',
        'default/ConfigMap/a is there twice',
      ],
    ] as const) {
      it(name, () =>
        assert.throws(
          () =>
            prepareObjects(
              objects.map((object) => rendered(object)),
              OPTIONS,
            ),
          (error) =>
            error instanceof KapplyError &&
            error.code === code &&
            error.exitCode === 2 &&
            error.message.includes(message) &&
            error.position?.file === 'all.yaml' &&
            error.position.line === 3 &&
            error.suggestions.length > 0,
        ),
      );
    }

    it('-n against a namespace in a manifest', () =>
      assert.throws(() => prepareOne(config({}, { namespace: 'other' }), { namespace: 'shop' }), {
        code: 'NamespaceMismatch',
        exitCode: 2,
        message: 'ConfigMap/a in all.yaml names the namespace other, but -n says shop',
      }));

    it('a kind of which the server could not tell, with the server’s reason', () =>
      assert.throws(() => prepareOne({ ...config(), apiVersion: 'broken.example.com/v1' }), {
        code: 'DiscoveryFailed',
        exitCode: 5,
        message: 'ConfigMap/a in all.yaml: the server could not say what broken.example.com/v1 holds: no answer',
      }));

    it('names the versions in which the server has the kind', () =>
      assert.throws(
        () => prepareOne({ ...withPod({}), apiVersion: 'apps/v1beta1' }),
        (error) => error instanceof KapplyError && error.suggestions[0] === 'The server has it in apps/v1.',
      ));
  });
});
