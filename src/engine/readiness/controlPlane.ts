/** Rules for what configures the control plane or asks something of it: kinds with a status that no pod stands behind. */
import { conditionOf, current, failed, inProgress, wordsOf, type Observed, type Readiness } from './terms.js';

/** A FlowSchema may name a PriorityLevelConfiguration that comes later: until then its requests share what is left. */
export function flowSchemaReadiness({ status }: Observed): Readiness {
  const dangling = conditionOf(status, 'Dangling');
  if (dangling?.status !== 'True') return current('exists');
  return current('exists', undefined, 'names a PriorityLevelConfiguration that does not exist (Dangling)');
}

/** Expressions of a policy that cannot hold for a kind that it is for: it is in force all the same. */
export function admissionPolicyReadiness({ status }: Observed): Readiness {
  const checked = status?.typeChecking as { readonly expressionWarnings?: unknown } | undefined;
  const warnings: unknown = checked?.expressionWarnings;
  if (!Array.isArray(warnings) || warnings.length === 0) return current('exists');
  const fields = (warnings as readonly ({ readonly fieldRef?: string } | null)[]).map((one) => one?.fieldRef ?? '?');
  return current(
    'exists',
    undefined,
    `has expressions that do not fit the kinds that it is for (status.typeChecking): ${fields.join(', ')}`,
  );
}

/** A request for a certificate: whoever approves and signs it may be a person. */
export function signingRequestReadiness({ status }: Observed): Readiness {
  const refusal = [conditionOf(status, 'Denied'), conditionOf(status, 'Failed')].find((one) => one?.status === 'True');
  if (refusal !== undefined) return failed(wordsOf(refusal, refusal.type ?? 'Denied'));
  if (typeof status?.certificate === 'string' && status.certificate !== '') return current('issued');
  return conditionOf(status, 'Approved')?.status === 'True'
    ? inProgress('approved, and not signed yet')
    : current('not approved yet', undefined, 'waits until somebody approves it');
}

/** A migration of stored objects is done when its controller says so, as a Job is. */
export function storageMigrationReadiness({ status }: Observed): Readiness {
  const failure = conditionOf(status, 'Failed');
  if (failure?.status === 'True') return failed(wordsOf(failure, 'Failed'));
  if (conditionOf(status, 'Succeeded')?.status === 'True') return current('Succeeded');
  return inProgress('not migrated yet');
}

/** A volume that waits for a claim is as it should be. */
export function volumeReadiness({ status }: Observed): Readiness {
  if (status?.phase !== 'Failed') return current(typeof status?.phase === 'string' ? status.phase : 'exists');
  return failed(typeof status.message === 'string' && status.message !== '' ? status.message : 'Failed');
}
