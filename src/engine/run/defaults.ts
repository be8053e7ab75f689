import type { DeployOptions } from './options.js';

/** What a deploy does where nothing else is said: the flags, the library and the tests take it from here. */
export const DEFAULTS: Readonly<DeployOptions> = {
  set: undefined,
  formerSet: undefined,
  namespace: undefined,
  fieldManager: 'kapply',
  forceConflicts: false,
  takeOverManagers: [],
  takeOver: false,
  restartOnChange: false,
  own: false,
  dryRun: undefined,
  wait: true,
  timeoutMs: 5 * 60_000,
  failFast: true,
  lock: true,
  lockTimeoutMs: 5 * 60_000,
  concurrency: 64,
  pruneLabel: undefined,
  pruneKinds: [],
  pruneNamespaces: [],
  pruneLimit: 20,
  keep: 0,
  keepRollback: false,
  adopt: false,
  ignoreUnlisted: [],
};
