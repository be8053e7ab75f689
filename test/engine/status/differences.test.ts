import assert from 'node:assert/strict';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../src/objects/object.js';
import { shapeOfKind } from '../../../src/patch/apply/kindVersions.js';
import { fieldSetOfValue } from '../../../src/patch/apply/fieldSetOfValue.js';
import { serializeFieldsV1 } from '../../../src/patch/apply/fieldsV1.js';
import { DEDUCED } from '../../../src/patch/apply/shape.js';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import { differencesFrom } from '../../../src/engine/status/differences.js';

const schema = await kubernetesSchema();

/** An entry of managedFields: what this manager set at this time. */
function owned(
  object: KubeObject,
  manager: string,
  set: JsonObject,
  more: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry {
  const shape = shapeOfKind(schema, object.apiVersion, object.kind) ?? DEDUCED;
  const fieldsV1 = serializeFieldsV1(fieldSetOfValue(shape, set));
  return {
    manager,
    operation: 'Update',
    apiVersion: object.apiVersion,
    time: '2026-01-02T00:00:00Z',
    fieldsV1,
    ...more,
  };
}

interface Case {
  readonly name: string;
  readonly manifest: KubeObject;
  /** Over the manifest as kapply applied it; by default nothing. */
  readonly live?: (applied: KubeObject) => KubeObject;
  /** What kapply applied; by default the manifest. */
  readonly applied?: KubeObject;
  readonly others?: readonly {
    readonly manager: string;
    readonly set: JsonObject;
    readonly more?: Partial<ManagedFieldsEntry>;
  }[];
  /** `path: why manager` */
  readonly want: readonly string[];
}

const web = (spec: JsonObject = {}, container: JsonObject = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'shop:1', ...container }] },
    },
    ...spec,
  },
});
const config = (data: JsonObject): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'app', namespace: 'shop' },
  data,
});
const gadget = (spec: JsonObject): KubeObject => ({
  apiVersion: 'shop.example.com/v1',
  kind: 'Gadget',
  metadata: { name: 'g', namespace: 'shop' },
  spec,
});
const IMAGE = '.spec.template.spec.containers[name="app"].image';

const CASES: readonly Case[] = [
  { name: 'what was applied and is as it was', manifest: web(), want: [] },
  {
    name: 'defaults of the server, and what a controller adds',
    manifest: web(),
    live: (applied) => ({
      ...applied,
      metadata: { ...applied.metadata, annotations: { 'deployment.kubernetes.io/revision': '3' } },
      spec: { ...(applied.spec as object), revisionHistoryLimit: 10, strategy: { type: 'RollingUpdate' } },
      status: { replicas: 3 },
    }),
    want: [],
  },
  {
    name: 'replicas that somebody scaled',
    manifest: web(),
    live: () => web({ replicas: 5 }),
    others: [{ manager: 'kubectl', set: { spec: { replicas: 5 } }, more: { subresource: 'scale' } }],
    want: ['.spec.replicas: changed kubectl (scale) 2026-01-02T00:00:00Z'],
  },
  {
    name: 'replicas that an autoscaler sets',
    manifest: web(),
    live: () => web({ replicas: 5 }),
    others: [{ manager: 'kube-controller-manager', set: { spec: { replicas: 5 } }, more: { subresource: 'scale' } }],
    want: [],
  },
  {
    name: 'an image that somebody edited, of two managers the one that wrote last',
    manifest: web(),
    live: () => web({}, { image: 'shop:2' }),
    others: ['older', 'kubectl-edit'].map((manager, index) => ({
      manager,
      set: { spec: { template: { spec: { containers: [{ name: 'app', image: 'shop:2' }] } } } },
      more: { time: `2026-01-0${index + 1}T00:00:00Z` },
    })),
    want: [`${IMAGE}: changed kubectl-edit 2026-01-02T00:00:00Z`],
  },
  {
    name: 'an image that is new in the manifest',
    manifest: web({}, { image: 'shop:2' }),
    applied: web(),
    want: [`${IMAGE}: notDeployed kapply 2026-01-01T00:00:00Z`],
  },
  {
    name: 'a field that left the manifest',
    manifest: web({}, {}),
    applied: web({ minReadySeconds: 5 }),
    want: ['.spec.minReadySeconds: notDeployed kapply 2026-01-01T00:00:00Z'],
  },
  {
    name: 'a container that somebody put in front of ours',
    manifest: web(),
    live: () => {
      const containers = [
        { name: 'mesh', image: 'mesh:1' },
        { name: 'app', image: 'shop:1' },
      ];
      return web({ template: { metadata: { labels: { app: 'web' } }, spec: { containers } } });
    },
    want: [],
  },
  {
    name: 'quantities in another form',
    manifest: web({}, { resources: { limits: { cpu: '1000m', memory: '1024Mi' } } }),
    live: () => web({}, { resources: { limits: { cpu: '1', memory: '1Gi' } } }),
    want: [],
  },
  {
    name: 'values that a Go struct does not keep, and empty maps',
    manifest: web({ strategy: {}, paused: false }, { env: [{ name: 'A', value: '' }], args: [] }),
    live: () => web({ strategy: { type: 'RollingUpdate' } }, { env: [{ name: 'A' }] }),
    want: [],
  },
  {
    name: 'a key of a ConfigMap that somebody changed, although it looks like the same quantity',
    manifest: config({ cpu: '1000m' }),
    live: () => config({ cpu: '1' }),
    others: [{ manager: 'kubectl-edit', set: { data: { cpu: '1' } } }],
    want: ['.data.cpu: changed kubectl-edit 2026-01-02T00:00:00Z'],
  },
  {
    name: 'a key of a ConfigMap that somebody took away',
    manifest: config({ a: 'b', c: 'd' }),
    applied: config({ a: 'b' }),
    want: ['.data.c: notDeployed null null'],
  },
  {
    name: 'a key that somebody added',
    manifest: config({ a: 'b' }),
    live: () => config({ a: 'b', c: 'd' }),
    others: [{ manager: 'kubectl-edit', set: { data: { c: 'd' } } }],
    want: [],
  },
  {
    name: 'kapply’s own marks',
    manifest: config({ a: 'b' }),
    live: (applied) => ({
      ...applied,
      metadata: { ...applied.metadata, annotations: { 'kapply.dev/used-at': 'x', 'co-owner.kapply.dev/other': '' } },
    }),
    want: [],
  },
  {
    name: 'a port whose protocol is the default',
    manifest: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace: 'shop' },
      spec: { ports: [{ port: 80 }] },
    },
    live: (applied) => ({
      ...applied,
      spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }], clusterIP: '10.0.0.1' },
    }),
    want: [],
  },
  {
    name: 'a field of a custom resource',
    manifest: gadget({ size: 1, parts: [{ id: 'a', n: 1 }] }),
    live: (applied) => ({ ...applied, spec: { size: 2, parts: [{ id: 'a', n: 1, filled: true }] } }),
    others: [{ manager: 'operator', set: { spec: { size: 2 } } }],
    want: ['.spec.size: changed operator 2026-01-02T00:00:00Z'],
  },
  {
    name: 'a list that is owned as a whole and is longer',
    manifest: gadget({ parts: ['a'] }),
    live: (applied) => ({ ...applied, spec: { parts: ['a', 'b'] } }),
    others: [{ manager: 'kubectl-edit', set: { spec: { parts: ['a', 'b'] } } }],
    want: ['.spec.parts: changed kubectl-edit 2026-01-02T00:00:00Z'],
  },
];

describe('differencesFrom', () => {
  for (const {
    name,
    manifest,
    applied = manifest,
    live = (object: KubeObject) => object,
    others = [],
    want,
  } of CASES) {
    it(`${want.length === 0 ? 'finds none in' : 'finds'} ${name}`, () => {
      const { apiVersion: _, kind: __, metadata, ...rest } = applied;
      const taken = others.map(({ set }) => set);
      const ours = {
        ...rest,
        metadata: { labels: metadata.labels, annotations: metadata.annotations },
      } as unknown as JsonObject;
      const found = live(applied);
      const entry = owned(applied, 'kapply', without(ours, taken), {
        operation: 'Apply',
        time: '2026-01-01T00:00:00Z',
      });
      const managedFields = [entry, ...others.map(({ manager, set, more }) => owned(applied, manager, set, more))];
      const shape = shapeOfKind(schema, manifest.apiVersion, manifest.kind);
      const differences = differencesFrom({ ...found, metadata: { ...found.metadata, managedFields } }, manifest, {
        manager: 'kapply',
        shape,
      });
      assert.deepEqual(
        differences.map(({ path, why, manager, at }) => `${path}: ${why} ${manager} ${at}`),
        want,
      );
    });
  }
});

/** Whoever changes a value takes its ownership from us. */
function without(ours: JsonObject, taken: readonly JsonObject[]): JsonObject {
  const strip = (value: unknown, others: readonly unknown[]): unknown => {
    if (Array.isArray(value))
      return value.map((item: unknown, index) =>
        strip(
          item,
          others.flatMap((other) => (Array.isArray(other) ? [other[index] as unknown] : [])),
        ),
      );
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, part]) => {
        const theirs = others.flatMap((other) => {
          const found = (other as Record<string, unknown> | undefined)?.[name];
          return found === undefined ? [] : [found];
        });
        const isTaken =
          name !== 'name' &&
          theirs.some((other) => typeof other !== 'object' || (Array.isArray(other) && typeof other[0] !== 'object'));
        return isTaken ? [] : [[name, strip(part, theirs)]];
      }),
    );
  };
  return strip(ours, taken) as JsonObject;
}
