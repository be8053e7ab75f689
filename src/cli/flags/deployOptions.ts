/** From flags to the engine's options: each as narrow as the flags that the command has. */
import type { DeleteOptions, DeployOptions, PlanOptions } from '../../engine/run/options.js';
import type { RollbackOptions } from '../../engine/run/rollback.js';
import type { PruneClusterOptions } from '../../engine/run/pruneCluster.js';
import { ignoredKinds } from '../../engine/uses/ignoredKinds.js';
import { inputError } from '../../errors.js';
import { parseCount, parseDuration, parseTimeout } from './flagValues.js';

/** kubectl's words: `true` and `false` are older ones. */
const VALIDATE = { strict: 'strict', warn: 'warn', ignore: 'ignore', true: 'strict', false: 'ignore' } as const;

type List = readonly string[] | undefined;

interface KeepFlags {
  readonly 'prune-limit': string;
  readonly keep: string;
  readonly 'keep-rollback': boolean;
  readonly adopt: boolean;
  readonly 'prune-kind'?: List;
  readonly 'ignore-unlisted'?: List;
}

interface LockFlags {
  readonly lock: boolean;
  readonly 'lock-timeout': string;
  readonly supersede: boolean;
}

interface DryRunFlag {
  readonly 'dry-run'?: 'client' | 'server' | undefined;
}

interface PlanFlags extends KeepFlags {
  readonly namespace?: string | undefined;
  readonly 'prune-label'?: string | undefined;
  readonly 'prune-namespace'?: List;
  readonly 'renamed-from'?: string | undefined;
  readonly 'take-over': boolean;
  readonly 'field-manager': string;
  readonly 'force-conflicts': boolean;
  readonly 'take-over-manager'?: List;
  readonly validate: keyof typeof VALIDATE;
  readonly 'allow-missing': boolean;
  readonly 'restart-on-change': boolean;
}

interface DeployFlags extends PlanFlags, LockFlags, DryRunFlag {
  readonly own: boolean;
  readonly wait: boolean;
  readonly timeout: string;
  readonly 'fail-fast': boolean;
  readonly logs: boolean;
}

interface DeleteFlags extends LockFlags, DryRunFlag {
  readonly timeout: string;
  readonly namespace?: string | undefined;
  readonly 'prune-label'?: string | undefined;
  readonly 'prune-kind'?: List;
  readonly adopt: boolean;
}

interface CleanupFlags extends KeepFlags, DryRunFlag {
  readonly timeout: string;
  readonly 'plain-names': boolean;
  readonly 'include-newest': boolean;
  readonly 'older-than': string;
}

/**
 * What a plan depends on, but for the set's name, which the kustomization may give, and --dry-run.
 * @throws KapplyError (exit 2) for a value of the wrong form, before anything is read or sent
 */
export function planOptions(flags: PlanFlags): Omit<PlanOptions, 'set' | 'dryRun' | 'readinessRules'> {
  return {
    ...keepOptions(flags),
    namespace: flags.namespace,
    formerSet: flags['renamed-from'],
    fieldManager: flags['field-manager'],
    forceConflicts: flags['force-conflicts'],
    takeOverManagers: flags['take-over-manager'] ?? [],
    takeOver: flags['take-over'],
    validate: VALIDATE[flags.validate],
    allowMissing: flags['allow-missing'],
    restartOnChange: flags['restart-on-change'],
    pruneLabel: flags['prune-label'],
    pruneNamespaces: flags['prune-namespace'] ?? [],
  };
}

/** @throws KapplyError (exit 2) for a value of the wrong form, before anything is read or sent */
export function deployOptions(flags: DeployFlags): Omit<DeployOptions, 'set' | 'readinessRules' | 'record'> {
  return {
    ...planOptions(flags),
    ...lockOptions(flags),
    own: flags.own,
    dryRun: flags['dry-run'],
    wait: flags.wait,
    timeoutMs: parseTimeout(flags.timeout),
    failFast: flags['fail-fast'],
    logs: flags.logs,
  };
}

/**
 * What the deploy leaves of itself.
 * @throws KapplyError (exit 2) for a value of the wrong form, before anything is read or sent
 */
export function recordKeep(flags: { readonly records: string }): number {
  return parseCount('records', flags.records, 0);
}

/** @throws KapplyError (exit 2) for a value of the wrong form, before anything is read or sent */
export function deleteOptions(flags: DeleteFlags): Omit<DeleteOptions, 'set'> {
  return {
    ...lockOptions(flags),
    namespace: flags.namespace,
    pruneLabel: flags['prune-label'],
    pruneKinds: flags['prune-kind'] ?? [],
    adopt: flags.adopt,
    dryRun: flags['dry-run'],
    timeoutMs: parseTimeout(flags.timeout),
  };
}

/** @throws KapplyError (exit 2) for a value of the wrong form, before anything is read or sent */
export function cleanupOptions(
  flags: CleanupFlags,
): Omit<PruneClusterOptions, 'selector' | 'namespaces' | 'fieldManager'> {
  return {
    ...keepOptions(flags),
    dryRun: flags['dry-run'],
    plainNames: flags['plain-names'],
    includeNewest: flags['include-newest'],
    timeoutMs: parseTimeout(flags.timeout),
    olderThanMs: parseDuration('older-than', flags['older-than'], Infinity),
  };
}

interface RollbackFlags extends LockFlags, DryRunFlag {
  readonly to?: string | undefined;
  readonly timeout: string;
  readonly 'fail-fast': boolean;
  readonly logs: boolean;
  readonly 'force-conflicts': boolean;
  readonly 'allow-partial': boolean;
  readonly 'ignore-unlisted'?: List;
}

/** @throws KapplyError (exit 2) for a value of the wrong form, before anything is read or sent */
export function rollbackOptions(flags: RollbackFlags): Omit<RollbackOptions, 'set' | 'record'> {
  return {
    ...lockOptions(flags),
    to: flags.to === undefined ? undefined : parseCount('to', flags.to, 1),
    dryRun: flags['dry-run'],
    timeoutMs: parseTimeout(flags.timeout),
    failFast: flags['fail-fast'],
    logs: flags.logs,
    forceConflicts: flags['force-conflicts'],
    allowPartial: flags['allow-partial'],
    ignoreUnlisted: ignoredKinds(flags['ignore-unlisted']),
  };
}

function keepOptions(flags: KeepFlags) {
  return {
    pruneKinds: flags['prune-kind'] ?? [],
    pruneLimit: parseCount('prune-limit', flags['prune-limit'], 0),
    keep: parseCount('keep', flags.keep, 0),
    keepRollback: flags['keep-rollback'],
    adopt: flags.adopt,
    ignoreUnlisted: ignoredKinds(flags['ignore-unlisted']),
  };
}

function lockOptions(flags: LockFlags) {
  if (flags.supersede && !flags.lock) {
    throw inputError('UsageError', '--supersede asks the holder of the lock: it needs the lock (--no-lock was given)');
  }
  return {
    lock: flags.lock,
    lockTimeoutMs: parseDuration('lock-timeout', flags['lock-timeout']),
    supersede: flags.supersede,
  };
}
