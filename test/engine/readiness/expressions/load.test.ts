import assert from 'node:assert/strict';
import type { ReadinessExpressions } from '../../../../src/engine/readiness/expressions/expressions.js';
import { loadReadinessRules, refuseInvalidRules } from '../../../../src/engine/readiness/expressions/load.js';
import { readinessOf } from '../../../../src/engine/readiness/readiness.js';
import type { KubeObject } from '../../../../src/objects/object.js';

const widget = (status: object, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'shop', annotations },
  spec: { replicas: 2 },
  status,
});
const own = (current: string, more: Partial<ReadinessExpressions> = {}): ReadinessExpressions => ({
  group: 'example.com',
  kind: 'Widget',
  source: '.kapply.yaml:3',
  current,
  ...more,
});
const definition = (annotations: Record<string, string>): ReadonlyMap<string, KubeObject> =>
  new Map([
    [
      'example.com/Widget',
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'widgets.example.com', annotations },
      },
    ],
  ]);

async function judge(
  object: KubeObject,
  rules: readonly ReadinessExpressions[] = [],
  definitions: ReadonlyMap<string, KubeObject> = new Map(),
) {
  const warnings: string[] = [];
  const ruleOf = await loadReadinessRules({
    objects: [object],
    definitions,
    own: rules,
    warn: (message) => warnings.push(message),
  });
  return { ...readinessOf(object, { since: 0, ruleOf }), warnings };
}

describe('rules of readiness that somebody wrote', () => {
  it('are taken from the object, before the file, before its definition', async () => {
    const status = { phase: 'Running' };
    const marked = { 'kapply.dev/ready-when': "status.phase == 'Running'" };
    const other = "status.phase == 'Other'";
    assert.equal((await judge(widget(status, marked), [own(other)])).status, 'Current');
    assert.equal((await judge(widget(status), [own(other)], definition(marked))).status, 'InProgress');
    assert.equal(
      (await judge(widget(status), [], definition({ 'kapply.dev/ready-when': other }))).status,
      'InProgress',
    );
    assert.equal((await judge(widget(status))).status, 'Current');
  });

  for (const [name, status, rule, want, message] of [
    [
      'a field that is not there yet',
      {},
      own("status.phase == 'Running'"),
      'InProgress',
      /No such key: phase \(\.kapply\.yaml:3\)/,
    ],
    [
      'whole numbers, whoever wrote them',
      { ready: 2 },
      own('status.ready >= spec.replicas && status.ready == 2'),
      'Current',
      /ready by its rule/,
    ],
    [
      'failed, asked before current',
      { phase: 'Broken' },
      own('true', { failed: "status.phase == 'Broken'" }),
      'Failed',
      /failed by \.kapply\.yaml:3/,
    ],
    [
      'in progress, asked first',
      { phase: 'Broken' },
      own('true', { failed: 'true', inProgress: "status.phase == 'Broken'" }),
      'InProgress',
      /inProgress by/,
    ],
    [
      'the words of a condition',
      { conditions: [{ type: 'Synced', status: 'False', reason: 'NoPeer', message: 'no peer answers' }] },
      own("status.conditions.all(c, c.status == 'True')"),
      'InProgress',
      /^NoPeer: no peer answers$/,
    ],
    ['what is no truth value', { phase: 'x' }, own('status.phase'), 'InProgress', /neither true nor false/],
    [
      'a list that is too long to go through',
      { items: Array.from({ length: 6000 }, (_, index) => index) },
      own('status.items.all(i, i >= 0)'),
      'InProgress',
      /more than 5000 values/,
    ],
    [
      'a pattern on which engines that backtrack never end',
      { phase: `${'a'.repeat(60)}b` },
      own("status.phase.matches('^(a+)+$')"),
      'InProgress',
      /not current yet/,
    ],
    [
      'a pattern that the object holds',
      { phase: 'Running', pattern: '(' },
      own('status.phase.matches(status.pattern)'),
      'InProgress',
      /is no regular expression of RE2/,
    ],
    [
      'more text than a pattern is held against',
      { phase: 'a'.repeat(20_000) },
      own("status.phase.matches('a*')"),
      'InProgress',
      /20000 characters, more than 10000/,
    ],
    [
      'a text that grows beyond what there can be',
      { phase: 'a'.repeat(50_000) },
      own("status.phase.split('').join(status.phase) == ''"),
      'InProgress',
      /Invalid string length/,
    ],
    ['names of JavaScript', { a: 1 }, own('status.constructor == 1'), 'InProgress', /No such key: constructor/],
  ] as const) {
    it(`judge by ${name}`, async () => {
      const readiness = await judge(widget(status), [rule]);
      assert.equal(readiness.status, want, readiness.message);
      assert.match(readiness.message, message);
    });
  }

  for (const [name, expression, says] of [
    ['no CEL', "status.phase == 'Running", /\.kapply\.yaml:3: current of example\.com\/Widget: /],
    ['no truth value', '1 + 1', /its type is int, not bool/],
    [
      'three lists within each other',
      'status.a.all(x, status.b.all(y, status.c.all(z, z == x)))',
      /3 deep, more than 2/,
    ],
    ['a pattern that is not there', 'status.phase.matches()', /no matching overload for/],
    ['neither a text nor a pattern', 'matches()', /no matching overload for/],
    ['what RE2 does not have', "status.a.matches('(?=a)')", /is no regular expression of RE2/],
    ['a function that nobody has', 'status.a.frobnicate()', /no matching overload for 'dyn\.frobnicate\(\)'/],
    ['pages of it', `true ${'|| true '.repeat(1000)}`, /characters are more than 4096/],
  ] as const) {
    it(`are refused before anything is sent: ${name}`, async () => {
      await assert.rejects(refuseInvalidRules([], [own(expression)]), { code: 'InvalidReadinessRule', message: says });
      const marked = widget({}, { 'kapply.dev/ready-when': expression });
      await assert.rejects(refuseInvalidRules([marked], []), { message: /annotations of Widget\/a: / });
    });
  }

  it('end the run where the set brings a wrong one, and are no warning', async () => {
    await assert.rejects(judge(widget({}), [own('1 +')]), { code: 'InvalidReadinessRule' });
    await assert.rejects(judge(widget({}, { 'kapply.dev/ready-when': '1 +' })), { code: 'InvalidReadinessRule' });
  });

  it('see nothing of who owns what, however much that is', async () => {
    const fieldsV1 = Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`f:${index}`, {}]));
    const owned = widget({});
    const managedFields = [{ manager: 'x', operation: 'Apply' as const, apiVersion: 'example.com/v1', fieldsV1 }];
    const object = { ...owned, metadata: { ...owned.metadata, managedFields } };
    const { status } = await judge(object, [own("metadata.name == 'a' && !has(metadata.managedFields)")]);
    assert.equal(status, 'Current');
  });

  it('are left out with a warning where a definition of the cluster has a wrong one', async () => {
    const { status, warnings } = await judge(widget({}), [], definition({ 'kapply.dev/ready-when': '1 +' }));
    assert.equal(status, 'Current');
    assert.match(warnings.join(), /CustomResourceDefinition\/widgets\.example\.com.*the rule is left out/);
  });

  it('ask for more than the rule of a built-in kind, never for less', async () => {
    const deployment = (ready: number): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'web',
        generation: 1,
        annotations: { 'kapply.dev/ready-when': 'has(metadata.annotations.warm)' },
      },
      spec: { replicas: 1 },
      status: {
        observedGeneration: 1,
        replicas: 1,
        updatedReplicas: 1,
        readyReplicas: ready,
        availableReplicas: ready,
        conditions: [{ type: 'Available', status: 'True' }],
      },
    });
    const notReady = await judge(deployment(0));
    assert.equal(notReady.status, 'InProgress');
    const cold = await judge(deployment(1));
    assert.equal(cold.status, 'InProgress');
    assert.match(cold.message, /not current yet by annotations of Deployment\/web/);
    assert.deepEqual(cold.ready, { have: 1, want: 1 });
    const warm = deployment(1);
    const done = await judge({
      ...warm,
      metadata: { ...warm.metadata, annotations: { ...warm.metadata.annotations, warm: '1' } },
    });
    assert.equal(done.status, 'Current');
  });
});
