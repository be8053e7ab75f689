import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Change } from '../../../../src/engine/plan/member.js';
import { quotaWarnings } from '../../../../src/engine/plan/warnings/quotaWarnings.js';
import { idOf, type KubeObject } from '../../../../src/objects/object.js';
import { fakeCluster, forbidden, resource, RESOURCES, type FakeRequest } from '../../fakeCluster.js';

const discovery = {
  resources: [
    ...RESOURCES,
    resource('v1', 'ResourceQuota', 'resourcequotas'),
    resource('v1', 'LimitRange', 'limitranges'),
  ],
  failures: [],
};

/** An object in short: `kind: apps/v1 Deployment`. */
interface Short {
  readonly kind: string;
  readonly name: string;
  readonly [field: string]: unknown;
}
interface Case {
  readonly name: string;
  readonly quota?: { readonly hard: object; readonly used: object; readonly scopes?: readonly string[] };
  readonly limitRange?: object;
  readonly changes: readonly { readonly live?: Short; readonly after: Short }[];
  readonly warns: readonly string[];
}

const cases = parse(
  readFileSync(new URL('../../../fixtures/engine/quotas.yaml', import.meta.url), 'utf8'),
) as readonly Case[];

function objectOf({ kind, name, ...more }: Short): KubeObject {
  const [apiVersion = '', word = ''] = kind.split(' ');
  return { apiVersion, kind: word, metadata: { name, namespace: 'shop' }, ...more };
}

function changeOf({ live, after }: Case['changes'][number], action?: Change['action']): Change {
  const object = objectOf(after);
  return {
    member: { id: idOf(object), resource: discovery.resources.find(({ kind }) => kind === object.kind)! },
    action: action ?? (live === undefined ? 'create' : 'configure'),
    live: live && objectOf(live),
    after: object,
  } as Change;
}

function liveObjects({ quota, limitRange }: Case): KubeObject[] {
  const { hard, used, scopes } = quota ?? {};
  return [
    ...(quota === undefined
      ? []
      : [objectOf({ kind: 'v1 ResourceQuota', name: 'q', spec: { hard, scopes }, status: { used } })]),
    ...(limitRange === undefined
      ? []
      : [objectOf({ kind: 'v1 LimitRange', name: 'l', spec: { limits: [limitRange] } })]),
  ];
}

function warningsFor(
  changes: readonly Change[],
  objects: readonly KubeObject[],
  react: (request: FakeRequest) => void = () => undefined,
): Promise<string[]> {
  const { signal } = new AbortController();
  return quotaWarnings(changes, { cluster: fakeCluster({ objects, discovery, react }), discovery, signal });
}

describe('quotaWarnings', () => {
  for (const one of cases) {
    it(`${one.warns.length === 0 ? 'says nothing of' : 'warns of'} ${one.name}`, async () => {
      const changes = one.changes.map((change) => changeOf(change));
      assert.deepEqual(await warningsFor(changes, liveObjects(one)), one.warns);
    });
  }

  const [, full] = cases;
  it('says nothing of a quota that may not be read', async () => {
    const refuse = ({ verb }: FakeRequest): void => {
      if (verb === 'list') throw forbidden();
    };
    assert.deepEqual(await warningsFor([changeOf(full!.changes[0]!)], liveObjects(full!), refuse), []);
  });

  it('reads what the server has not seen yet, whatever it is', async () => {
    const shapes = [
      null,
      'x',
      1.5,
      [null],
      [1],
      {},
      [{ resources: null }],
      [{ resources: { limits: null, requests: 'x' } }],
    ];
    for (const shape of shapes) {
      const pod = { containers: shape, initContainers: shape, overhead: shape, resources: shape };
      for (const spec of [shape, { replicas: shape, strategy: shape, template: shape }, { template: { spec: pod } }]) {
        for (const kind of ['apps/v1 Deployment', 'batch/v1 Job', 'v1 Pod'])
          await warningsFor([changeOf({ after: { kind, name: 'web', spec } })], liveObjects(full!));
      }
    }
  });

  it('asks nothing where nothing is made and no pod starts', async () => {
    const asked: string[] = [];
    const note = ({ verb }: FakeRequest): void => void asked.push(verb);
    const { after } = full!.changes[0]!;
    await warningsFor([changeOf({ live: after, after }, 'unchanged')], liveObjects(full!), note);
    await warningsFor([changeOf({ live: after, after: { ...after, metadata: {} } })], liveObjects(full!), note);
    assert.deepEqual(asked, []);
  });
});
