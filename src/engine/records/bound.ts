import { isGood, type DeployRecord } from './record.js';

/**
 * The records beyond the bound: `keep` deploys that went well stay, and as many others, but none older than the oldest of
 * those. Failures in a row never push out what a rollback needs. Pure.
 */
export function beyondBound(records: readonly DeployRecord[], keep: number): DeployRecord[] {
  const newest = [...records].sort((a, b) => b.number - a.number);
  const good = newest.filter(isGood).slice(0, keep);
  const oldest = good.length < keep ? 0 : (good.at(-1)?.number ?? 0);
  const others = newest.filter((record) => !isGood(record) && record.number > oldest).slice(0, keep);
  const staying = new Set([...good, ...others]);
  return newest.filter((record) => !staying.has(record));
}
