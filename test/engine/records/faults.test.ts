/** What else happens to records: answers that are lost, refusals, hands that edit, content that does not fit, and two runs at once. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { connect } from '../../../src/cluster/connect.js';
import type { Cluster } from '../../../src/cluster/cluster.js';
import { unpackContent } from '../../../src/engine/records/content.js';
import { listRecords } from '../../../src/engine/records/listRecords.js';
import { readRecord, recordName } from '../../../src/engine/records/record.js';
import { deploy } from '../../../src/engine/run/deploy.js';
import type { DeployOptions, RunContext } from '../../../src/engine/run/options.js';
import type { Report } from '../../../src/engine/run/report.js';
import { rollback } from '../../../src/engine/run/rollback.js';
import { EXIT, KapplyError } from '../../../src/errors.js';
import { RECORD_ANNOTATION, RECORD_LABEL } from '../../../src/objects/annotations.js';
import type { KubeObject } from '../../../src/objects/object.js';
import type { RenderedObject } from '../../../src/objects/rendered.js';
import type { RequestRecord } from '../../../src/sandbox/faults.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.js';
import { defaultDeployOptions } from '../run/deployOptions.js';
import { checkRecords, recordsOf } from './recordsOf.js';

const RECORD = { keep: 5, maskRules: [], commit: undefined };
const OPTIONS: DeployOptions = { ...defaultDeployOptions('shop'), pruneLabel: 'app=shop', record: RECORD };

const object = (kind: string, name: string, more: object): RenderedObject => ({
  object: { apiVersion: 'v1', kind, metadata: { name, labels: { app: 'shop' } }, ...more },
  origin: { file: 'all.yaml' },
  generated: false,
});
const color = (value: string): RenderedObject => object('ConfigMap', 'settings', { data: { color: value } });
/** What gzip makes no smaller. */
const noise = (bytes: number): string => randomBytes((bytes * 3) / 4).toString('base64');
const gzip = (text: string): string => gzipSync(text).toString('base64');
const isOfRecords = ({ resource, url }: RequestRecord): boolean =>
  resource === 'configmaps' && /kapply-|record/.test(url);
const isCreation = ({ method, resource }: RequestRecord): boolean => method === 'POST' && resource === 'configmaps';

describe('records of deploys, when something goes wrong', function () {
  this.timeout(30_000);
  let sandbox: Sandbox;
  let clock = 0;
  const now = (): number => Date.now() + clock;
  beforeEach(async () => {
    sandbox = await startSandbox({ now });
  });
  afterEach(() => sandbox.close());

  /** What a run is held at, to let another one go by. */
  let hold: (cluster: Cluster) => Cluster = (cluster) => cluster;

  async function inContext<T>(act: (context: RunContext) => Promise<T>): Promise<T> {
    clock += 3000;
    const { signal } = new AbortController();
    const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig, signal });
    const runner = { identity: `run ${randomUUID()}`, hasEnded: () => false };
    const quiet = { emit: () => undefined, confirm: () => Promise.resolve('agreed' as const) };
    try {
      return await act({ cluster: hold(cluster), now, signal, runner, ...quiet });
    } finally {
      await cluster.close();
    }
  }
  const deployed = (objects: readonly RenderedObject[], more: Partial<DeployOptions> = {}): Promise<Report> =>
    inContext(async (context) => {
      const report = await deploy(objects, { ...OPTIONS, ...more }, context);
      assert.equal(report.summary.exitCode, 0, JSON.stringify(report.summary));
      return report;
    });
  const back = (to?: number, more: object = {}): Promise<Report> =>
    inContext((context) => {
      const options = { ...OPTIONS, dryRun: undefined, allowPartial: false, ...more };
      return rollback({ ...options, set: 'shop', to, record: RECORD }, context);
    });
  const wentBack = async (to?: number): Promise<Report> => {
    const report = await back(to);
    assert.equal(report.summary.exitCode, 0, JSON.stringify(report.summary));
    return report;
  };
  const find = (name: string): KubeObject | undefined =>
    sandbox.store.list('ConfigMap', { namespace: 'default' }).find(({ metadata }) => metadata.name === name);
  const colorNow = (): string | undefined => (find('settings')?.data as { color?: string } | undefined)?.color;
  const numbers = (): number[] => recordsOf(sandbox).map(({ number }) => number);

  /** As somebody with kubectl. */
  async function byHand(act: (cluster: Cluster, name: (number: number) => Address) => Promise<unknown>): Promise<void> {
    await inContext(async ({ cluster }) => {
      const { resources } = await cluster.discover();
      const resource = resources.find(({ group, kind }) => group === '' && kind === 'ConfigMap');
      assert.ok(resource);
      return act(cluster, (number) => ({ resource, namespace: 'default', name: recordName('shop', number) }));
    });
  }
  type Address = Parameters<Cluster['get']>[0];

  it('a record whose answer was lost is written once', async () => {
    await deployed([color('red')]);
    const lost = sandbox.faults.add({ kind: 'reset', when: 'after' }, { on: (r) => isCreation(r) && isOfRecord(r) });
    const { record, warnings } = await deployed([color('blue')]);
    lost();
    assert.deepEqual(warnings, []);
    assert.equal(record, 2);
    assert.deepEqual(numbers(), [2, 1]);
    await wentBack();
    assert.equal(colorNow(), 'red');
  });
  /** The sandbox's own record of a POST has no name: the last creation of a run is that of its record. */
  const isOfRecord = ({ url }: RequestRecord): boolean => url.includes('fieldManager=kapply-record');

  it('a rollback goes back to something else, not to a deploy of the same', async () => {
    await deployed([color('red')]);
    await deployed([color('blue')]);
    await byHand(async (cluster, name) => {
      const { resource, namespace } = name(1);
      await cluster.patch(
        { resource, namespace, name: 'settings' },
        { data: { color: 'hand' } },
        { type: 'merge', fieldManager: 'hand' },
      );
    });
    await deployed([color('blue')], { forceConflicts: true });
    assert.deepEqual(numbers(), [3, 2, 1]);
    await wentBack();
    assert.equal(colorNow(), 'red');
  });

  for (const [what, verb] of [
    ['written', 'create'],
    ['listed', 'list'],
  ] as const) {
    it(`records that may not be ${what} are a warning, and the deploy goes well`, async () => {
      const isIt = (r: RequestRecord): boolean =>
        r.verb === verb && (verb === 'create' ? isOfRecord(r) : r.url.includes(encodeURIComponent(RECORD_LABEL)));
      sandbox.faults.add({ kind: 'refuse', code: 403 }, { on: isIt, times: Infinity });
      const { warnings } = await deployed([color('red')]);
      assert.equal(colorNow(), 'red');
      assert.equal(warnings.length, 1, warnings.join('\n'));
      assert.match(warnings[0] ?? '', /^this deploy leaves no record, so no rollback will know of it: /);
      if (verb === 'list') await assert.rejects(back(), { exitCode: EXIT.refused });
      else await assert.rejects(back(), { code: 'NoRecords' });
    });
  }

  it('what may not be removed stays, and is said', async () => {
    await deployed([color('red')], { record: { ...RECORD, keep: 1 } });
    sandbox.faults.add({ kind: 'refuse', code: 403 }, { on: (r) => r.verb === 'delete' && isOfRecords(r), times: 9 });
    const { warnings } = await deployed([color('blue')], { record: { ...RECORD, keep: 1 } });
    assert.match(warnings.join(), /more than --records 1 records of deploys stay/);
    assert.deepEqual(numbers(), [2, 1]);
  });

  it('a generated config that is too large comes back while it is there, and else the rollback says what is missing', async () => {
    const large = (name: string): RenderedObject[] =>
      ['a', 'b'].map((part) => ({
        ...object('ConfigMap', `${part}-${name}`, { data: { text: noise(700_000) } }),
        generated: true,
      }));
    const first = [color('red'), ...large('2456789bcd')];
    const second = [color('blue'), ...large('bcdfghkmt2')];
    assert.deepEqual((await deployed(first, { keep: 1 })).warnings, []);
    await deployed(second, { keep: 1 });
    await wentBack();
    assert.equal(colorNow(), 'red');
    for (const { object: one } of first) assert.deepEqual(find(one.metadata.name)?.data, one.data);
    await deployed(second);
    assert.equal(find('a-2456789bcd'), undefined, 'pruned');
    const { warnings } = await wentBack(1);
    assert.match(
      warnings.join('\n'),
      /ConfigMap\/a-2456789bcd is gone, and data\.text is in no record, so it does not come back/,
    );
    assert.equal(colorNow(), 'red');
    checkRecords(sandbox, [], 5, 'large');
  });

  it('a deploy that fits into no record says so, and a rollback to it as well', async () => {
    await deployed([color('red')]);
    const large = ['a', 'b'].map((name) => object('ConfigMap', name, { data: { text: noise(700_000) } }));
    const { warnings } = await deployed([color('blue'), ...large]);
    assert.match(warnings.join(), /too large for a record \(3 objects\): no rollback can go back to it/);
    await assert.rejects(back(2), { code: 'NothingToGoBackTo', message: /deploy 2 of set shop was too large/ });
    await wentBack();
    assert.equal(colorNow(), 'red');
  });

  it('a record is not edited, and one that somebody deletes is a deploy less', async () => {
    await deployed([color('red')]);
    await deployed([color('blue')]);
    await byHand(async (cluster, name) => {
      const edit = { binaryData: { 'objects.json.gz': 'AAAA' } };
      await assert.rejects(cluster.patch(name(1), edit, { type: 'merge', fieldManager: 'hand' }), { httpStatus: 422 });
      await cluster.remove(name(1), {});
    });
    await assert.rejects(back(), { code: 'NothingToGoBackTo' });
    await assert.rejects(back(1), { code: 'UnknownDeploy' });
    await deployed([color('green')]);
    assert.deepEqual(numbers(), [3, 2]);
  });

  it('a claim that cannot shrink stays as it is, and the rest goes back', async () => {
    const claim = (storage: string): RenderedObject =>
      object('PersistentVolumeClaim', 'data', {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
      });
    await deployed([color('red'), claim('1Gi')]);
    await deployed([color('blue'), claim('2Gi')]);
    // Of what the API server says of a claim that would become smaller, the sandbox knows nothing.
    const isShrinking = ({ verb, resource }: RequestRecord): boolean =>
      verb === 'patch' && resource === 'persistentvolumeclaims';
    sandbox.faults.add({ kind: 'refuse', code: 422, message: 'can not be less' }, { on: isShrinking, times: Infinity });
    const { warnings } = await wentBack();
    assert.match(warnings.join('\n'), /PersistentVolumeClaim\/data stays as it is now: .*can not be less/);
    assert.equal(colorNow(), 'red');
    const [left] = sandbox.store.list('PersistentVolumeClaim', { namespace: 'default' });
    assert.match(JSON.stringify(left?.spec), /"storage":"2Gi"/);
  });

  it('clocks that differ change nothing of which deploy was before', async () => {
    await deployed([color('red')]);
    sandbox.faults.skewClock(-3_600_000);
    clock -= 3_600_000;
    await deployed([color('blue')]);
    clock += 7_200_000;
    await wentBack();
    assert.equal(colorNow(), 'red');
    assert.deepEqual(numbers(), [3, 2, 1]);
    clock -= 3_600_000;
  });

  it('records of sets with names that read alike are told apart', async () => {
    const sets = ['shop', 'Shop', 'shop.1', 'shop-', 's_hop', 's-hop'].filter((set) => set !== 'shop-');
    for (const set of sets) {
      const one = object('ConfigMap', `of-${sets.indexOf(set)}`, { data: { set } });
      assert.equal((await deployed([one], { set, pruneLabel: undefined })).record, 1, set);
    }
    await inContext(async ({ cluster, signal }) => {
      const discovery = await cluster.discover();
      for (const set of sets) {
        const records = await listRecords(set, 'default', { cluster, discovery, signal });
        assert.deepEqual(
          records.map((record) => `${record.set} ${record.number}`),
          [`${set} 1`],
        );
      }
    });
  });

  for (const [what, lock] of [
    ['one after the other with the lock', true],
    ['without the lock', false],
  ] as const) {
    it(`two rollbacks at once, ${what}: both end where one does`, async () => {
      await deployed([color('red')]);
      await deployed([color('blue')]);
      const ends = await Promise.all([settled(back(undefined, { lock })), settled(back(undefined, { lock }))]);
      for (const end of ends) assert.ok(['0', 'MovedOn', 'NothingToGoBackTo'].includes(end), ends.join());
      assert.ok(ends.includes('0'), ends.join());
      assert.equal(colorNow(), 'red');
      checkRecords(sandbox, [], 5, what);
      const at = numbers();
      assert.equal(new Set(at).size, at.length);
    });
  }

  /** Holds the next run, once, before a request on the record of that number. */
  function holdAt(verb: 'get' | 'create', number: number, meanwhile: () => Promise<unknown>): void {
    const before = async ({ name }: { readonly name: string }): Promise<void> => {
      if (name !== recordName('shop', number) || held) return;
      held = true;
      await meanwhile();
    };
    let held = false;
    hold = (cluster) => {
      hold = (other) => other;
      const get: Cluster['get'] = async (...args) => (await before(args[0]), cluster.get(...args));
      const create: Cluster['create'] = async (...args) => (await before(args[0]), cluster.create(...args));
      return { ...cluster, ...(verb === 'get' ? { get } : { create }) };
    };
  }

  it('a deploy that ends while a rollback begins is not gone back from unseen', async () => {
    await deployed([color('red')]);
    await deployed([color('blue')]);
    holdAt('get', 1, () => deployed([color('green')]));
    assert.equal(await settled(back()), 'MovedOn');
    assert.equal(colorNow(), 'green');
  });

  it('a number that another run takes meanwhile, without the lock, is not written over', async () => {
    await deployed([color('red')]);
    holdAt('create', 2, () => deployed([color('green')], { lock: false }));
    const { record, warnings } = await deployed([color('blue')], { lock: false });
    assert.deepEqual(warnings, []);
    assert.equal(record, 3);
    assert.deepEqual(numbers(), [3, 2, 1]);
  });

  it('a deploy and a rollback at once: what ended last is there, whole', async () => {
    await deployed([color('red'), object('ConfigMap', 'of-red', {})]);
    await deployed([color('blue'), object('ConfigMap', 'of-blue', {})]);
    const green = [color('green'), object('ConfigMap', 'of-green', {})];
    const ends = await Promise.all([settled(back()), settled(deployed(green))]);
    assert.equal(ends[1], '0', ends.join());
    assert.ok(['0', 'MovedOn'].includes(ends[0]), ends.join());
    const [newest] = recordsOf(sandbox);
    assert.equal(colorNow(), newest?.backTo === undefined ? 'green' : 'red');
    assert.equal(find(`of-${colorNow()}`) === undefined, false);
    // The deploy that follows is no surprise.
    await deployed(green);
    assert.equal(colorNow(), 'green');
    assert.deepEqual(
      ['red', 'blue', 'green'].filter((name) => find(`of-${name}`) !== undefined),
      ['green'],
    );
  });

  async function settled(run: Promise<Report>): Promise<string> {
    try {
      const { summary } = await run;
      return summary.exitCode === 0 ? '0' : (summary.error?.code ?? '');
    } catch (error) {
      if (!(error instanceof KapplyError)) throw error;
      return error.code;
    }
  }

  describe('written by other hands', () => {
    const summary = (more: object): string => {
      const counts = { created: 1, configured: 0, unchanged: 0, deleted: 0 };
      const options = { ...OPTIONS, record: undefined };
      const whole = {
        state: 'deployed',
        at: '2026-01-01T00:00:00Z',
        runner: 'x',
        counts,
        digest: 'd',
        objects: 1,
        options,
      };
      return JSON.stringify({ ...whole, ...more });
    };
    const packed = (content: unknown): string => gzip(JSON.stringify(content));
    const CASES: readonly (readonly [what: string, annotation: string | undefined, binary: string | undefined])[] = [
      ['no summary', undefined, undefined],
      ['a summary that is no JSON', '{', undefined],
      ['a summary that is null', 'null', undefined],
      ['no options', summary({ options: null }), packed({ namespace: 'default', objects: [], readinessRules: [] })],
      ['options of other types', summary({ options: { pruneKinds: 3 } }), undefined],
      ['no counts', summary({ counts: undefined }), undefined],
      ['a state that nobody knows', summary({ state: 'fine' }), undefined],
      ['an error that is a number', summary({ state: 'failed', error: 3 }), undefined],
      ['a position that is a text', summary({ backTo: 'x' }), undefined],
      ['no content', summary({}), undefined],
      ['content that is not packed', summary({}), btoa('hello')],
      ['content that is no JSON', summary({}), gzip('{')],
      ['content that is null', summary({}), packed(null)],
      ['objects that are none', summary({}), packed({ namespace: 'default', objects: [null], readinessRules: [] })],
      [
        'an object without a kind',
        summary({}),
        packed({
          namespace: 'default',
          objects: [{ object: { metadata: { name: 'a' } }, generated: false }],
          readinessRules: [],
        }),
      ],
      [
        'an object without a name',
        summary({}),
        packed({
          namespace: 'default',
          objects: [{ object: { apiVersion: 'v1', kind: 'Pod', metadata: {} }, generated: false }],
          readinessRules: [],
        }),
      ],
      [
        'no rules',
        summary({}),
        packed({ namespace: 'default', objects: [{ object: color('red').object, generated: false }] }),
      ],
      [
        'rules that are none',
        summary({}),
        packed({
          namespace: 'default',
          objects: [{ object: color('red').object, generated: false }],
          readinessRules: [3],
        }),
      ],
      [
        'a namespace that is none',
        summary({}),
        packed({ namespace: '../x', objects: [{ object: color('red').object, generated: false }], readinessRules: [] }),
      ],
    ];
    const forged = (annotation: string | undefined, binary: string | undefined): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: recordName('shop', 1),
        namespace: 'default',
        labels: { [RECORD_LABEL]: 'shop' },
        ...(annotation !== undefined && { annotations: { [RECORD_ANNOTATION]: annotation } }),
      },
      ...(binary !== undefined && { binaryData: { 'objects.json.gz': binary } }),
    });
    for (const [what, annotation, binary] of CASES) {
      it(`${what}: is no record, or none that can be read`, () => {
        const object = forged(annotation, binary);
        if (readRecord(object) !== undefined) assert.throws(() => unpackContent(object), { code: 'UnreadableRecord' });
      });
    }

    it('are a clear error of the rollback, and nothing to the next deploy', async () => {
      await deployed([color('red')]);
      await deployed([color('blue')]);
      const ends: string[] = [];
      for (const [, annotation, binary] of CASES.filter(([what]) => /^no options|^objects that are none/.test(what))) {
        await byHand(async (cluster, name) => {
          await cluster.remove(name(1), {});
          await cluster.create(name(1), forged(annotation, binary), { fieldManager: 'hand' });
        });
        ends.push(await settled(back()), await settled(back(1)));
      }
      assert.deepEqual(ends, ['NothingToGoBackTo', 'UnknownDeploy', 'UnreadableRecord', 'UnreadableRecord']);
      assert.equal(colorNow(), 'blue');
      assert.deepEqual((await deployed([color('green')])).warnings, []);
      assert.equal((await wentBack()).summary.exitCode, 0);
      assert.equal(colorNow(), 'blue');
    });
  });
});
