import assert from 'node:assert/strict';
import { makeMasks } from '../../../src/objects/masks.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { emitYaml } from '../../../src/render/yaml/emit.js';
import { objectDiff } from '../../../src/ui/plan/objectDiff.js';
import { planDiff } from '../../../src/ui/plan/planDiff.js';
import { makeStyle } from '../../../src/ui/style.js';
import { assertGolden } from '../golden.js';
import { change, deletion, kept, plan } from '../recordedRuns.js';

const options = {
  style: makeStyle(false),
  masks: makeMasks(),
  toYaml: (object: KubeObject) => emitYaml(object as never),
};

function object(kind: string, name: string, fields: Record<string, unknown>): KubeObject {
  return { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, metadata: { name }, ...fields };
}

const secret = (data: Record<string, string>): KubeObject => object('Secret', 'db', { data });

describe('objectDiff', () => {
  it('shows the lines around a change', () => {
    const live = object('Deployment', 'web', { spec: { paused: false, replicas: 3, minReadySeconds: 1 } });
    const after = { ...live, spec: { paused: false, replicas: 5, minReadySeconds: 1 } };
    assert.deepEqual(objectDiff(change('Deployment/web', 'configure', { live, after }), options), [
      '@@ -5,4 +5,4 @@',
      ' spec:',
      '   minReadySeconds: 1',
      '   paused: false',
      '-  replicas: 3',
      '+  replicas: 5',
    ]);
  });

  it('shows a new object whole', () => {
    const after = object('ConfigMap', 'cfg', { data: { a: '1' } });
    const lines = objectDiff(change('ConfigMap/cfg', 'create', { after }), options);
    assert.ok(lines.slice(1).every((line) => line.startsWith('+')));
    assert.ok(lines.includes('+  a: "1"'));
  });

  it('leaves out what the server labels the pods of a Job with', () => {
    const job = (name: string, uid: string, labels = {}, spec = {}): KubeObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'run' },
      spec: {
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
        template: { metadata: { labels: { 'controller-uid': uid, 'batch.kubernetes.io/job-name': name, ...labels } } },
        ...spec,
      },
    });
    const diff = (live: KubeObject, after: KubeObject) =>
      objectDiff(change('Job/run', 'create', { live, after }), options).filter((line) => /^[+-]/.test(line));
    assert.deepEqual(diff(job('run-1', 'a'), job('run-2', 'b')), []);
    assert.deepEqual(diff(job('run-1', 'a', { app: 'x' }), job('run-2', 'b', { app: 'y' })), [
      '-        app: x',
      '+        app: "y"',
    ]);
    const manual = { manualSelector: true };
    assert.equal(diff(job('run', 'a', {}, manual), job('run', 'b', {}, manual)).length, 4, 'somebody wrote them');
  });

  it('leaves out what the server keeps for itself', () => {
    const live = object('ConfigMap', 'cfg', { data: { a: '1' }, status: { x: 1 } });
    const metadata = { name: 'cfg', uid: 'u', resourceVersion: '5', generation: 2, managedFields: [{ manager: 'x' }] };
    const after = { ...live, metadata, status: { x: 2 } };
    assert.deepEqual(objectDiff(change('ConfigMap/cfg', 'configure', { live, after }), options), []);
  });

  it('shows which Secret keys change, and no value', () => {
    const live = secret({ password: 'b2xkLXNlY3JldA==', user: 'YWRtaW4=', gone: 'Z29uZQ==' });
    const after = secret({ password: 'bmV3LXNlY3JldA==', user: 'YWRtaW4=', added: 'YWRkZWQ=' });
    const text = objectDiff(change('Secret/db', 'configure', { live, after }), options).join('\n');
    assert.match(text, /^- {2}password: '\*\*\* \(before\)'$/m);
    assert.match(text, /^\+ {2}password: '\*\*\* \(after\)'$/m);
    assert.match(text, /^ {3}user: '\*\*\*'$/m);
    for (const value of ['b2xk', 'bmV3', 'YWRtaW4', 'Z29uZQ', 'YWRkZWQ']) assert.ok(!text.includes(value), value);
  });

  it('masks a new Secret', () => {
    const text = objectDiff(change('Secret/db', 'create', { after: secret({ password: 'czNjcjN0' }) }), options).join(
      '\n',
    );
    assert.match(text, /^\+ {2}password: '\*\*\*'$/m);
    assert.ok(!text.includes('czNjcjN0'));
  });

  it('gives up on a rewrite that takes too long, and says so', () => {
    const text = (seed: number): string =>
      Array.from({ length: 60_000 }, (_, index) => `${(index * seed) % 7919}`).join('\n');
    const live = object('ConfigMap', 'big', { data: { a: text(3) } });
    const after = object('ConfigMap', 'big', { data: { a: text(5) } });
    const start = performance.now();
    const lines = objectDiff(change('ConfigMap/big', 'configure', { live, after }), options);
    assert.ok(performance.now() - start < 8000);
    assert.match(lines.join('\n'), /^too different to compare: \d+ lines become \d+$/);
  });

  it('lets no value command the terminal of its reader', () => {
    const after = object('ConfigMap', 'cfg', { data: { a: 'x\u001b[2Jy' } });
    const yaml = { ...options, toYaml: () => 'a: x\u001b[2Jy\n' };
    assert.ok(
      !objectDiff(change('ConfigMap/cfg', 'create', { after }), yaml)
        .join('')
        .includes('\u001b'),
    );
  });
});

describe('planDiff', () => {
  const live = object('Deployment', 'web', { spec: { template: { cfg: 'cfg-4fk2m9tt22' } } });
  const after = object('Deployment', 'web', { spec: { template: { cfg: 'cfg-9h2kf8d2kk' } } });
  const whole = plan(
    [
      change('ConfigMap/cfg-9h2kf8d2kk', 'create', {
        replaces: 'cfg-4fk2m9tt22',
        after: object('ConfigMap', 'cfg-9h2kf8d2kk', { data: { color: 'blue' } }),
      }),
      change('Deployment/web', 'configure', { live, after, notes: ['keeps the live replicas 3'] }),
      change('Service/web', 'unchanged'),
      change('Widget/w', 'create', { validated: false, after: object('Widget', 'w', {}) }),
    ],
    [
      deletion('ConfigMap/cfg-4fk2m9tt22', 'not used by anything', [
        { root: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' }, revision: '3' },
      ]),
      kept('ConfigMap/cfg-2222222222', 'in use by Pod/debug'),
    ],
  );

  it('shows every change, prune with its reasons, and the counts', () => {
    assertGolden('diff-plan.txt', planDiff(whole, options));
  });
});
