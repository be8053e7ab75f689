/** What a run does where nothing else is said: the flags, the library and the tests take it from here. */
import type { DeployOptions, PlanOptions, RecordOptions } from './options.js';
import type { PruneClusterOptions } from './pruneCluster.js';

export const PLAN_DEFAULTS: PlanOptions = {
  set: undefined,
  formerSet: undefined,
  namespace: undefined,
  fieldManager: 'kapply',
  forceConflicts: false,
  takeOverManagers: [],
  takeOver: false,
  validate: 'strict',
  allowMissing: false,
  restartOnChange: false,
  dryRun: undefined,
  pruneLabel: undefined,
  pruneKinds: [],
  pruneNamespaces: [],
  pruneLimit: 20,
  keep: 0,
  keepRollback: false,
  adopt: false,
  ignoreUnlisted: [],
  readinessRules: [],
};

export const DEPLOY_DEFAULTS: DeployOptions = {
  ...PLAN_DEFAULTS,
  own: false,
  wait: true,
  timeoutMs: 5 * 60_000,
  failFast: true,
  logs: false,
  lock: true,
  lockTimeoutMs: 5 * 60_000,
  supersede: false,
  record: undefined,
};

/** What the flags and the library add: a deploy of the engine alone leaves no record. */
export const RECORD_DEFAULTS: RecordOptions = { keep: 10, maskRules: [], commit: undefined };

export const PRUNE_DEFAULTS: Omit<PruneClusterOptions, 'selector' | 'namespaces'> = {
  pruneKinds: [],
  plainNames: false,
  includeNewest: false,
  olderThanMs: 3_600_000,
  pruneLimit: PLAN_DEFAULTS.pruneLimit,
  keep: PLAN_DEFAULTS.keep,
  keepRollback: PLAN_DEFAULTS.keepRollback,
  adopt: PLAN_DEFAULTS.adopt,
  ignoreUnlisted: PLAN_DEFAULTS.ignoreUnlisted,
  fieldManager: PLAN_DEFAULTS.fieldManager,
  dryRun: undefined,
  timeoutMs: DEPLOY_DEFAULTS.timeoutMs,
};
