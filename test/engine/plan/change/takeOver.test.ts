import assert from 'node:assert/strict';
import { conflictsOf } from '../../../../src/engine/plan/change/fieldConflicts.js';
import { takeOverOf, takeOverPatch } from '../../../../src/engine/plan/change/takeOver.js';
import { withoutGivenUp } from '../../../../src/engine/plan/change/afterTakeOver.js';
import { ID_ANNOTATION, LAST_APPLIED_ANNOTATION, SET_ANNOTATION } from '../../../../src/objects/annotations.js';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../../src/objects/object.js';
import { parseFieldsV1, serializeFieldsV1 } from '../../../../src/patch/apply/fieldsV1.js';
import { addressOf, fakeCluster } from '../../fakeCluster.js';

const OWNS_LAST_APPLIED = { 'f:metadata': { 'f:annotations': { [`f:${LAST_APPLIED_ANNOTATION}`]: {} } } };
const owns = (...keys: string[]): object => ({ 'f:data': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) });
const TEMPLATE = { 'f:spec': { 'f:template': { 'f:spec': {} } } };

function entry(manager: string, operation: 'Apply' | 'Update', fields: object, more: object = {}): ManagedFieldsEntry {
  const base = { manager, operation, apiVersion: 'v1', fieldsType: 'FieldsV1', time: '2026-01-01T00:00:00Z' };
  return { ...base, fieldsV1: fields as NonNullable<ManagedFieldsEntry['fieldsV1']>, ...more };
}

function live(managedFields: readonly ManagedFieldsEntry[], annotated = false): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'a',
      namespace: 'shop',
      managedFields,
      ...(annotated && { annotations: { [LAST_APPLIED_ANNOTATION]: '{}' } }),
    },
    data: { a: '1', b: '1', c: '1' },
  };
}

const OURS = { manager: 'kapply', apiVersion: 'v1' };
const taken = (object: KubeObject): readonly string[] | undefined => takeOverOf(object, OURS)?.managers;

describe('takeOverOf, of what a restore brought back', () => {
  const restored = (identity: string, more: readonly ManagedFieldsEntry[] = [], kind = 'ConfigMap'): KubeObject => {
    const stamps = { 'f:metadata': { 'f:annotations': { [`f:${ID_ANNOTATION}`]: {}, [`f:${SET_ANNOTATION}`]: {} } } };
    const object = live([entry('velero-server', 'Update', { ...stamps, ...owns('a') }), ...more]);
    const annotations = { [SET_ANNOTATION]: 'shop', [ID_ANNOTATION]: identity };
    return { ...object, kind, metadata: { ...object.metadata, annotations } };
  };

  it('takes it from whoever put our identity on the object that it names', () =>
    assert.deepEqual(taken(restored('/ConfigMap/shop/a')), ['velero-server']));

  it('takes nothing of a copy, of what we have applied since, and where the server filled in what must stay', () => {
    assert.equal(taken(restored('/ConfigMap/other/a')), undefined);
    assert.equal(taken(restored('/ConfigMap/shop/a', [entry('kapply', 'Apply', owns('a'))])), undefined);
    assert.equal(taken(restored('/PersistentVolumeClaim/shop/a', [], 'PersistentVolumeClaim')), undefined);
  });
});

describe('takeOverOf', () => {
  for (const [name, entries, annotated, expected] of [
    ['nothing of what kapply applied', [entry('kapply', 'Apply', owns('a'))], false, undefined],
    [
      'nothing of what others wrote',
      [entry('kube-controller-manager', 'Update', owns('a')), entry('helm', 'Apply', owns('b'))],
      false,
      undefined,
    ],
    ['kubectl apply', [entry('kubectl-client-side-apply', 'Update', owns('a'))], true, ['kubectl-client-side-apply']],
    ['kubectl create', [entry('kubectl-create', 'Update', owns('a'))], false, ['kubectl-create']],
    [
      'kubectl create, then kubectl apply',
      [entry('kubectl-client-side-apply', 'Update', OWNS_LAST_APPLIED), entry('kubectl-create', 'Update', owns('a'))],
      true,
      ['kubectl-client-side-apply', 'kubectl-create'],
    ],
    [
      'what was there before fields were tracked',
      [entry('before-first-apply', 'Update', owns('a'))],
      false,
      ['before-first-apply'],
    ],
    ['kubectl apply --server-side', [entry('kubectl', 'Apply', owns('a'))], false, ['kubectl']],
    [
      'kubectl apply, then --server-side',
      [entry('kubectl', 'Apply', owns('a')), entry('kubectl-last-applied', 'Apply', OWNS_LAST_APPLIED)],
      true,
      ['kubectl', 'kubectl-last-applied'],
    ],
    // Whoever owns the annotation by an update applied client-side, whatever --field-manager said (client-go csaupgrade).
    ['kubectl apply --field-manager=ci', [entry('ci', 'Update', { ...owns('a'), ...OWNS_LAST_APPLIED })], true, ['ci']],
    [
      'nothing of kubectl scale',
      [entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' })],
      false,
      undefined,
    ],
    ['kubectl edit', [entry('kubectl-edit', 'Update', owns('a'))], false, ['kubectl-edit']],
    ['kubectl replace', [entry('kubectl-replace', 'Update', owns('a'))], false, ['kubectl-replace']],
    ['nothing of kubectl set', [entry('kubectl-set', 'Update', owns('a'))], false, undefined],
    [
      'nothing of a status',
      [entry('kubectl-create', 'Update', { 'f:status': {} }, { subresource: 'status' })],
      false,
      undefined,
    ],
    ['kubectl rollout undo', [entry('kubectl', 'Update', TEMPLATE)], false, ['kubectl']],
    ['an annotation that nobody owns', [], true, []],
    [
      'nothing where another tool applies the annotation itself',
      [entry('kapp', 'Apply', OWNS_LAST_APPLIED)],
      true,
      undefined,
    ],
  ] as const) {
    it(`takes over ${name}`, () => assert.deepEqual(taken(live(entries, annotated)), expected));
  }

  it('takes over a manager that is named, whatever it did', () => {
    const entries = [
      entry('helm', 'Apply', owns('a')),
      entry('helm', 'Update', owns('b')),
      entry('argocd', 'Update', owns('c')),
    ];
    const over = takeOverOf(live(entries), { ...OURS, also: ['helm'] });
    assert.deepEqual(over?.managers, ['helm']);
    assert.deepEqual(
      over.managedFields.map(({ manager, fieldsV1 }) => [manager, Object.keys((fieldsV1?.['f:data'] ?? {}) as object)]),
      [
        ['kapply', ['f:a', 'f:b']],
        ['argocd', ['f:c']],
      ],
    );
  });

  it('claims a field of another manager, and the list item of which only its key would be left', () => {
    const item = 'k:{"name":"A"}';
    const env = (fields: object): object => ({ 'f:spec': { 'f:env': { '.': {}, [item]: fields } } });
    const claims = env({ 'f:value': {} }) as { 'f:spec': { 'f:env': object } };
    delete (claims['f:spec']['f:env'] as Record<string, unknown>)['.'];
    const theirs = entry('kubectl-set', 'Update', env({ '.': {}, 'f:name': {}, 'f:value': {} }));
    const others = entry('helm', 'Update', env({ '.': {}, 'f:name': {}, 'f:value': {}, 'f:more': {} }));
    const over = takeOverOf(live([entry('kapply', 'Apply', owns('a')), theirs, others]), {
      ...OURS,
      claims: parseFieldsV1(claims as unknown as JsonObject),
    });
    assert.deepEqual(
      over?.managedFields.map(({ manager, fieldsV1 }) => [manager, fieldsV1?.['f:spec']]),
      [
        ['kapply', { 'f:env': { [item]: { 'f:value': {} } } }],
        ['helm', { 'f:env': { '.': {}, [item]: { '.': {}, 'f:name': {}, 'f:more': {} } } }],
      ],
    );
  });

  it('tells an undo, which this deploy rolls forward', () => {
    assert.equal(takeOverOf(live([entry('kubectl', 'Update', TEMPLATE)]), OURS)?.undo, true);
    assert.equal(takeOverOf(live([entry('kubectl-create', 'Update', owns('a'))]), OURS)?.undo, false);
  });

  it('makes one entry of ours and theirs, since the server does not merge two', () => {
    const status = entry('kube-controller-manager', 'Update', owns('c'));
    const over = takeOverOf(
      live([entry('kapply', 'Apply', owns('a')), entry('kubectl', 'Apply', owns('b')), status]),
      OURS,
    );
    assert.deepEqual(over?.managedFields, [
      { ...entry('kapply', 'Apply', {}), fieldsV1: { ...owns('a', 'b'), ...OWNS_LAST_APPLIED } },
      status,
    ]);
  });

  it('takes our own name over from kubectl where --field-manager kubectl says so, once', () => {
    assert.equal(takeOverOf(live([entry('kubectl', 'Apply', owns('a'))]), { ...OURS, manager: 'kubectl' }), undefined);
  });
});

describe('a take-over', () => {
  const desired = (data: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'shop', annotations: { [SET_ANNOTATION]: 'shop' } },
    data,
  });

  for (const [name, entries] of [
    ['kubectl apply', [entry('kubectl-client-side-apply', 'Update', { ...owns('a', 'b', 'c'), ...OWNS_LAST_APPLIED })]],
    ['kubectl apply --field-manager=ci', [entry('ci', 'Update', { ...owns('a', 'b', 'c'), ...OWNS_LAST_APPLIED })]],
    [
      'kubectl apply, of which kubectl patch changed a part',
      [
        entry('kubectl-client-side-apply', 'Update', { ...owns('a', 'b'), ...OWNS_LAST_APPLIED }),
        entry('kubectl-patch', 'Update', owns('c')),
      ],
    ],
  ] as const) {
    it(`from ${name} stores what was predicted, and is over after it`, async () => {
      const cluster = fakeCluster({ objects: [live(entries, true)] });
      const before = cluster.find('ConfigMap', 'a')!;
      const over = takeOverOf(before, OURS)!;
      const wanted = desired({ a: '2' });
      const forced = await cluster.apply(addressOf(before), wanted, {
        fieldManager: 'kapply',
        force: true,
        dryRun: true,
      });
      const predicted = withoutGivenUp(forced, over, 'kapply');
      assert.deepEqual(conflictsOf(before, forced, over.managedFields, 'kapply'), []);

      await cluster.patch(addressOf(before), takeOverPatch(over, before.metadata.resourceVersion!), { type: 'json' });
      const stored = await cluster.apply(addressOf(before), wanted, { fieldManager: 'kapply' });
      assert.deepEqual(stored.data, predicted.data);
      assert.deepEqual(stored.data, name.includes('patch') ? { a: '2', c: '1' } : { a: '2' });
      const annotations = (object: KubeObject): object => object.metadata.annotations ?? {};
      assert.deepEqual(annotations(stored), annotations(predicted));
      assert.deepEqual(annotations(stored), { [SET_ANNOTATION]: 'shop' });
      assert.equal(takeOverOf(stored, OURS), undefined);
    });
  }

  it('finds the fields that others changed since', async () => {
    const entries = [
      entry('kubectl-client-side-apply', 'Update', { ...owns('a', 'b'), ...OWNS_LAST_APPLIED }),
      entry('kubectl-patch', 'Update', owns('c')),
    ];
    const cluster = fakeCluster({ objects: [live(entries, true)] });
    const before = cluster.find('ConfigMap', 'a')!;
    const over = takeOverOf(before, OURS)!;
    const forced = await cluster.apply(addressOf(before), desired({ a: '1', c: '2' }), {
      fieldManager: 'kapply',
      force: true,
      dryRun: true,
    });
    const [conflict, ...others] = conflictsOf(before, forced, over.managedFields, 'kapply');
    assert.deepEqual(
      [conflict?.manager, serializeFieldsV1(conflict!.fields), others],
      ['kubectl-patch', owns('c'), []],
    );
  });
});
