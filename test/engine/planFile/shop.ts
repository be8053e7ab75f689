/** A set in a cluster in memory, its next version as a plan file, and what people do to the cluster in between. */
import { DEPLOY_DEFAULTS, PLAN_DEFAULTS } from '../../../src/engine/run/defaults.js';
import type { DeployOptions, RunContext } from '../../../src/engine/run/options.js';
import type { Report } from '../../../src/engine/run/report.js';
import { deploy } from '../../../src/engine/run/deploy.js';
import { planToShow } from '../../../src/engine/plan/planToShow.js';
import { deployPlan, objectsOf } from '../../../src/engine/planFile/deployPlan.js';
import { clusterIdentity } from '../../../src/engine/planFile/clusterIdentity.js';
import { makePlanFile } from '../../../src/engine/planFile/makePlanFile.js';
import type { PlanFile } from '../../../src/engine/planFile/planFile.js';
import { makeMasks } from '../../../src/objects/masks.js';
import type { KubeObject } from '../../../src/objects/object.js';
import type { RenderedObject } from '../../../src/objects/rendered.js';
import { makeTown, type Town } from '../run/sideBySide/town.js';

export const NAMESPACE = 'one';
export const LABEL = 'app=shop';
const labels = { app: 'shop' };

export interface Version {
  /** The suffix of the generated config. */
  readonly hash: string;
  readonly image?: string;
  readonly password?: string;
  /** Without it the manifest names no replicas. */
  readonly replicas?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const V1: Version = { hash: '2222222222', replicas: 1 };
export const V2: Version = { hash: '4444444444', replicas: 1 };

/** What a version renders to. */
export function renderedOf({ hash, image = 'shop:1', password, replicas, annotations }: Version): RenderedObject[] {
  const container = { name: 'app', image, envFrom: [{ configMapRef: { name: `cfg-${hash}` } }] };
  const objects: KubeObject[] = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `cfg-${hash}`, namespace: NAMESPACE, labels },
      data: { of: hash },
    },
    ...(password === undefined
      ? []
      : [
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'db', namespace: NAMESPACE, labels },
            data: { password: Buffer.from(password).toString('base64') },
          },
        ]),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: NAMESPACE, labels, ...(annotations !== undefined && { annotations }) },
      spec: {
        ...(replicas !== undefined && { replicas }),
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: NAMESPACE, labels },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    },
  ];
  return objects.map((object) => ({
    object,
    origin: { file: 'all.yaml' },
    generated: object.kind === 'ConfigMap',
  }));
}

export interface Shop {
  readonly town: Town;
  readonly deploy: (version: Version) => Promise<Report>;
  readonly plan: (version: Version, options?: Partial<DeployOptions>) => Promise<PlanFile>;
  /** @param again what is rendered beside the file; undefined: the file alone */
  readonly run: (file: PlanFile, again?: Version, dies?: number) => Promise<Report>;
  /** What everybody sees of the cluster: to tell whether anything was written. */
  readonly state: () => string;
  /** Time passes, ms. */
  readonly later: (ms: number) => void;
}

/** The shop in a version that is deployed already. */
export async function openShop(deployed: Version): Promise<Shop> {
  let skipped = 0;
  const began = Date.parse('2026-01-01T00:00:00Z');
  const now = (): number => began + skipped;
  const town = makeTown(now, () => Promise.resolve());
  const contextOf = (dies?: number): RunContext => ({
    cluster: town.connection(dies),
    emit: () => undefined,
    signal: new AbortController().signal,
    now,
    confirm: () => Promise.resolve('impossible'),
    runner: { identity: `run ${Math.random()}`, hasEnded: () => true },
  });
  const options: DeployOptions = { ...DEPLOY_DEFAULTS, set: 'shop', pruneLabel: LABEL };
  const shop: Shop = {
    town,
    deploy: (version) => deploy(renderedOf(version), options, contextOf()),
    plan: async (version, more = {}) => {
      const context = contextOf();
      const { dryRun: _, readinessRules, ...planned } = { ...PLAN_DEFAULTS, set: 'shop', pruneLabel: LABEL };
      const whole = { ...planned, own: false, ...more };
      const rendered = renderedOf(version);
      const { plan, replaced } = await planToShow(rendered, { ...PLAN_DEFAULTS, ...whole }, context);
      const { server, namespace } = context.cluster;
      return makePlanFile(rendered, plan, replaced, {
        kapplyVersion: '1.0.0',
        createdAt: new Date(now()).toISOString(),
        origin: { source: '-k .', commit: null },
        target: { context: 'fake', server, namespace, set: 'shop', pruneLabel: LABEL, dryRun: null },
        cluster: await clusterIdentity(context.cluster, context),
        options: whole,
        readinessRules,
        masks: [],
        salt: 'c2FsdA==',
        known: makeMasks(),
      });
    },
    run: async (file, again, dies) => {
      const known = makeMasks();
      const rendered = again === undefined ? undefined : renderedOf(again);
      for (const { object } of rendered ?? []) known.learn(object);
      const objects = objectsOf(file, rendered, known);
      return deployPlan(objects, { ...DEPLOY_DEFAULTS, file, known }, contextOf(dies));
    },
    state: () => JSON.stringify(town.objects()),
    later: (ms) => void (skipped += ms),
  };
  town.cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
  const report = await shop.deploy(deployed);
  if (report.summary.exitCode !== 0) throw new Error(JSON.stringify(report.summary));
  shop.later(3_600_000);
  return shop;
}

/** What somebody does to the cluster between the plan and its deploy. */
export interface Meanwhile {
  readonly name: string;
  readonly does: (shop: Shop) => unknown;
  /** Why the plan is refused then; undefined: it is carried out. */
  readonly refuses?: RegExp;
}

function change(shop: Shop, kind: string, name: string, with_: (object: KubeObject) => KubeObject): void {
  const found = shop.town.cluster.find(kind, name, NAMESPACE);
  if (found !== undefined) shop.town.cluster.put(with_(found));
}

type Spec = Record<string, unknown> & { template: { spec: { containers: Record<string, unknown>[] } } };

const withImage = (image: string) => (object: KubeObject) => {
  const spec = object.spec as Spec;
  const containers = spec.template.spec.containers.map((container) => ({ ...container, image }));
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: { containers } } } };
};

const drop = (shop: Shop, kind: string, name: string): void => {
  const found = shop.town.cluster.find(kind, name, NAMESPACE);
  if (found !== undefined) shop.town.cluster.drop(found);
};

/** Each of these alone, and any of them together. */
export const MEANWHILE: readonly Meanwhile[] = [
  { name: 'nothing happens', does: () => undefined },
  {
    name: 'a controller writes a status',
    does: (shop) =>
      change(shop, 'Deployment', 'web', (web) => ({
        ...web,
        status: { ...(web.status as object), collisionCount: 1 },
      })),
  },
  {
    name: 'a controller annotates',
    does: (shop) =>
      change(shop, 'Deployment', 'web', (web) => ({
        ...web,
        metadata: { ...web.metadata, annotations: { ...web.metadata.annotations, 'example.com/seen': 'yes' } },
      })),
  },
  {
    name: 'another revision becomes stale',
    does: ({ town }) =>
      town.cluster.put({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'cfg-5555555555',
          namespace: NAMESPACE,
          labels,
          creationTimestamp: '2026-01-01T00:00:00Z',
          managedFields: [{ manager: 'kapply', operation: 'Apply', apiVersion: 'v1', fieldsV1: {} }],
        },
        data: {},
      }),
  },
  {
    name: 'a Pod begins to use what the plan deletes',
    does: ({ town }) =>
      town.cluster.put({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'debug', namespace: NAMESPACE },
        spec: { containers: [{ name: 'app', envFrom: [{ configMapRef: { name: `cfg-${V1.hash}` } }] }] },
        status: { phase: 'Running' },
      }),
  },
  {
    name: 'somebody sets another image',
    does: (shop) => change(shop, 'Deployment', 'web', withImage('shop:9')),
    refuses: /Deployment\/web: .*image was "shop:1" and is "shop:9"/,
  },
  {
    name: 'somebody adds a field that the manifest does not have',
    does: (shop) =>
      change(shop, 'Deployment', 'web', (web) => ({ ...web, spec: { ...(web.spec as object), paused: true } })),
    refuses: /Deployment\/web: \.spec\.paused was not there and is true/,
  },
  {
    name: 'somebody takes a label away that the set sends',
    does: (shop) => change(shop, 'Service', 'web', (web) => ({ ...web, metadata: { ...web.metadata, labels: {} } })),
    refuses: /Service\/web: \.metadata\.labels\.app was "shop" and is not there/,
  },
  {
    name: 'somebody deletes an object of the set',
    does: (shop) => drop(shop, 'Service', 'web'),
    refuses: /Service\/web: was there, and is gone/,
  },
  {
    name: 'somebody deletes an object and creates it anew',
    does: (shop) => {
      const found = shop.town.cluster.find('Service', 'web', NAMESPACE);
      drop(shop, 'Service', 'web');
      if (found === undefined) return;
      const { uid: _, creationTimestamp: __, ...metadata } = found.metadata;
      shop.town.cluster.put({ ...found, metadata });
    },
    refuses: /Service\/web: (was deleted, and created anew|was there, and is gone)/,
  },
  {
    name: 'somebody creates what the plan creates, with another content',
    does: ({ town }) =>
      town.cluster.put({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `cfg-${V2.hash}`, namespace: NAMESPACE, labels },
        data: { of: 'somebody' },
      }),
    refuses: /ConfigMap\/cfg-4444444444: was not there, and is there since/,
  },
  {
    name: 'another deploy of the set goes elsewhere',
    does: (shop) => shop.deploy({ ...V1, image: 'shop:3' }),
    refuses: /Deployment\/web: .*image was "shop:1" and is "shop:3"|(was there, and is gone)/,
  },
];
