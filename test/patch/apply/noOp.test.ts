import assert from 'node:assert/strict';
import type { Cluster } from '../../../src/cluster/cluster.js';
import { connect } from '../../../src/cluster/connect.js';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../src/objects/object.js';
import { isProvenNoOp } from '../../../src/patch/apply/noOp.js';
import { shapeOfKind } from '../../../src/patch/apply/kindVersions.js';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.js';
import { proveRandomly } from './noOp/proofSuite.js';

/** `KAPPLY_PROOFS=10000` tries more; a failure names the seed, which `KAPPLY_SEED` begins with. */
const CASES = Number(process.env.KAPPLY_PROOFS ?? 1500);
const SEED = Number(process.env.KAPPLY_SEED ?? 1);

describe('patch/apply/noOp', () => {
  describe('beside the dry run of the server', () => {
    let sandbox: Sandbox;
    let cluster: Cluster;
    before(async () => {
      sandbox = await startSandbox({ controllers: false });
      cluster = await connect({ kubeconfig: sandbox.kubeconfig, env: {} });
    });
    after(async () => {
      await cluster.close();
      await sandbox.close();
    });

    it('is never wrong, and proves four of five no-ops', async function () {
      // 5 ms each where nothing else runs.
      this.timeout(CASES * 100);
      const { noOps, proven } = await proveRandomly(cluster, { namespace: 'default', seed: SEED, cases: CASES });
      assert.ok(proven >= 0.8 * noOps, `${proven} of ${noOps} no-ops are proved`);
    });
  });

  describe('one by one', () => {
    const fields = { 'f:data': { 'f:a': {} } };
    const entry = { manager: 'kapply', operation: 'Apply', apiVersion: 'v1', fieldsV1: fields };
    const config = (data: JsonObject, managedFields: readonly object[] = [entry]): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', managedFields },
      data,
    });
    const cases: { name: string; live: KubeObject; desired: KubeObject; proven: boolean }[] = [
      { name: 'what is owned and equal', live: config({ a: '1', b: '2' }), desired: config({ a: '1' }), proven: true },
      { name: 'another value', live: config({ a: '1' }), desired: config({ a: '2' }), proven: false },
      {
        name: 'a quantity where there is none',
        live: config({ a: '1' }),
        desired: config({ a: '1000m' }),
        proven: false,
      },
      { name: 'a field more', live: config({ a: '1', b: '2' }), desired: config({ a: '1', b: '2' }), proven: false },
      { name: 'a field less', live: config({ a: '1' }), desired: config({}), proven: false },
      { name: 'no entry of ours', live: config({ a: '1' }, []), desired: config({ a: '1' }), proven: false },
      {
        name: 'two entries of ours',
        live: config({ a: '1' }, [entry, entry]),
        desired: config({ a: '1' }),
        proven: false,
      },
      {
        name: 'an entry of another version',
        live: config({ a: '1' }, [{ ...entry, apiVersion: 'v1beta1' }]),
        desired: config({ a: '1' }),
        proven: false,
      },
      {
        name: 'what we wrote by an update',
        live: config({ a: '1' }, [{ ...entry, operation: 'Update' }]),
        desired: config({ a: '1' }),
        proven: false,
      },
      {
        name: 'what is being deleted',
        live: {
          ...config({ a: '1' }),
          metadata: { ...config({}).metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
        },
        desired: config({ a: '1' }),
        proven: false,
      },
    ];
    for (const { name, live, desired, proven } of cases) {
      it(`${proven ? 'proves' : 'does not prove'}: ${name}`, async () => {
        const shape = shapeOfKind(await kubernetesSchema(), 'v1', 'ConfigMap');
        const { managedFields: _, ...metadata } = desired.metadata;
        const sent = { ...desired, metadata };
        assert.equal(isProvenNoOp({ live, desired: sent, manager: 'kapply', shape }), proven);
      });
    }

    it('tells a map owned as a whole from one that was empty once', () => {
      const gadget = (spec: JsonObject): KubeObject =>
        ({
          apiVersion: 'e.com/v1',
          kind: 'Gadget',
          metadata: { name: 'g', managedFields: [own] },
          spec,
        }) as unknown as KubeObject;
      const own = { ...entry, apiVersion: 'e.com/v1', fieldsV1: { 'f:spec': { 'f:map': {} } } };
      const live = gadget({ map: { a: 'b' } });
      const desired = { ...live, metadata: { name: 'g' } };
      assert.equal(isProvenNoOp({ live, desired, manager: 'kapply' }), false);
      const list = { ...live, spec: { map: [{ name: 'a' }] } };
      const isProven = (object: KubeObject): boolean =>
        isProvenNoOp({ live: object, desired: { ...object, metadata: { name: 'g' } }, manager: 'kapply' });
      assert.equal(isProven(list), true);
      // Of a list that is one whole nobody owns an item: it was empty when we applied it.
      const theirs = { 'f:spec': { 'f:map': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } } };
      const shared = [own, { ...own, manager: 'other', fieldsV1: theirs }] as ManagedFieldsEntry[];
      assert.equal(isProven({ ...list, metadata: { ...list.metadata, managedFields: shared } }), false);
    });
  });
});
