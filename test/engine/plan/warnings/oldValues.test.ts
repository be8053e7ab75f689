/** kubernetes#22368: a config changes under its name, and the pods that read it at their start go on as they are. */
import assert from 'node:assert/strict';
import type { Change, ChangeAction } from '../../../../src/engine/plan/member.js';
import { oldValueWarnings } from '../../../../src/engine/plan/warnings/oldValues.js';
import { idOf, type KubeObject } from '../../../../src/objects/object.js';

const NAMESPACE = 'shop';

function change(action: ChangeAction, live: KubeObject | undefined, after: KubeObject): Change {
  // Nothing else of a member is looked at.
  return { member: { id: idOf(after) }, action, live, after } as Change;
}

const config = (data: object, { kind = 'ConfigMap', name = 'cfg' } = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: NAMESPACE },
  data,
});
const OLD = config({ a: '1', b: '1' });
const NEW = config({ a: '2', b: '1' });

interface Pod {
  readonly container?: object;
  readonly volumes?: readonly object[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly kind?: string;
  readonly replicas?: number;
}
const ENV_FROM = { envFrom: [{ configMapRef: { name: 'cfg' } }] };

function web({ container = ENV_FROM, volumes = [], annotations = {}, kind = 'Deployment', replicas = 1 }: Pod = {}) {
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: NAMESPACE, annotations },
    spec: { replicas, template: { spec: { containers: [{ name: 'app', ...container }], volumes } } },
  };
}
const variable = (key: string) => ({
  env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key } } }],
});
const MOUNTED = [{ name: 'v', configMap: { name: 'cfg' } }];

const warned: readonly (readonly [string, Pod])[] = [
  ['all of its keys as environment', {}],
  ['the key that changes', { container: variable('a') }],
  [
    'a mount of one path',
    { container: { volumeMounts: [{ name: 'v', mountPath: '/a', subPath: 'a' }] }, volumes: MOUNTED },
  ],
  ['a StatefulSet', { kind: 'StatefulSet' }],
  ['a DaemonSet', { kind: 'DaemonSet' }],
];
const silent: readonly (readonly [string, Pod])[] = [
  ['another key than the one that changes', { container: variable('b') }],
  [
    'a whole volume, which follows',
    { container: { volumeMounts: [{ name: 'v', mountPath: '/a' }] }, volumes: MOUNTED },
  ],
  ['a workload at 0', { replicas: 0 }],
  ['a Job, whose pods end by themselves', { kind: 'Job' }],
  ['a workload that Reloader restarts', { annotations: { 'reloader.stakater.com/auto': 'true' } }],
  ['a list of Reloader', { annotations: { 'configmap.reloader.stakater.com/reload': 'cfg' } }],
  ['a workload that wave restarts', { annotations: { 'wave.pusher.com/update-on-config-change': 'true' } }],
];

describe('pods that keep old values', () => {
  const said = (pod: Pod, configs = change('configure', OLD, NEW)) =>
    oldValueWarnings([configs, change('unchanged', web(pod), web(pod))]);

  for (const [name, pod] of warned) {
    it(`are warned of: ${name}`, () => {
      assert.deepEqual(said(pod), [
        `${pod.kind ?? 'Deployment'}/web reads ConfigMap/cfg when its pods start, and nothing restarts them: they keep the old values (--restart-on-change restarts them)`,
      ]);
    });
  }
  for (const [name, pod] of silent) {
    it(`are none: ${name}`, () => assert.deepEqual(said(pod), []));
  }

  it('are named once, with every config, and no value of a Secret', () => {
    const secrets = ['hunter2-old', 'hunter2-new'].map((pw) => config({ pw }, { kind: 'Secret', name: 'db' }));
    const pod = web({ container: { envFrom: [{ configMapRef: { name: 'cfg' } }, { secretRef: { name: 'db' } }] } });
    const [sentence, ...others] = oldValueWarnings([
      change('configure', OLD, NEW),
      change('configure', secrets[0], secrets[1]!),
      change('configure', pod, { ...pod, metadata: { ...pod.metadata, labels: { team: 'a' } } }),
    ]);
    assert.match(sentence ?? '', /^Deployment\/web reads ConfigMap\/cfg and Secret\/db when its pods start/);
    assert.doesNotMatch(sentence ?? '', /hunter2/);
    assert.deepEqual(others, []);
  });

  it('are none where the template changes, where the workload is new, and where the config only gets a label', () => {
    const rolled = web({ container: { ...ENV_FROM, image: 'shop/web:2' } });
    const labelled = { ...OLD, metadata: { ...OLD.metadata, labels: { team: 'a' } } };
    assert.deepEqual(oldValueWarnings([change('configure', OLD, NEW), change('configure', web(), rolled)]), []);
    assert.deepEqual(oldValueWarnings([change('configure', OLD, NEW), change('create', undefined, web())]), []);
    assert.deepEqual(said({}, change('configure', OLD, labelled)), []);
    assert.deepEqual(said({}, change('create', undefined, NEW)), []);
  });
});
