/**
 * `kapply/sandbox`: a Kubernetes API in this process, for tests of what deploys to one.
 *
 *     const sandbox = await startSandbox();
 *     // point any client at sandbox.kubeconfig, or at sandbox.url with sandbox.ca and sandbox.token
 *     await sandbox.close();
 */
export { startSandbox } from './startSandbox.js';
export type { Sandbox, SandboxOptions } from './startSandbox.js';
export type { Fault, FaultOptions, Faults, RequestRecord } from './faults.js';
export type { TokenUser, User } from './access/users.js';
export type { Store, StoreEvent } from './store.js';
