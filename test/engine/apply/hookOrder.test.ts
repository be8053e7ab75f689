import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sortIntoStages } from '../../../src/engine/apply/waves.js';
import { idOf, keyOf, type KubeObject } from '../../../src/objects/object.js';

interface Given {
  readonly hook?: string;
  readonly weight?: number;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const made = (what: string, name: string, { hook, weight, more, annotations }: Given = {}): { object: KubeObject } => {
  const [apiVersion = '', kind = ''] = what.split(' ');
  const all = {
    ...annotations,
    ...(hook !== undefined && { 'helm.sh/hook': hook }),
    ...(weight !== undefined && { 'helm.sh/hook-weight': String(weight) }),
  };
  const metadata = { name, ...(kind === 'Namespace' ? {} : { namespace: 'shop' }), annotations: all };
  return { object: { apiVersion, kind, metadata, ...more } };
};
const job = (name: string, given: Given = {}, podSpec: object = {}) =>
  made('batch/v1 Job', name, { ...given, more: { spec: { template: { spec: podSpec } } } });
const stagesOf = (
  members: readonly { readonly object: KubeObject }[],
  moment: 'install' | 'upgrade' = 'upgrade',
): string[][] =>
  sortIntoStages(members, moment).map((stage) =>
    stage.members.map(({ object }) => `${object.kind}/${object.metadata.name}`).sort(),
  );

const REST = [
  made('v1 Namespace', 'shop'),
  made('v1 ConfigMap', 'plain'),
  made('apps/v1 Deployment', 'web'),
  made('networking.k8s.io/v1 Ingress', 'web'),
];

describe('the order of hooks', () => {
  it('is: what lives in nothing, the hooks before, the rest step by step, the hooks after', () => {
    const hooks = [job('migrate', { hook: 'pre-upgrade' }), job('warm', { hook: 'post-upgrade' })];
    assert.deepEqual(stagesOf([...hooks, ...REST]), [
      ['Namespace/shop'],
      ['Job/migrate'],
      ['ConfigMap/plain'],
      ['Deployment/web'],
      ['Ingress/web'],
      ['Job/warm'],
    ]);
  });

  it('takes what a first hook needs with it: configs, its account, and what that may do', () => {
    const needs = [
      made('v1 ConfigMap', 'settings'),
      made('v1 Secret', 'db'),
      made('v1 ServiceAccount', 'migrator', { more: { imagePullSecrets: [{ name: 'pull' }] } }),
      made('v1 Secret', 'pull'),
      made('rbac.authorization.k8s.io/v1 Role', 'migrator'),
      made('rbac.authorization.k8s.io/v1 RoleBinding', 'migrator', {
        more: {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'migrator' },
          subjects: [{ kind: 'ServiceAccount', name: 'migrator' }],
        },
      }),
    ];
    const others = [
      made('v1 ServiceAccount', 'web'),
      made('rbac.authorization.k8s.io/v1 RoleBinding', 'web', {
        more: { subjects: [{ kind: 'ServiceAccount', name: 'web' }] },
      }),
    ];
    const podSpec = {
      serviceAccountName: 'migrator',
      volumes: [{ name: 'v', secret: { secretName: 'db' } }],
      containers: [{ envFrom: [{ configMapRef: { name: 'settings' } }] }],
    };
    const hook = job('migrate', { hook: 'pre-install,pre-upgrade' }, podSpec);
    assert.deepEqual(stagesOf([hook, ...REST, ...others, ...needs]).slice(0, 4), [
      ['Namespace/shop'],
      needs.map(({ object }) => `${object.kind}/${object.metadata.name}`).sort(),
      ['Job/migrate'],
      ['ConfigMap/plain', 'RoleBinding/web', 'ServiceAccount/web'],
    ]);
  });

  it('is by weight, then by kind, then Jobs one after the other by name', () => {
    const hook = 'pre-upgrade';
    const hooks = [
      job('b', { hook }),
      job('a', { hook }),
      made('v1 ConfigMap', 'scripts', { hook }),
      job('last', { hook, weight: 5 }),
      job('first', { hook, weight: -5 }),
      made('v1 ServiceAccount', 'migrator', { hook, weight: -10 }),
    ];
    assert.deepEqual(stagesOf(hooks), [
      ['ServiceAccount/migrator'],
      ['Job/first'],
      ['ConfigMap/scripts'],
      ['Job/a'],
      ['Job/b'],
      ['Job/last'],
    ]);
  });

  it('lets what depends on something that is left out not wait for it', () => {
    const reference = { 'config.kubernetes.io/depends-on': 'batch/namespaces/shop/Job/migrate' };
    const web = made('apps/v1 Deployment', 'web', { annotations: reference });
    const id = { group: 'batch', kind: 'Job', namespace: 'shop', name: 'migrate' };
    assert.deepEqual(stagesOf([{ ...web, rendered: { leftOut: [id] } }] as never), [['Deployment/web']]);
    const other = { ...id, name: 'other' };
    assert.throws(() => stagesOf([{ ...web, rendered: { leftOut: [other] } }] as never), { code: 'InvalidDependency' });
  });

  it('is another one in an install than in an upgrade', () => {
    const members = [job('migrate', { hook: 'post-install,pre-upgrade' }), made('apps/v1 Deployment', 'web')];
    assert.deepEqual(stagesOf(members, 'install'), [['Deployment/web'], ['Job/migrate']]);
    assert.deepEqual(stagesOf(members, 'upgrade'), [['Job/migrate'], ['Deployment/web']]);
  });

  it('follows depends-on over the border: before takes with it, and what stands on a last hook is last', () => {
    const members = [
      job('migrate', {
        hook: 'pre-upgrade',
        annotations: { 'config.kubernetes.io/depends-on': 'apps/namespaces/shop/StatefulSet/db' },
      }),
      made('apps/v1 StatefulSet', 'db'),
      job('warm', { hook: 'post-upgrade' }),
      made('apps/v1 Deployment', 'proxy', {
        annotations: { 'config.kubernetes.io/depends-on': 'batch/namespaces/shop/Job/warm' },
      }),
      made('apps/v1 Deployment', 'web'),
    ];
    assert.deepEqual(stagesOf(members), [
      ['StatefulSet/db'],
      ['Job/migrate'],
      ['Deployment/web'],
      ['Job/warm'],
      ['Deployment/proxy'],
    ]);
  });

  it('awaits the first hooks before all of the rest, and the rest before the last ones: for any set', () => {
    const anyObject = fc.record({
      kind: fc.constantFrom(
        'v1 ConfigMap',
        'v1 Secret',
        'apps/v1 Deployment',
        'batch/v1 Job',
        'v1 Service',
        'v1 ServiceAccount',
      ),
      hook: fc.option(fc.constantFrom('pre-upgrade', 'post-upgrade', 'post-install,pre-upgrade', 'pre-install'), {
        nil: undefined,
      }),
      weight: fc.integer({ min: -2, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(anyObject, { maxLength: 9 }), fc.constantFrom('install', 'upgrade'), (given, moment) => {
        const members = given.map(({ kind, hook, weight }, index) =>
          made(kind, `o${index}`, { ...(hook !== undefined && { hook }), weight }),
        );
        const stages = sortIntoStages(members, moment);
        const sent = stages.flatMap((stage) => stage.members);
        assert.equal(sent.length, members.length);
        const position = new Map(
          stages.flatMap((stage, index) => stage.members.map(({ object }) => [keyOf(idOf(object)), index] as const)),
        );
        const awaits = Object.fromEntries(stages.flatMap((stage) => Object.entries(stage.awaits)));
        for (const [key, awaited] of Object.entries(awaits)) {
          for (const before of awaited)
            assert.ok(position.get(before)! < position.get(key)!, `${before} before ${key}`);
        }
        const isPre = ({ object }: { object: KubeObject }): boolean =>
          /pre-/.test(object.metadata.annotations?.['helm.sh/hook'] ?? '') &&
          !(moment === 'install' && object.metadata.annotations?.['helm.sh/hook'] === 'post-install,pre-upgrade');
        const isHook = ({ object }: { object: KubeObject }): boolean =>
          object.metadata.annotations?.['helm.sh/hook'] !== undefined;
        const key = ({ object }: { object: KubeObject }): string => keyOf(idOf(object));
        for (const rest of members.filter((member) => !isHook(member))) {
          for (const hook of members.filter(isHook)) {
            const [first, second] = isPre(hook) ? [hook, rest] : [rest, hook];
            assert.ok((awaits[key(second)] ?? []).includes(key(first)), `${key(second)} awaits ${key(first)}`);
          }
        }
      }),
    );
  });
});
