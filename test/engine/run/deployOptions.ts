import type { DeployOptions } from '../../../src/engine/run/options.js';

/** The defaults of `kapply deploy`, without a time-out that a test would have to wait for. */
export function defaultDeployOptions(set: string): DeployOptions {
  return {
    set,
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
    timeoutMs: 20_000,
    failFast: true,
    lock: true,
    lockTimeoutMs: 20_000,
    concurrency: 64,
    pruneLabel: undefined,
    pruneKinds: [],
    pruneNamespaces: [],
    pruneLimit: 20,
    keep: 0,
    keepRollback: false,
    adopt: false,
  };
}
