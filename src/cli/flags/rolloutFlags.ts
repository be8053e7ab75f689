/** Flags of a run that writes: what it waits for, and what it leaves of itself. */
import * as Flags from '@oclif/core/flags';
import { DEPLOY_DEFAULTS, RECORD_DEFAULTS } from '../../engine/run/defaults.js';
import { durationOf, durationText, timeoutText } from './flagValues.js';

/** How a deploy runs. */
export const rolloutFlags = {
  'dry-run': Flags.option({
    description: 'Show the plan and change nothing. "server" has the API server try every write.',
    options: ['client', 'server'] as const,
  })(),
  wait: Flags.boolean({
    description: 'Wait until everything runs, then prune. With --no-wait the next deploy prunes.',
    allowNo: true,
    default: DEPLOY_DEFAULTS.wait,
  }),
  timeout: Flags.string({
    parse: timeoutText,
    description: 'For the whole rollout, and then for what is deleted to be gone.',
    helpValue: 'DURATION',
    default: durationText(DEPLOY_DEFAULTS.timeoutMs),
  }),
  'fail-fast': Flags.boolean({
    description: 'End the rollout when a new pod cannot start for 30 s.',
    allowNo: true,
    default: DEPLOY_DEFAULTS.failFast,
  }),
  logs: Flags.boolean({ description: 'Show what Jobs write while they are waited for.' }),
  lock: Flags.boolean({
    description: 'Hold the lock of the set (a Lease), so that two deploys of it run one after the other.',
    allowNo: true,
    default: DEPLOY_DEFAULTS.lock,
  }),
  'lock-timeout': Flags.string({
    parse: durationOf('lock-timeout'),
    description: 'How long to wait for another deploy of the set.',
    helpValue: 'DURATION',
    default: durationText(DEPLOY_DEFAULTS.lockTimeoutMs),
  }),
  supersede: Flags.boolean({
    description:
      'Ask the deploy of the set that holds the lock to stop (it ends with exit code 8) instead of waiting for its end.',
  }),
  yes: Flags.boolean({
    char: 'y',
    description: 'Agree to every question beforehand, but to that for a protected context.',
  }),
  'confirm-context': Flags.string({
    description: 'Go on only if the run goes to this context: agrees to write to it where it is protected.',
    helpValue: 'NAME',
  }),
};

/** What a deploy does when its rollout fails. */
export const failureFlags = {
  'rollback-on-failure': Flags.boolean({
    description: 'When the rollout fails, deploy again what ran well before. The exit code stays that of the failure.',
  }),
};

/** What a deploy leaves of itself. */
export const recordFlags = {
  records: Flags.string({
    description: 'Deploys of a named set that went well, and are recorded for a rollback; 0 records none.',
    helpValue: 'N',
    default: String(RECORD_DEFAULTS.keep),
  }),
};
