import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../src/objects/object.js';
import { resetFields } from '../../../src/patch/apply/resetFields.js';
import { serverSideApply } from '../../../src/patch/apply/serverSideApply.js';
import { trackUpdate } from '../../../src/patch/apply/trackUpdate.js';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import { withCustomResource } from '../../../src/patch/schema/customResource.js';
import type { SchemaTable } from '../../../src/patch/schema/schemaTable.js';

/** Requests of a random run against kube-apiserver v1.37.2, each with what it found and what the server answered. */
interface Recorded {
  readonly kind: string;
  readonly request: string;
  readonly manager: string;
  readonly force?: boolean;
  readonly subresource: string;
  readonly live?: KubeObject;
  readonly applied?: KubeObject;
  readonly after?: KubeObject;
  readonly expected: {
    readonly conflicts?: readonly { message: string; field: string }[];
    readonly message?: string;
    readonly object?: KubeObject;
    readonly unchanged?: boolean;
    readonly managedFields?: readonly ManagedFieldsEntry[];
  };
}

/** `empty` is what a Go struct of a kind holds before anything is set. */
const { empty, crd, cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/patch/recordedApply.json', import.meta.url), 'utf8'),
) as { empty: Record<string, JsonObject>; crd: JsonObject; cases: Recorded[] };

const HAS_STATUS = new Set(['Deployment', 'Widget']);
const SERVER_FIELDS = ['managedFields', 'uid', 'resourceVersion', 'creationTimestamp', 'generation'];

function withoutServerFields(object: KubeObject): KubeObject {
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([name]) => !SERVER_FIELDS.includes(name)),
  );
  return { ...object, metadata: metadata as unknown as KubeObject['metadata'] };
}

function keyOf({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  return JSON.stringify([manager, operation, apiVersion, subresource]);
}

/** What the server makes of a merged object, as far as these kinds need it: the default of a port, and no empty maps. */
function finish(object: KubeObject): KubeObject {
  const metadata = Object.entries(object.metadata).filter(([, value]) => JSON.stringify(value) !== '{}');
  const rest = Object.entries(object).filter(([name, value]) => name !== 'data' || JSON.stringify(value) !== '{}');
  const { spec } = object as { spec?: { parts?: readonly object[] } };
  const parts = spec?.parts?.map((part) => ({ port: 7, ...part }));
  return {
    ...(Object.fromEntries(rest) as unknown as KubeObject),
    metadata: Object.fromEntries(metadata) as unknown as KubeObject['metadata'],
    ...(parts && { spec: { ...spec, parts } }),
  };
}

/** Entries in one order, without their times. */
function timeless(entries: readonly ManagedFieldsEntry[] = []): ManagedFieldsEntry[] {
  return entries.map((entry) => ({ ...entry, time: '' })).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

describe('requests recorded from a real API server', () => {
  let schema: SchemaTable;
  before(async () => {
    schema = withCustomResource(await kubernetesSchema(), crd);
  });

  for (const [index, recorded] of cases.entries()) {
    const { kind, request, manager, subresource, live, applied, after, expected } = recorded;
    it(`${index}: ${request} of a ${kind} by ${manager}`, () => {
      const object = (applied ?? after)!;
      const custom = kind === 'Widget';
      const ignored = resetFields(object.apiVersion, kind, subresource, HAS_STATUS.has(kind), { custom });
      const options = { manager, subresource, schema, ignored, now: '2030-01-01T00:00:00Z', empty: empty[kind] ?? {} };
      if (applied === undefined) {
        const tracked = trackUpdate({ ...options, before: live, after: object });
        assert.deepEqual(timeless(tracked.metadata.managedFields), timeless(expected.managedFields));
        return;
      }
      const { force = false } = recorded;
      const result = serverSideApply({ ...options, live, applied, force, finish });
      if ('conflicts' in result) {
        const found = result.conflicts.map(({ message, field }) => ({ message, field }));
        const inOrder = [...found].sort((a, b) => (a.message + a.field < b.message + b.field ? -1 : 1));
        assert.deepEqual(inOrder, expected.conflicts);
        // The server walks its managers in no order.
        assert.deepEqual(result.message.split('\n').sort(), expected.message?.split('\n').sort());
        return;
      }
      assert.equal(expected.conflicts, undefined);
      assert.deepEqual(
        timeless(result.object.metadata.managedFields),
        timeless(expected.object?.metadata.managedFields),
      );
      if (custom || kind === 'ConfigMap') {
        // Other kinds also pass through their Go structs and get defaults.
        assert.deepEqual(withoutServerFields(result.object), withoutServerFields(expected.object!));
        assert.equal(!result.changed, expected.unchanged);
      }
    });
  }
});
