/** From flags to the engine's options. */
import type { DeployOptions } from '../engine/run/options.js';
import { ignoredKinds } from '../engine/uses/ignoredKinds.js';
import { inputError } from '../errors.js';
import { parseCount, parseDuration } from './flagValues.js';

/** kubectl's words: `true` and `false` are older ones. */
const VALIDATE = { strict: 'strict', warn: 'warn', ignore: 'ignore', true: 'strict', false: 'ignore' } as const;
type ValidateWord = keyof typeof VALIDATE;

export interface PlanFlags {
  readonly namespace?: string | undefined;
  readonly 'prune-label'?: string | undefined;
  readonly 'prune-kind'?: readonly string[] | undefined;
  readonly 'prune-namespace'?: readonly string[] | undefined;
  readonly 'prune-limit': string;
  readonly keep: string;
  readonly 'keep-rollback': boolean;
  readonly adopt: boolean;
  readonly 'ignore-unlisted'?: readonly string[] | undefined;
  readonly set?: string | undefined;
  readonly 'renamed-from'?: string | undefined;
  readonly 'take-over': boolean;
  readonly 'field-manager': string;
  readonly 'force-conflicts': boolean;
  readonly 'take-over-manager'?: readonly string[] | undefined;
  readonly validate?: ValidateWord;
  readonly 'allow-missing'?: boolean;
  readonly 'restart-on-change': boolean;
  readonly own: boolean;
}

export interface RolloutFlags {
  readonly 'dry-run'?: 'client' | 'server' | undefined;
  readonly wait: boolean;
  readonly timeout: string;
  readonly 'fail-fast': boolean;
  readonly lock: boolean;
  readonly 'lock-timeout': string;
}

/** @throws KapplyError (exit 2) for a value of the wrong form, before anything is read or sent */
export function deployOptions(flags: PlanFlags & RolloutFlags): Omit<DeployOptions, 'set'> {
  const timeoutMs = parseDuration('timeout', flags.timeout);
  if (timeoutMs === 0) {
    throw inputError('InvalidDuration', '--timeout=0 would fail every rollout', {
      suggestions: ['--no-wait does not wait; --timeout=24h waits very long.'],
    });
  }
  return {
    namespace: flags.namespace,
    formerSet: flags['renamed-from'],
    fieldManager: flags['field-manager'],
    forceConflicts: flags['force-conflicts'],
    takeOverManagers: flags['take-over-manager'] ?? [],
    takeOver: flags['take-over'],
    validate: VALIDATE[flags.validate ?? 'strict'],
    allowMissing: flags['allow-missing'] ?? false,
    restartOnChange: flags['restart-on-change'],
    own: flags.own,
    dryRun: flags['dry-run'],
    wait: flags.wait,
    timeoutMs,
    failFast: flags['fail-fast'],
    lock: flags.lock,
    lockTimeoutMs: parseDuration('lock-timeout', flags['lock-timeout']),
    pruneLabel: flags['prune-label'],
    pruneKinds: flags['prune-kind'] ?? [],
    pruneNamespaces: flags['prune-namespace'] ?? [],
    pruneLimit: parseCount('prune-limit', flags['prune-limit'], 0),
    keep: parseCount('keep', flags.keep, 0),
    keepRollback: flags['keep-rollback'],
    adopt: flags.adopt,
    ignoreUnlisted: ignoredKinds(flags['ignore-unlisted']),
  };
}
