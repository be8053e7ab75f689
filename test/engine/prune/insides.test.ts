import assert from 'node:assert/strict';
import { idOf, keyOf, type KubeObject } from '../../../src/objects/object.js';
import { readInsides, sortInside, type InsidesOptions } from '../../../src/engine/prune/insides.js';
import { ID_ANNOTATION, SET_ANNOTATION } from '../../../src/objects/annotations.js';
import type { Candidate } from '../../../src/engine/prune/candidate.js';
import { fakeCluster, forbidden, RESOURCES } from '../fakeCluster.js';

const NAMESPACE = { group: '', kind: 'Namespace', namespace: '', name: 'shop' };

function object(kind: string, name: string, set?: string, metadata: object = {}): KubeObject {
  const id = `${['Deployment', 'ReplicaSet'].includes(kind) ? 'apps' : ''}/${kind}/shop/${name}`;
  const annotations = set === undefined ? {} : { [SET_ANNOTATION]: set, [ID_ANNOTATION]: id };
  const apiVersion = id.startsWith('apps') ? 'apps/v1' : 'v1';
  const managedFields = set === undefined ? [] : [{ manager: 'kapply', operation: 'Apply', apiVersion }];
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop', annotations, managedFields, ...metadata },
  } as KubeObject;
}

function candidate(of: KubeObject): Candidate {
  return { object: of, resource: RESOURCES.find(({ kind }) => kind === of.kind)!, protectedType: false };
}

const options = (more: Partial<InsidesOptions> = {}): InsidesOptions => ({
  discovery: { resources: RESOURCES, failures: [] },
  sets: ['shop'],
  applied: { keys: new Set(), uids: new Set() },
  signal: new AbortController().signal,
  ...more,
});

describe('engine/prune/insides', () => {
  const owner = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true }];
  const cases: { name: string; objects: readonly KubeObject[]; own: number; others: readonly string[] }[] = [
    { name: 'nothing', objects: [], own: 0, others: [] },
    { name: 'objects of the set', objects: [object('Deployment', 'web', 'shop')], own: 1, others: [] },
    {
      name: 'their children',
      objects: [
        object('Deployment', 'web', 'shop', { uid: 'u' }),
        object('Pod', 'web-1', undefined, { ownerReferences: owner }),
      ],
      own: 1,
      others: [],
    },
    {
      name: 'another set',
      objects: [object('Deployment', 'api', 'api')],
      own: 0,
      others: ['Deployment/api of set api'],
    },
    { name: 'nobody that is known', objects: [object('ConfigMap', 'theirs')], own: 0, others: ['ConfigMap/theirs'] },
    {
      name: 'what every namespace has',
      objects: [object('ConfigMap', 'kube-root-ca.crt'), object('ServiceAccount', 'default')],
      own: 0,
      others: [],
    },
  ];
  for (const { name, objects, own, others } of cases) {
    it(`sorts ${name}`, () => {
      const sorted = sortInside(objects.map(candidate), options());
      assert.deepEqual({ own: sorted.own.length, others: sorted.others }, { own, others });
    });
  }

  it('counts an operator’s child whose owner lives elsewhere', () => {
    const child = object('ConfigMap', 'made', undefined, { ownerReferences: owner });
    assert.deepEqual(sortInside([candidate(child)], options()).others, ['ConfigMap/made']);
  });

  it('knows nothing of groups that discovery could not read, nor of kinds that are not served', async () => {
    const failures = [{ groupVersion: 'broken.example.com/v1', message: 'no answer' }];
    const discovery = { resources: RESOURCES, failures };
    const definition = { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', namespace: '' };
    const broken = { ...definition, name: 'things.broken.example.com' };
    const unserved = { ...definition, name: 'things.other.example.com' };
    const insides = await readInsides(fakeCluster(), [NAMESPACE, broken, unserved], options({ discovery }));
    for (const id of [NAMESPACE, broken, unserved]) assert.equal(insides.get(keyOf(id))?.unlisted.length, 1, id.name);
  });

  it('counts what this run applies among the others: it would go as well', () => {
    const applied = object('Deployment', 'web', 'shop');
    const keys = new Set([keyOf(idOf(applied))]);
    assert.deepEqual(sortInside([candidate(applied)], options({ applied: { keys, uids: new Set() } })).others, [
      'Deployment/web of set shop',
    ]);
  });

  it('looks into a Namespace, and into all namespaces for a definition', async () => {
    const gadget = { apiVersion: 'shop.example.com/v1', kind: 'Gadget', metadata: { name: 'g', namespace: 'far' } };
    const cluster = fakeCluster({ objects: [object('ConfigMap', 'theirs'), gadget] });
    const definition = {
      group: 'apiextensions.k8s.io',
      kind: 'CustomResourceDefinition',
      namespace: '',
      name: 'gadgets.shop.example.com',
    };
    const insides = await readInsides(cluster, [NAMESPACE, definition], options());
    assert.deepEqual(insides.get(keyOf(NAMESPACE))?.others, ['ConfigMap/theirs']);
    assert.deepEqual(insides.get(keyOf(definition))?.others, ['Gadget/g']);
  });

  it('knows nothing where something cannot be listed', async () => {
    const cluster = fakeCluster({
      react: ({ resource: kind }) => {
        if (kind?.kind === 'Secret') throw forbidden('secrets');
      },
    });
    const insides = await readInsides(cluster, [NAMESPACE], options());
    assert.equal(insides.get(keyOf(NAMESPACE))?.unlisted.length, 1);
  });

  it('reads nothing for other candidates', async () => {
    const cluster = fakeCluster();
    await readInsides(cluster, [{ group: '', kind: 'ConfigMap', namespace: 'shop', name: 'a' }], options());
    assert.deepEqual(cluster.log, []);
  });
});
