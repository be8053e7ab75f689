import assert from 'node:assert/strict';
import {
  planChange,
  type PlanChangeOptions,
  type PlannedOrRefused,
} from '../../../../src/engine/plan/change/planChange.js';
import { prepareObjects } from '../../../../src/engine/plan/prepare/prepare.js';
import type { ApiError } from '../../../../src/cluster/apiError.js';
import { SET_ANNOTATION } from '../../../../src/objects/annotations.js';
import type { KubeObject } from '../../../../src/objects/object.js';
import { fakeCluster, forbidden, refusal, resource, RESOURCES, type FakeCluster } from '../../fakeCluster.js';

const BINDINGS = resource('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings');
const discovery = { resources: [...RESOURCES, BINDINGS], failures: [] };
const NOW = Date.parse('2026-01-01T12:00:00Z');

interface Given {
  readonly object: object;
  readonly generated?: boolean;
  readonly options?: Partial<PlanChangeOptions>;
}

async function plan(
  cluster: FakeCluster,
  { object, generated = false, options = {} }: Given,
): Promise<PlannedOrRefused> {
  const rendered = { object: object as KubeObject, origin: { file: 'all.yaml' }, generated };
  const [member] = prepareObjects([rendered], {
    discovery,
    set: 'shop',
    namespace: 'shop',
    defaultNamespace: 'default',
  });
  const { kind, metadata } = member!.object;
  const live = cluster.find(kind, metadata.name);
  return planChange(member!, live, {
    cluster,
    signal: new AbortController().signal,
    set: 'shop',
    formerSet: undefined,
    fieldManager: 'kapply',
    forceConflicts: false,
    takeOverManagers: [],
    takeOver: false,
    validate: 'strict',
    definitions: new Map(),
    shapeOf: () => undefined,
    askServer: true,
    autoscaled: new Set(),
    comebacks: new Set(),
    now: NOW,
    createdNames: new Set(),
    unread: new Map(),
    createdNamespaces: new Set(),
    ...options,
  });
}

/** `configure`, or the code of the refusal. */
async function outcomeOf(cluster: FakeCluster, given: Given): Promise<string> {
  const planned = await plan(cluster, given);
  return 'change' in planned ? planned.change.action : planned.refusal.failure.code;
}

const CFG = 'cfg-2222222222';
const config = (data: object = { a: '1' }, name = CFG): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

/** A cluster on which kapply has applied this once, in the set. */
async function deployed(object: object, set = 'shop'): Promise<FakeCluster> {
  const cluster = fakeCluster({ discovery });
  const rendered = { object: object as KubeObject, origin: { file: 'all.yaml' }, generated: false };
  const [member] = prepareObjects([rendered], { discovery, set, namespace: 'shop', defaultNamespace: 'default' });
  const { name, namespace = '' } = member!.object.metadata;
  await cluster.apply({ resource: member!.resource, namespace, name }, member!.object, { fieldManager: 'kapply' });
  cluster.log.length = 0;
  return cluster;
}

describe('planChange', () => {
  it('creates, configures, or proves that nothing changes, and writes nothing', async () => {
    assert.equal(await outcomeOf(fakeCluster({ discovery }), { object: config() }), 'create');
    const cluster = await deployed(config());
    assert.equal(await outcomeOf(cluster, { object: config() }), 'unchanged');
    const planned = await plan(cluster, { object: config({ a: '2', b: '1' }) });
    assert.ok('change' in planned);
    assert.equal(planned.change.action, 'configure');
    assert.deepEqual(planned.change.changed, ['data.a', 'data.b']);
    assert.equal(
      cluster.log.every((line) => line.startsWith('apply-dry')),
      true,
      cluster.log.join(', '),
    );
  });

  it('does not take for its own what a controller wrote between the read and the dry run', async () => {
    const cluster = await deployed(config());
    const read = cluster.find('ConfigMap', CFG)!;
    const { annotations } = read.metadata;
    const moved = { ...read, metadata: { ...read.metadata, annotations: { ...annotations, theirs: 'yes' } } };
    cluster.put(moved);
    // Without our entry nothing is proved, and the server is asked.
    const stale = { ...cluster, find: () => ({ ...read, metadata: { ...read.metadata, managedFields: [] } }) };
    const planned = await plan(stale, { object: config() });
    assert.ok('change' in planned);
    assert.equal(planned.change.action, 'unchanged');
    assert.equal(planned.change.live?.metadata.annotations?.theirs, 'yes');
  });

  it('asks anew where what a refusal was about is gone, and refuses what is still there', async () => {
    const refusing = async (isGone: boolean): Promise<PlannedOrRefused> => {
      const cluster = await deployed(config());
      const read = cluster.find('ConfigMap', CFG)!;
      let refusals = 0;
      const apply: FakeCluster['apply'] = (address, object, given) => {
        if (refusals++ > 0) return cluster.apply(address, object, given);
        if (isGone) cluster.drop(read);
        return Promise.reject(refusal(404, 'NotFound'));
      };
      return plan({ ...cluster, apply }, { object: config({ a: '2' }) });
    };
    const planned = await refusing(true);
    assert.ok('change' in planned);
    assert.equal(planned.change.action, 'create');
    assert.ok('refusal' in (await refusing(false)));
  });

  it('takes an apply that moves only the generation for none: the server does so for a field that it does not store', async () => {
    // Seen on 1.37 with `egress: []` in a NetworkPolicy, and `creationTimestamp: null` within a custom resource.
    // A null proves nothing, so the server is asked.
    const spec = { replicas: 1, paused: null };
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
    const cluster = await deployed(web);
    const bumped = (more: object): Promise<string> => {
      const apply: FakeCluster['apply'] = async (address, object, given) => {
        const answer = await cluster.apply(address, object, given);
        const { generation = 1 } = answer.metadata;
        return { ...answer, ...more, metadata: { ...answer.metadata, generation: generation + 1 } };
      };
      return outcomeOf({ ...cluster, apply }, { object: web });
    };
    assert.equal(await bumped({}), 'unchanged');
    assert.equal(await bumped({ spec: { ...spec, replicas: 2 } }), 'configure');
  });

  it('sends nothing for what admission alone would change, unless a config comes back into use', async () => {
    // A null proves nothing, so the server is asked, and a webhook stamps what it is asked about.
    const web = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 1, paused: null },
    };
    const stamped = async (object: object, options: Partial<PlanChangeOptions> = {}): Promise<string> => {
      const cluster = await deployed(web);
      const apply: FakeCluster['apply'] = async (address, sent, given) => {
        const answer = await cluster.apply(address, sent, given);
        const annotations = { ...answer.metadata.annotations, touched: 'now' };
        return { ...answer, metadata: { ...answer.metadata, annotations } };
      };
      return outcomeOf({ ...cluster, apply }, { object, options });
    };
    assert.equal(await stamped(web), 'unchanged');
    assert.equal(await stamped(web, { comebacks: new Set(['apps/Deployment/shop/web']) }), 'configure');
    assert.equal(await stamped({ ...web, spec: { ...web.spec, replicas: 2 } }), 'configure');
  });

  it('sends nothing but reads for --dry-run=client', async () => {
    const cluster = await deployed(config());
    const options = { askServer: false };
    assert.equal(await outcomeOf(cluster, { object: config(), options }), 'unchanged');
    assert.equal(await outcomeOf(cluster, { object: config({ a: '2' }), options }), 'configure');
    assert.deepEqual(cluster.log, []);
  });

  it('touches a config that comes back into use, whoever generated it, so that a prune sees it move', async () => {
    const cluster = await deployed(config());
    const planned = await plan(cluster, {
      object: config(),
      options: { comebacks: new Set([`/ConfigMap/shop/${CFG}`]) },
    });
    assert.ok('change' in planned);
    assert.equal(planned.change.action, 'configure');
    assert.equal(planned.change.desired.metadata.annotations?.['kapply.dev/used-at'], '2026-01-01T12:00:00.000Z');
  });

  describe('another set', () => {
    it('keeps its objects, unless they are taken over', async () => {
      const cluster = await deployed(config({ a: '1' }, 'plain'), 'billing');
      const object = config({ a: '1' }, 'plain');
      assert.equal(await outcomeOf(cluster, { object }), 'OwnedByOtherSet');
      assert.equal(await outcomeOf(cluster, { object, options: { takeOver: true } }), 'configure');
    });

    it('shares its generated configs: the same name has the same content', async () => {
      const cluster = await deployed(config(), 'billing');
      const planned = await plan(cluster, { object: config(), generated: true });
      assert.ok('change' in planned);
      assert.equal(planned.change.action, 'configure');
      assert.deepEqual(planned.change.share, { metadata: { annotations: { 'co-owner.kapply.dev/shop': 'true' } } });
      assert.equal(planned.change.after.metadata.annotations?.[SET_ANNOTATION], 'billing');
    });

    it('does not share what it is just deleting', async () => {
      const cluster = await deployed(config(), 'billing');
      const live = cluster.find('ConfigMap', CFG)!;
      cluster.put({ ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T12:00:00Z' } });
      assert.equal(await outcomeOf(cluster, { object: config(), generated: true }), 'recreate');
      cluster.put({
        ...live,
        metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T12:00:00Z', finalizers: ['a/b'] },
      });
      assert.equal(await outcomeOf(cluster, { object: config(), generated: true }), 'Terminating');
    });
  });

  it('runs a Job again that failed in an earlier run, where it may be recreated', async () => {
    const job = (annotations: object, status?: object): KubeObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', ...(Object.keys(annotations).length > 0 && { annotations: annotations as never }) },
      spec: { template: { spec: {} } },
      ...(status !== undefined && { status }),
    });
    const outcome = async (annotations: object, type: string): Promise<string> => {
      const cluster = await deployed(job(annotations));
      const live = cluster.find('Job', 'migrate')!;
      cluster.put({ ...live, status: { conditions: [{ type, status: 'True' }] } });
      return outcomeOf(cluster, { object: job(annotations) });
    };
    const may = { 'kapply.dev/on-immutable': 'recreate' };
    assert.equal(await outcome(may, 'Failed'), 'recreate');
    assert.equal(await outcome(may, 'Complete'), 'unchanged');
    assert.equal(await outcome({}, 'Failed'), 'unchanged');
  });

  it('sends an object without a trial that is marked so', async () => {
    const cluster = fakeCluster();
    const planned = await plan(cluster, {
      object: { ...config(), metadata: { name: CFG, annotations: { 'kapply.dev/dry-run': 'disabled' } } },
    });
    assert.ok('change' in planned);
    assert.equal(planned.change.validated, false);
    assert.equal(planned.change.action, 'create');
    assert.deepEqual(cluster.log, []);
  });

  describe('what the server refuses', () => {
    const denied = (object: KubeObject, createdNames: readonly string[], error = forbidden()): Promise<string> => {
      const cluster = fakeCluster({
        discovery,
        react: () => {
          throw error;
        },
      });
      return outcomeOf(cluster, { object, options: { createdNames: new Set(createdNames) } });
    };
    const named = (apiVersion: string, kind: string, more: object): KubeObject => ({
      apiVersion,
      kind,
      metadata: { name: 'web', labels: { app: 'web' } },
      ...more,
    });
    const podSpec = { serviceAccountName: 'runner', containers: [{ name: 'web' }] };

    for (const [name, object, outcome] of [
      ['a pod whose ServiceAccount this run creates', named('v1', 'Pod', { spec: podSpec }), 'create'],
      [
        'a binding to a role that this run creates',
        named('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { name: 'runner' } }),
        'create',
      ],
      [
        'a custom resource that names what this run creates',
        named('shop.example.com/v1', 'Gadget', { spec: { of: 'runner' } }),
        'create',
      ],
      [
        'a Deployment: the server asks for nothing that it names',
        named('apps/v1', 'Deployment', {
          spec: { selector: { matchLabels: { app: 'web' } }, template: { spec: podSpec } },
        }),
        'Forbidden',
      ],
      [
        'a Service that selects its own name',
        named('v1', 'Service', { spec: { selector: { app: 'web' } } }),
        'Forbidden',
      ],
      ['a custom resource that names only itself', named('shop.example.com/v1', 'Gadget', { spec: {} }), 'Forbidden'],
    ] as const) {
      it(`${outcome === 'create' ? 'may be accepted when its turn comes' : 'is refused at once'}: ${name}`, async () => {
        assert.equal(await denied(object, ['web', 'runner']), outcome);
        assert.equal(await denied(object, []), 'Forbidden');
      });
    }

    it('is refused as invalid whatever is created', async () => {
      const error = refusal(422, 'Invalid', { causes: [{ field: 'spec', message: 'no' }] });
      assert.equal(await denied(named('v1', 'Pod', { spec: podSpec }), ['runner'], error), 'Invalid');
    });

    it('is an immutable field where the same object would be accepted anew', async () => {
      const cluster = await deployed(config());
      const invalid = (): ApiError => refusal(422, 'Invalid', { causes: [{ field: 'data', message: 'immutable' }] });
      const immutable: Partial<FakeCluster> = {
        apply: (address, object, given) =>
          address.name === CFG ? Promise.reject(invalid()) : cluster.apply(address, object, given),
        patch: () => Promise.reject(invalid()),
      };
      const options = { cluster: { ...cluster, ...immutable } };
      assert.equal(await outcomeOf(cluster, { object: config({ a: '2' }), options }), 'ImmutableField');
      const allowed = {
        ...config({ a: '2' }),
        metadata: { name: CFG, annotations: { 'kapply.dev/on-immutable': 'recreate' } },
      };
      assert.equal(await outcomeOf(cluster, { object: allowed, options }), 'recreate');
      const never = { cluster: { ...options.cluster, apply: () => Promise.reject(invalid()) } };
      assert.equal(await outcomeOf(cluster, { object: allowed, options: never }), 'Invalid');
    });

    for (const [apiVersion, kind] of [
      ['v1', 'Namespace'],
      ['v1', 'PersistentVolume'],
      ['v1', 'PersistentVolumeClaim'],
    ] as const) {
      it(`is never recreated: a ${kind}, whatever its annotation says`, async () => {
        const object = (a: string): KubeObject => ({
          apiVersion,
          kind,
          metadata: { name: 'held', labels: { a }, annotations: { 'kapply.dev/on-immutable': 'recreate' } },
        });
        const cluster = await deployed(object('1'));
        const invalid = (): ApiError => refusal(422, 'Invalid', { causes: [{ field: 'spec', message: 'immutable' }] });
        const immutable: Partial<FakeCluster> = {
          apply: (address, one, given) =>
            address.name === 'held' ? Promise.reject(invalid()) : cluster.apply(address, one, given),
          patch: () => Promise.reject(invalid()),
        };
        const options = { cluster: { ...cluster, ...immutable } };
        assert.equal(await outcomeOf(cluster, { object: object('2'), options }), 'ImmutableField');
      });
    }

    it('is a conflict, with field and owner', async () => {
      const cluster = await deployed(config());
      const live = cluster.find('ConfigMap', CFG)!;
      const address = { resource: RESOURCES[0]!, namespace: 'shop', name: CFG };
      await cluster.apply(
        address,
        { ...config({ a: '9' }), metadata: { name: CFG, namespace: 'shop' } },
        { fieldManager: 'other', force: true },
      );
      assert.ok(live);
      const planned = await plan(cluster, { object: config({ a: '2' }) });
      assert.ok('refusal' in planned);
      assert.equal(planned.refusal.failure.code, 'FieldManagerConflict');
      assert.match(planned.refusal.failure.message, /\.data\.a.*"other"/);
      assert.equal(planned.refusal.failure.suggestions.length, 3);
      assert.equal(
        await outcomeOf(cluster, { object: config({ a: '2' }), options: { forceConflicts: true } }),
        'configure',
      );
    });
  });
});
