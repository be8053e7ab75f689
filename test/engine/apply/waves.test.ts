import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEPENDS_ON_ANNOTATION } from '../../../src/objects/annotations.js';
import { idOf, keyOf, type KubeObject } from '../../../src/objects/object.js';
import { sortIntoStages } from '../../../src/engine/apply/waves.js';
import { waveOf } from '../../../src/engine/apply/waveOf.js';

function made(type: string, name: string, dependsOn?: string): { object: KubeObject } {
  const [apiVersion = '', kind = ''] = type.split(' ');
  const namespace = kind === 'Namespace' ? undefined : 'shop';
  return {
    object: {
      apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        ...(dependsOn !== undefined && { annotations: { [DEPENDS_ON_ANNOTATION]: dependsOn } }),
      },
    },
  };
}

const namesOf = (members: readonly { object: KubeObject }[]): string[][] =>
  sortIntoStages(members).map((stage) => stage.members.map(({ object }) => `${object.kind}/${object.metadata.name}`));

describe('engine/apply/waves', () => {
  it('applies what others stand on first', () => {
    const steps = [
      ['v1 Namespace'],
      ['v1 ResourceQuota'],
      ['v1 ServiceAccount', 'v1 ConfigMap', 'v1 Service', 'networking.k8s.io/v1 NetworkPolicy'],
      ['shop.example.com/v1 Gadget'],
      ['apps/v1 Deployment', 'batch/v1 Job'],
      ['autoscaling/v2 HorizontalPodAutoscaler', 'networking.k8s.io/v1 Ingress'],
      ['admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration'],
    ];
    const members = steps.flat().map((kind) => made(kind, 'a'));
    const expected = steps.map((kinds) => kinds.map((kind) => `${kind.split(' ')[1]!}/a`));
    assert.deepEqual(namesOf(members), expected);
    assert.deepEqual(
      namesOf([...members].reverse()),
      expected.map((names) => [...names].reverse()),
    );
  });

  it('knows a kind by its group', () => {
    assert.equal(waveOf('', 'Service'), 4);
    assert.equal(waveOf('apps', 'Deployment'), 5);
    assert.equal(waveOf('x.example.com', 'Deployment'), 4);
  });

  it('keeps the order within a stage', () => {
    assert.deepEqual(namesOf([made('v1 Secret', 'b'), made('v1 ConfigMap', 'a'), made('v1 Secret', 'c')]), [
      ['Secret/b', 'ConfigMap/a', 'Secret/c'],
    ]);
  });

  describe(DEPENDS_ON_ANNOTATION, () => {
    it('moves an object behind what it names, and awaits that', () => {
      const db = made('apps/v1 StatefulSet', 'db');
      const web = made('apps/v1 Deployment', 'web', 'apps/namespaces/shop/StatefulSet/db');
      const stages = sortIntoStages([web, db]);
      assert.deepEqual(namesOf([web, db]), [['StatefulSet/db'], ['Deployment/web']]);
      assert.deepEqual(
        stages.map(({ awaits }) => Object.values(awaits).flat()),
        [[], [keyOf(idOf(db.object))]],
      );
    });

    it('moves an early kind behind a late one', () => {
      const seed = made('v1 ConfigMap', 'seed', 'batch/namespaces/shop/Job/migrate');
      assert.deepEqual(namesOf([seed, made('batch/v1 Job', 'migrate'), made('networking.k8s.io/v1 Ingress', 'i')]), [
        ['Job/migrate'],
        ['ConfigMap/seed'],
        ['Ingress/i'],
      ]);
    });

    it('takes several, of the core group and of the cluster, with spaces', () => {
      const web = made('apps/v1 Deployment', 'web', '/namespaces/shop/Secret/a , /Namespace/shop');
      const members = [web, made('v1 Secret', 'a'), made('v1 Namespace', 'shop')];
      assert.deepEqual(namesOf(members), [['Namespace/shop'], ['Secret/a'], ['Deployment/web']]);
      assert.equal(sortIntoStages(members)[2]?.awaits[keyOf(idOf(web.object))]?.length, 2);
    });

    for (const [name, members, message] of [
      ['itself', [made('v1 ConfigMap', 'a', '/namespaces/shop/ConfigMap/a')], 'ConfigMap/a → ConfigMap/a'],
      [
        'a circle of three',
        [
          made('v1 ConfigMap', 'a', '/namespaces/shop/ConfigMap/b'),
          made('v1 ConfigMap', 'b', '/namespaces/shop/ConfigMap/c'),
          made('v1 ConfigMap', 'c', '/namespaces/shop/ConfigMap/a'),
        ],
        'ConfigMap/a → ConfigMap/b → ConfigMap/c → ConfigMap/a',
      ],
    ] as const) {
      it(`refuses ${name}`, () =>
        assert.throws(() => sortIntoStages(members), {
          code: 'DependencyCycle',
          exitCode: 2,
          message: `${DEPENDS_ON_ANNOTATION} makes a circle: ${message}`,
        }));
    }

    for (const reference of [
      '',
      'a',
      'apps/Deployment',
      'a/b/c/d',
      'apps/namespaces/shop/Deployment/',
      '/x/shop/ConfigMap/a',
      '/namespaces/shop/ConfigMap/b',
      '/namespaces/other/ConfigMap/a',
    ]) {
      it(`refuses "${reference}", which names nothing of the set`, () =>
        assert.throws(() => sortIntoStages([made('v1 ConfigMap', 'a'), made('v1 Secret', 's', reference)]), {
          code: 'InvalidDependency',
          exitCode: 2,
        }));
    }
  });

  it('puts every object in one stage, behind all that it depends on', () => {
    const kinds = ['v1 ConfigMap', 'apps/v1 Deployment', 'v1 ServiceAccount', 'networking.k8s.io/v1 Ingress'];
    const graph = fc.array(fc.record({ kind: fc.constantFrom(...kinds), on: fc.array(fc.nat(9), { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(graph, (nodes) => {
        // Each depends on earlier ones alone: no circle.
        const names = nodes.map(({ kind }, index) => {
          const [apiVersion = '', name = ''] = kind.split(' ');
          const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
          return `${group}/namespaces/shop/${name}/o${index}`;
        });
        const members = nodes.map(({ kind, on }, index) => {
          const earlier = [...new Set(on.filter((other) => other < index))].map((other) => names[other]!);
          return made(kind, `o${index}`, earlier.length === 0 ? undefined : earlier.join(','));
        });
        const stages = sortIntoStages(members);
        const at = new Map(
          stages.flatMap((stage, place) => stage.members.map(({ object }) => [object.metadata.name, place] as const)),
        );
        assert.equal(at.size, nodes.length);
        assert.equal(
          stages.reduce((sum, stage) => sum + stage.members.length, 0),
          nodes.length,
        );
        nodes.forEach(({ on }, index) => {
          for (const other of on.filter((earlier) => earlier < index)) {
            assert.ok(at.get(`o${other}`)! < at.get(`o${index}`)!);
            assert.ok(stages[at.get(`o${index}`)!]!.awaits[keyOf(idOf(members[index]!.object))]!.length > 0);
          }
        });
      }),
    );
  });
});
