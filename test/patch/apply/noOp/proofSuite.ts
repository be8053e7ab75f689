/**
 * Every proof that an apply is a no-op, compared with the server's own dry run: random objects, edited by random
 * managers, and then what would be applied, edited as well. A proof that is wrong would be a change that is never made.
 */
import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/cluster/apiError.js';
import { findResource, type Cluster, type ObjectAddress } from '../../../../src/cluster/cluster.js';
import { groupOf, versionOf, type JsonObject, type KubeObject } from '../../../../src/objects/object.js';
import { jsonEqual } from '../../../../src/patch/jsonEqual.js';
import { isProvenNoOp } from '../../../../src/patch/apply/noOp.js';
import { shapeOfKind } from '../../../../src/patch/apply/kindVersions.js';
import type { Shape } from '../../../../src/patch/apply/shape.js';
import { kubernetesSchema } from '../../../../src/patch/schema/builtinTables.js';
import type { SchemaTable } from '../../../../src/patch/schema/schemaTable.js';
import { edited, randomOf, type Random } from './edits.js';
import { DEFINITION, MANIFESTS } from './manifests.js';

const MANAGER = 'kapply';

export interface ProofCounts {
  readonly cases: number;
  /** Applies that the server calls no-ops, among those that it was asked about. */
  readonly noOps: number;
  readonly proven: number;
}

/** How many edits are tried on each live object. */
const EDITS = 20;

/** Tries so many cases from a seed on. Throws where a proof is wrong, naming the seed of the object. */
export async function proveRandomly(
  cluster: Cluster,
  options: { readonly namespace: string; readonly seed: number; readonly cases: number },
): Promise<ProofCounts> {
  const table = await kubernetesSchema();
  await define(cluster);
  const total = { cases: 0, noOps: 0, proven: 0 };
  for (let seed = options.seed; total.cases < options.cases; seed++) {
    const counts = await proveOne(cluster, table, options.namespace, seed);
    total.cases += counts.cases;
    total.noOps += counts.noOps;
    total.proven += counts.proven;
  }
  return total;
}

async function define(cluster: Cluster): Promise<void> {
  await cluster.apply(await addressOf(cluster, DEFINITION, ''), DEFINITION as unknown as KubeObject, {
    fieldManager: 'test',
    force: true,
  });
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const { resources } = await cluster.discover({ refresh: true });
    if (resources.some(({ kind }) => kind === 'Gadget')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the custom resource is not served');
}

async function proveOne(cluster: Cluster, table: SchemaTable, namespace: string, seed: number): Promise<ProofCounts> {
  const random = randomOf(seed);
  const base = MANIFESTS[random(MANIFESTS.length)] ?? {};
  const applied = await firstApplied(cluster, named(base, namespace, `it-${seed}`), random);
  if (applied === undefined) return { cases: 1, noOps: 0, proven: 0 };
  const address = await addressOf(cluster, applied, namespace);
  try {
    for (let count = random(4); count > 0; count--) await editLive(cluster, address, applied, random);
    const live = await cluster.get(address);
    if (live === undefined) return { cases: 1, noOps: 0, proven: 0 };
    const shape = shapeOfKind(table, live.apiVersion, live.kind);
    let noOps = 0;
    let proven = 0;
    for (let count = 0; count < EDITS; count++) {
      const desired = count === 0 ? applied : edited(applied, random);
      // What is not proved is asked about now and then only, to see how much the proof leaves to the server.
      const answer = await compare(cluster, address, desired, shape, count < 3);
      if (answer === undefined) continue;
      const { isProven, isNoOp } = answer;
      if (isNoOp) noOps += 1;
      if (!isProven) continue;
      proven += 1;
      assert.ok(isNoOp, `seed ${seed}: ${JSON.stringify(desired)}`);
    }
    return { cases: EDITS, noOps, proven };
  } finally {
    await cluster.remove(address, { gracePeriodSeconds: 0 });
  }
}

/** Applies the manifest, or what one edit makes of it, as our manager. */
async function firstApplied(cluster: Cluster, base: JsonObject, random: Random): Promise<JsonObject | undefined> {
  const address = await addressOf(cluster, base, (base.metadata as { namespace: string }).namespace);
  const first = random(2) === 0 ? base : edited(base, random);
  return (await accepted(cluster, address, first, MANAGER)) ? first : undefined;
}

async function accepted(
  cluster: Cluster,
  address: ObjectAddress,
  object: JsonObject,
  manager: string,
): Promise<boolean> {
  try {
    await cluster.apply(address, object as unknown as KubeObject, { fieldManager: manager, force: true });
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** What somebody else does to it: an apply with force, or an update by a patch. */
async function editLive(cluster: Cluster, address: ObjectAddress, applied: JsonObject, random: Random): Promise<void> {
  const change = edited(applied, random);
  try {
    switch (random(4)) {
      case 0:
        await cluster.apply(address, change as unknown as KubeObject, { fieldManager: 'other', force: true });
        return;
      case 1:
        await cluster.patch(
          address,
          { metadata: { labels: { tier: `t${random(3)}`, extra: 'x' } } },
          { type: 'merge', fieldManager: 'kubectl-label' },
        );
        return;
      case 2: {
        const { apiVersion: _, kind: __, metadata: ___, ...rest } = change;
        await cluster.patch(address, rest, { type: 'merge', fieldManager: 'kubectl-edit' });
        return;
      }
      default:
        await cluster.apply(address, change as unknown as KubeObject, { fieldManager: MANAGER, force: true });
    }
  } catch (error) {
    // Random edits are often invalid.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** The proof and the server's answer, for one and the same version of the object; undefined where nobody was asked. */
async function compare(
  cluster: Cluster,
  address: ObjectAddress,
  desired: JsonObject,
  shape: Shape | undefined,
  always: boolean,
): Promise<{ isProven: boolean; isNoOp: boolean } | undefined> {
  for (;;) {
    const live = await cluster.get(address);
    if (live === undefined) return undefined;
    const isProven = isProvenNoOp({ live, desired: desired as unknown as KubeObject, manager: MANAGER, shape });
    if (!isProven && !always) return undefined;
    const isNoOp = await asksForNothing(cluster, address, desired, live);
    // A controller that writes in between is neither's fault.
    const now = await cluster.get(address);
    if (now?.metadata.resourceVersion === live.metadata.resourceVersion) return { isProven, isNoOp };
  }
}

async function asksForNothing(
  cluster: Cluster,
  address: ObjectAddress,
  desired: JsonObject,
  live: KubeObject,
): Promise<boolean> {
  try {
    const after = await cluster.apply(address, desired as unknown as KubeObject, {
      fieldManager: MANAGER,
      force: true,
      dryRun: true,
    });
    return jsonEqual(comparable(live), comparable(after));
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** The object without its version, the times of who wrote it, and its status: controllers write that at any time. */
function comparable(object: KubeObject): JsonObject {
  const { resourceVersion: _, managedFields = [], ...metadata } = object.metadata;
  const entries = managedFields
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ time: __, ...entry }) => entry);
  const { status: ___, ...rest } = object;
  return { ...rest, metadata: { ...metadata, managedFields: entries } } as unknown as JsonObject;
}

function named(base: JsonObject, namespace: string, name: string): JsonObject {
  return { ...base, metadata: { ...(base.metadata as JsonObject), namespace, name } };
}

async function addressOf(cluster: Cluster, object: JsonObject, namespace: string): Promise<ObjectAddress> {
  const { apiVersion, kind, metadata } = object as unknown as KubeObject;
  const resource = findResource(await cluster.discover(), groupOf(apiVersion), versionOf(apiVersion), kind);
  if (resource === undefined) throw new Error(`${apiVersion} ${kind} is not served`);
  return { resource, namespace: resource.namespaced ? namespace : '', name: metadata.name };
}
