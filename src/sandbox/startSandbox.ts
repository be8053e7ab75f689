import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../files/temporaryFolder.js';
import { writeWhole } from '../files/writeWhole.js';
import { kubernetesSchema } from '../patch/schema/builtinTables.js';
import { accountOfToken } from './access/accountTokens.js';
import { authenticate, MASTERS } from './access/users.js';
import type { TokenUser } from './access/users.js';
import { bootstrap } from './bootstrap.js';
import { createCatalog } from './catalog.js';
import { createServerCertificate } from './certificates.js';
import { startControllers } from './controllers/startControllers.js';
import { establishDefinitions } from './customResource/definitions.js';
import { createFaults } from './faults.js';
import type { Faults } from './faults.js';
import { readableBody } from './http/body.js';
import { handle } from './http/handler.js';
import { serve, type AnswerRequest } from './http/server.js';
import { releaseStorage } from './kinds/storageProtection.js';
import { kubeconfigOf } from './kubeconfig.js';
import { keepState, readState } from './persistence.js';
import type { SandboxState } from './persistence.js';
import type { World } from './registry/world.js';
import { startNode } from './node/startNode.js';
import { createStore } from './createStore.js';
import type { Store } from './store.js';
import { createCodec } from './wire.js';

export interface SandboxOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default any free one, or that of the state file if it is still free. */
  readonly port?: number;
  /** A file that keeps the state over restarts: made if it is not there, replaced atomically at every change. */
  readonly stateFile?: string;
  /** Where to write the kubeconfig; default a temporary file that `close` deletes. */
  readonly kubeconfigFile?: string;
  /** Who may come besides the admin: for tests of access rights. */
  readonly users?: readonly TokenUser[];
  /** Whether Deployments get their pods and pods their node; default true. Without, the API stands alone. */
  readonly controllers?: boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: () => number;
}

/** A running Kubernetes API, without a cluster. */
export interface Sandbox {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** The path of a kubeconfig whose only context reaches the sandbox as an admin. */
  readonly kubeconfig: string;
  /** The same as data. */
  readonly kubeconfigObject: object;
  /** PEM of the certificate authority. */
  readonly ca: string;
  /** The admin's bearer token. */
  readonly token: string;
  readonly store: Store;
  readonly world: World;
  readonly faults: Faults;
  /** Ends all connections and simulations, and writes the state file a last time. */
  close(): Promise<void>;
}

/** Starts a sandbox in this process. It is ready when the promise resolves. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', stateFile } = options;
  const now = options.now ?? Date.now;
  const schema = await kubernetesSchema();
  const state = stateFile === undefined ? undefined : readState(stateFile);
  const faults = createFaults();
  const store = createStore({
    now: () => now() + faults.skew(),
    ...(options.random === undefined ? {} : { random: options.random }),
  });
  if (state === undefined) bootstrap(store);
  else store.restore(state.store);

  const token = state?.token ?? randomBytes(24).toString('base64url');
  const world: World = { store, catalog: createCatalog(store, schema), codec: createCodec(schema), tokenKey: token };
  const certificate =
    state?.certificate ?? createServerCertificate([...new Set(['localhost', '127.0.0.1', host])], Date.now());
  const admin: TokenUser = { token, name: 'kapply-sandbox-admin', groups: [MASTERS] };
  const users = [admin, ...(options.users ?? [])];
  const answer: AnswerRequest = async (request, warn) => {
    const user = authenticate(request.headers, users, (given) => accountOfToken(store, token, given));
    return handle(world, { ...request, ...(await readableBody(request)), user }, warn);
  };
  const listen = (port: number) => serve({ answer, now: () => store.now(), certificate, faults, host, port });
  const wanted = options.port ?? (state === undefined ? 0 : Number(new URL(state.url).port));
  // The port of before is a convenience, unless it was asked for.
  const server = await listen(wanted).catch((error: unknown) => {
    if (options.port !== undefined || wanted === 0) throw error;
    return listen(0);
  });

  const stops = [
    establishDefinitions(world),
    releaseStorage(store),
    ...(options.controllers === false
      ? []
      : [startControllers(world, { certificateAuthority: certificate.ca }), startNode(world)]),
  ];
  const url = `https://${host}:${server.port}`;
  const kubeconfigObject = kubeconfigOf({ server: url, ca: certificate.ca, token });
  const temporary = options.kubeconfigFile === undefined ? await makeTemporaryFolder() : undefined;
  const kubeconfig = options.kubeconfigFile ?? join(temporary ?? '', 'kubeconfig');
  writeWhole(kubeconfig, `${JSON.stringify(kubeconfigObject, undefined, 2)}\n`, { secret: true });

  const stateOf = (): SandboxState => ({ format: 1, url, token, certificate, store: store.snapshot() });
  const keeper = stateFile === undefined ? undefined : keepState(stateFile, store, stateOf);
  return {
    url,
    kubeconfig,
    kubeconfigObject,
    ca: certificate.ca,
    token,
    store,
    world,
    faults,
    close: async () => {
      stops.forEach((stop) => stop());
      await server.close();
      keeper?.close();
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    },
  };
}
