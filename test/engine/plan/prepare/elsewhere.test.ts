import assert from 'node:assert/strict';
import { elsewhereWarnings } from '../../../../src/engine/plan/prepare/elsewhere.js';
import type { Member } from '../../../../src/engine/plan/member.js';
import { idOf } from '../../../../src/objects/object.js';
import { resource } from '../../fakeCluster.js';

/** An object as rendered with this namespace, in a kustomization that says another, and sent to a third. */
function member(name: string, own: string | undefined, said: string | undefined, sent: string | undefined): Member {
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name } };
  const within = (namespace: string | undefined) => ({
    ...object,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
  });
  return {
    id: idOf(within(sent)),
    object: within(sent),
    resource: resource('v1', 'Service', 'services'),
    rendered: {
      object: within(own),
      origin: { file: 'chart' },
      generated: false,
      ...(said !== undefined && { kustomizationNamespace: said }),
    },
    pendingKind: false,
  };
}

describe('elsewhereWarnings', () => {
  it('names the objects of a chart that go elsewhere than the kustomization says, once for each place', () => {
    const members = ['a', 'b', 'c', 'd', 'e'].map((name) => member(name, undefined, 'shop', 'default'));
    assert.deepEqual(elsewhereWarnings(members), [
      'Service/a, Service/b, Service/c and 2 more of a chart name no namespace and go to default, although the ' +
        'kustomization says namespace: shop (-n shop sends them there)',
    ]);
  });

  it('has nothing to say where -n sends them there, where the chart names one, of the cluster, and without a namespace', () => {
    const members = [
      member('a', undefined, 'shop', 'shop'),
      member('b', 'own', 'shop', 'own'),
      member('c', undefined, 'shop', undefined),
      member('d', undefined, undefined, 'default'),
    ];
    assert.deepEqual(elsewhereWarnings(members), []);
  });
});
