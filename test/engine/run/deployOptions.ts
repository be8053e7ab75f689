import { DEPLOY_DEFAULTS } from '../../../src/engine/run/defaults.js';
import type { DeployOptions } from '../../../src/engine/run/options.js';

/** The defaults of `kapply deploy`, without a time-out that a test would have to wait for. */
export function defaultDeployOptions(set: string): DeployOptions {
  return { ...DEPLOY_DEFAULTS, set, timeoutMs: 20_000, lockTimeoutMs: 20_000 };
}
