/**
 * What a promise of README's "What is pruned, and what never is" is tried on: a Kubernetes API with controllers and a
 * node, with the same calls on the sandbox and on a real server. Each file of this folder holds the table of one
 * promise; `promiseSuite` runs it on the sandbox, and e2e/scenarios/promises.test.ts on a real server.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findResource, type ApiResource, type Cluster } from '../../src/cluster/cluster.js';
import { connect } from '../../src/cluster/connect.js';
import { groupOf, versionOf, type JsonObject, type KubeObject } from '../../src/objects/object.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { isRecord } from '../../src/engine/records/record.js';
import { makeOverlay } from '../commands/overlay.js';
import { runKapply } from '../commands/runKapply.js';

export interface RanKapply {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Names an object: `apiVersion` as manifests write it; `namespace` '' for what belongs to the cluster. */
export interface Name {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface World {
  /** True on a real API server: there time is what it is, and pods are started by a (stand-in for a) kubelet. */
  readonly isReal: boolean;
  /** The administrator's. */
  readonly kubeconfig: string;
  /** The administrator's client. */
  readonly cluster: Cluster;
  /** The sandbox itself, for its faults and its store; undefined on a real server. */
  readonly sandbox: Sandbox | undefined;
  /** Makes a namespace that nobody else has, with its default ServiceAccount. */
  namespace(): Promise<string>;
  /** Writes files into a folder of their own, and returns its path. */
  folder(files: Readonly<Record<string, string>>): Promise<string>;
  /** Writes more files into a folder that `folder` made. */
  write(folder: string, files: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Runs a whole command line to its end. Creation times have whole seconds, and what was created in the second in
   * which a run began could be another run's: no two runs share a second.
   */
  kapply(args: readonly string[], options?: RunOptions): Promise<RanKapply>;
  /** Applies objects on the server side as this field manager (default `kubectl`), with force. */
  apply(objects: readonly KubeObject[], fieldManager?: string): Promise<void>;
  /** Creates an object as `kubectl create` or a controller would. */
  create(object: KubeObject, fieldManager?: string): Promise<KubeObject>;
  /** Changes an object by a JSON merge patch, as `kubectl annotate`, `label` and `scale` do. */
  patch(of: Name, patch: JsonObject, fieldManager?: string): Promise<KubeObject>;
  /** Deletes an object in the background; what is not there is no error. */
  remove(of: Name): Promise<void>;
  get(of: Name): Promise<KubeObject | undefined>;
  list(apiVersion: string, kind: string, namespace: string): Promise<readonly KubeObject[]>;
  /** The sorted names of a kind in a namespace, kube-root-ca.crt and the records of deploys left out. */
  names(apiVersion: string, kind: string, namespace: string): Promise<string[]>;
  /** Asks until the answer is not undefined. */
  eventually<T>(what: string, probe: () => Promise<T | undefined>): Promise<T>;
  /** Lets a second of the server's clock pass. */
  aSecondLater(): Promise<void>;
  close(): Promise<void>;
}

/** One line of a promise's table. */
export interface PromiseCase {
  readonly name: string;
  /** Why it runs on one kind of server only, if it does. */
  readonly only?: 'sandbox' | 'real';
  readonly run: (world: World) => Promise<void>;
}

export interface PromiseTable {
  /** In README's words. */
  readonly promise: string;
  readonly cases: readonly PromiseCase[];
}

/** Runs the tables on a world, as mocha tests. One world serves them all: each case makes namespaces of its own. */
export function promiseSuite(name: string, tables: readonly PromiseTable[], open: () => Promise<World>): void {
  describe(`promises on ${name}`, () => {
    let world: World | undefined;
    const current = (): World => {
      if (world === undefined) throw new Error('the world is not open');
      return world;
    };
    before(async () => {
      world = await open();
    });
    after(async () => {
      await world?.close();
    });
    for (const { promise, cases } of tables) {
      describe(promise, () => {
        for (const one of cases) {
          it(one.name, async function () {
            if (one.only !== undefined && (one.only === 'real') !== current().isReal) this.skip();
            await one.run(current());
          });
        }
      });
    }
  });
}

/** A sandbox in this process, whose clock jumps to the next second instead of being waited for. */
export async function sandboxWorld(): Promise<World> {
  let ahead = 0;
  const sandbox = await startSandbox({ now: () => Date.now() + ahead });
  const nextSecond = (): Promise<void> => {
    ahead += 1000;
    return Promise.resolve();
  };
  const run = (args: readonly string[], options: RunOptions): Promise<RanKapply> =>
    runKapply(args, { ...options, env: { KUBECONFIG: sandbox.kubeconfig, ...options.env } });
  return openWorld({ kubeconfig: sandbox.kubeconfig, sandbox, run, nextSecond, close: () => sandbox.close() });
}

/** A real API server. `run` starts the kapply that is to be tried with this KUBECONFIG. */
export function realWorld(
  kubeconfig: string,
  run: (args: readonly string[], options: RunOptions) => Promise<RanKapply>,
): Promise<World> {
  const nextSecond = (): Promise<void> => sleep(1100);
  return openWorld({ kubeconfig, sandbox: undefined, run, nextSecond, close: () => Promise.resolve() });
}

interface Ground {
  readonly kubeconfig: string;
  readonly sandbox: Sandbox | undefined;
  readonly run: (args: readonly string[], options: RunOptions) => Promise<RanKapply>;
  readonly nextSecond: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const OF_CLUSTER = [
  ['v1', 'Namespace'],
  ['v1', 'PersistentVolume'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
] as const;

const PATIENCE_MS = 20_000;

async function openWorld({ kubeconfig, sandbox, run, nextSecond, close }: Ground): Promise<World> {
  const cluster = await connect({ kubeconfig, env: {} });
  const home = await mkdtemp(join(tmpdir(), 'kapply-promises-'));
  const overlays = new Map<string, Awaited<ReturnType<typeof makeOverlay>>>();
  const namespaces: string[] = [];
  const unique = `${Date.now().toString(36)}${process.pid.toString(36)}`;

  const resourceOf = async (apiVersion: string, kind: string): Promise<ApiResource> => {
    const find = async (refresh: boolean): Promise<ApiResource | undefined> =>
      findResource(await cluster.discover({ refresh }), groupOf(apiVersion), versionOf(apiVersion), kind);
    const resource = (await find(false)) ?? (await find(true));
    if (resource === undefined) throw new Error(`${apiVersion} ${kind} is not served`);
    return resource;
  };
  const addressOf = async ({ apiVersion, kind, namespace, name }: Name) => {
    const resource = await resourceOf(apiVersion, kind);
    return { resource, namespace: resource.namespaced ? namespace : '', name };
  };
  const nameOf = ({ apiVersion, kind, metadata: { name, namespace = '' } }: KubeObject): Name => ({
    apiVersion,
    kind,
    namespace,
    name,
  });
  const eventually: World['eventually'] = async (what, probe) => {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      const found = await probe();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
      await sleep(50);
    }
  };
  const list: World['list'] = async (apiVersion, kind, namespace) =>
    (await cluster.list(await resourceOf(apiVersion, kind), { namespace })).items;
  const create: World['create'] = async (object, fieldManager = 'kubectl-create') =>
    cluster.create(await addressOf(nameOf(object)), object, { fieldManager });

  return {
    isReal: sandbox === undefined,
    kubeconfig,
    cluster,
    sandbox,
    namespace: async () => {
      const name = `promise-${unique}-${namespaces.length}`;
      namespaces.push(name);
      await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' };
      await eventually(`the default account of ${name}`, async () => cluster.get(await addressOf(account)));
      return name;
    },
    folder: async (files) => {
      const overlay = await makeOverlay(files);
      overlays.set(overlay.folder, overlay);
      return overlay.folder;
    },
    write: async (folder, files) => {
      const overlay = overlays.get(folder);
      if (overlay === undefined) throw new Error(`${folder} is not a folder of this world`);
      await overlay.write(files);
    },
    kapply: async (args, options = {}) => {
      await nextSecond();
      return run(args, { cwd: home, ...options });
    },
    apply: async (objects, fieldManager = 'kubectl') => {
      for (const object of objects) {
        await cluster.apply(await addressOf(nameOf(object)), object, { fieldManager, force: true });
      }
    },
    create,
    patch: async (of, patch, fieldManager = 'kubectl-edit') =>
      cluster.patch(await addressOf(of), patch, { type: 'merge', fieldManager }),
    remove: async (of) => {
      await cluster.remove(await addressOf(of), { propagation: 'Background' });
    },
    get: async (of) => cluster.get(await addressOf(of)),
    list,
    names: async (apiVersion, kind, namespace) =>
      (await list(apiVersion, kind, namespace))
        .filter((object) => !isRecord(object))
        .map(({ metadata }) => metadata.name)
        .filter((name) => name !== 'kube-root-ca.crt')
        .sort(),
    eventually,
    aSecondLater: nextSecond,
    close: async () => {
      for (const overlay of overlays.values()) await overlay.remove();
      await rm(home, { recursive: true, force: true });
      if (sandbox === undefined) {
        for (const name of namespaces) {
          await cluster.remove(await addressOf({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name }));
        }
        // What a case has made besides in the cluster is named after its namespace.
        for (const [apiVersion, kind] of OF_CLUSTER) {
          for (const { metadata } of await list(apiVersion, kind, '')) {
            const isOurs = namespaces.some((namespace) => metadata.name.includes(`${namespace}-`));
            if (isOurs) await cluster.remove(await addressOf({ apiVersion, kind, namespace: '', name: metadata.name }));
          }
        }
      }
      await cluster.close();
      await close();
    },
  };
}
