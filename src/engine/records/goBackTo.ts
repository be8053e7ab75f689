/** Which deploy a rollback goes back to. Pure. */
import { inputError, type KapplyError } from '../../errors.js';
import type { RecordedDeploys } from './readDeploys.js';
import { isGood, positionOf, type DeployRecord } from './record.js';

/** True where a rollback can go back to it: its objects were all applied, and lie in it. */
export function isRestorable(record: DeployRecord): boolean {
  return isGood(record) || (record.state === 'applied' && record.objects > 0);
}

/**
 * The deploy of that number, or else the last one that went well before what is there now. A deploy that a rollback left is not
 * gone back to twice: the next one goes further.
 * @throws KapplyError (exit 2): `UnknownDeploy`, `NothingToGoBackTo`, `UnrecordedRun`
 */
export function goBackTo(
  { set, records, isUnrecorded, holder }: Omit<RecordedDeploys, 'namespace'>,
  to: number | undefined,
): DeployRecord {
  if (to !== undefined) {
    const named = records.find(({ number }) => number === to);
    if (named === undefined) throw refusal('UnknownDeploy', `no deploy ${to} of set ${set} is recorded`, set, records);
    if (isRestorable(named)) return named;
    const why =
      named.objects === 0 && named.state === 'deployed' ? 'was too large for its record' : `ended ${named.state}`;
    throw refusal('NothingToGoBackTo', `deploy ${to} of set ${set} ${why}: it cannot be gone back to`, set, records);
  }
  const [newest] = records;
  // What it left, nobody wrote down: a deploy that was killed wants the last good one, a killed rollback the one before. Whether
  // who holds the lock is still there cannot be seen; if it is, what it leaves is recorded when it ends.
  if (isUnrecorded) {
    const after = `after deploy ${newest?.number ?? 0}`;
    const run =
      holder === undefined
        ? `a run of set ${set} ${after} left no record`
        : `a run of set ${set} ${after} (${holder.holder}) is under way, or was killed`;
    throw refusal('UnrecordedRun', `${run}: say which deploy to go back to`, set, records);
  }
  const found = newest === undefined ? undefined : lastGoodBefore(newest, records);
  if (found !== undefined) return found;
  throw refusal('NothingToGoBackTo', `no earlier deploy of set ${set} that went well is recorded`, set, records);
}

/** What ran before it and was something else: before a rollback, what ran before the deploy that it went back to. */
function lastGoodBefore(newest: DeployRecord, records: readonly DeployRecord[]): DeployRecord | undefined {
  // A rollback that failed meant to go so far back at least.
  const most = isGood(newest) ? positionOf(newest) - 1 : (newest.backTo ?? Infinity);
  // After a failure what ran well may be the same as what failed: its Secrets or the cluster were not.
  const isSame = ({ digest }: DeployRecord): boolean => isGood(newest) && digest === newest.digest;
  return records
    .filter((record) => isGood(record) && record.number <= most && !isSame(record))
    .sort((a, b) => b.number - a.number)[0];
}

function refusal(code: string, message: string, set: string, records: readonly DeployRecord[]): KapplyError {
  const numbers = records.filter(isRestorable).map(({ number }) => String(number));
  const choice = numbers.length === 0 ? 'None of the recorded deploys can be.' : `--to takes ${numbers.join(', ')}.`;
  return inputError(code, message, { suggestions: [choice, `kapply history --set ${set} shows them.`] });
}
