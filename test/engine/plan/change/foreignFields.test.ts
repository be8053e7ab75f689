import assert from 'node:assert/strict';
import { foreignFields, foreignNote } from '../../../../src/engine/plan/change/foreignFields.js';
import type { KubeObject, ManagedFieldsEntry } from '../../../../src/objects/object.js';

const APP = 'k:{"name":"app"}';
const SIDE = 'k:{"name":"side"}';
const item = (key: string): string => `k:{"name":"${key}"}`;
const containers = (fields: object): object => ({ 'f:spec': { 'f:replicas': {}, 'f:containers': fields } });
const entry = (
  manager: string,
  operation: 'Apply' | 'Update',
  fields: object,
  more: object = {},
): ManagedFieldsEntry => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsV1: fields as NonNullable<ManagedFieldsEntry['fieldsV1']>,
  ...more,
});
const OURS = entry('kapply', 'Apply', containers({ [APP]: { '.': {}, 'f:name': {}, 'f:image': {} } }));
const ALL = {
  [APP]: {
    '.': {},
    'f:name': {},
    'f:image': {},
    'f:pull': {},
    'f:env': { '.': {}, [item('OLD')]: { '.': {}, 'f:name': {}, 'f:value': {} } },
  },
  [SIDE]: { '.': {}, 'f:name': {}, 'f:image': {} },
};

function object(
  managedFields: readonly ManagedFieldsEntry[],
  more: readonly object[] = [],
  extra: object = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'X',
    metadata: {
      name: 'web',
      managedFields,
      labels: { chart: 'a' },
      annotations: { 'meta.helm.sh/release-name': 'web' },
    },
    spec: { replicas: 1, containers: [{ name: 'app', image: 'i', pull: 'Always', ...extra }, ...more] },
  };
}
const fresh = { ...object([]), metadata: { name: 'fresh' } };

describe('foreignFields', () => {
  it('tells the outermost fields that a new object would not have', () => {
    const env = [{ name: 'OLD', value: '1' }];
    const after = object([OURS, entry('helm', 'Update', containers(ALL))], [{ name: 'side', image: 's' }], { env });
    const [found, ...rest] = foreignFields(after, fresh, 'kapply');
    assert.deepEqual(rest, []);
    assert.deepEqual(found, {
      manager: 'helm',
      paths: ['.spec.containers[name="app"].env[name="OLD"]', '.spec.containers[name="side"]'],
    });
    assert.match(foreignNote(found), /put there.*env.*side.*--take-over-manager helm/);
  });

  for (const [name, managedFields] of [
    ['a controller', [OURS, entry('kube-controller-manager', 'Update', containers(ALL))]],
    ['an injector that nobody knows', [OURS, entry('sidecar-injector', 'Update', containers(ALL))]],
    ['a subresource', [OURS, entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' })]],
    ['kapply itself', [OURS, entry('kapply-own', 'Apply', containers(ALL))]],
    [
      'bookkeeping',
      [OURS, entry('helm', 'Update', { 'f:metadata': { 'f:annotations': { 'f:meta.helm.sh/release-name': {} } } })],
    ],
    [
      'what the manifest has as well',
      [OURS, entry('helm', 'Update', containers({ [APP]: { '.': {}, 'f:name': {}, 'f:image': {}, 'f:pull': {} } }))],
    ],
  ] as const) {
    it(`says nothing of ${name}`, () => {
      assert.deepEqual(foreignFields(object(managedFields, [{ name: 'side' }]), fresh, 'kapply'), []);
    });
  }

  it('says nothing of kubectl rollout restart', () => {
    const RESTARTED = 'kubectl.kubernetes.io/restartedAt';
    const withTemplate = (by: ManagedFieldsEntry, more: object = {}): KubeObject => ({
      ...object([OURS, by]),
      spec: { template: { metadata: { labels: { app: 'web' }, annotations: { [RESTARTED]: 'now', ...more } } } },
    });
    const owned = (...names: string[]): object => ({
      'f:spec': {
        'f:template': {
          'f:metadata': { 'f:annotations': { '.': {}, ...Object.fromEntries(names.map((name) => [`f:${name}`, {}])) } },
        },
      },
    });
    const restarted = withTemplate(entry('kubectl-rollout', 'Update', owned(RESTARTED)));
    assert.deepEqual(foreignFields(restarted, fresh, 'kapply'), []);
    const more = withTemplate(entry('kubectl-edit', 'Update', owned(RESTARTED, 'why')), { why: 'x' });
    assert.equal(foreignFields(more, fresh, 'kapply').length, 1);
  });

  it('tells a label', () => {
    const after = object([OURS, entry('kubectl-label', 'Update', { 'f:metadata': { 'f:labels': { 'f:chart': {} } } })]);
    assert.deepEqual(foreignFields(after, fresh, 'kapply'), [
      { manager: 'kubectl-label', paths: ['.metadata.labels.chart'] },
    ]);
  });
});
