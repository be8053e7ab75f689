/** Reads who uses the candidates, where it can beside other requests. */
import type { Cluster } from '../../cluster/cluster.js';
import { idOf, keyOf, type ObjectId } from '../../objects/object.js';
import { isContainer } from '../sets/containers.js';
import { scanUses, type UseScan } from '../uses/scanUses.js';
import type { JudgeNowOptions, EarlyUses } from './judgeNowOptions.js';
import { searchCandidates } from './searchCandidates.js';
import { openAmong } from './openCandidates.js';

/**
 * Reads the uses of what will be open, as far as it is known now, for `early`; undefined where nothing is, or where
 * something is in it that has to be read first.
 */
export async function readUsesEarly(cluster: Cluster, options: JudgeNowOptions): Promise<EarlyUses | undefined> {
  const candidates = options.candidates ?? (await searchCandidates(cluster, options));
  const ids = openAmong(candidates, options).open.map(({ object }) => idOf(object));
  if (ids.length === 0 || ids.some(isContainer)) return undefined;
  return { candidates: ids, scan: await scanFor(cluster, ids, options) };
}

/** Who uses these candidates now. */
export function scanFor(cluster: Cluster, candidates: readonly ObjectId[], options: JudgeNowOptions): Promise<UseScan> {
  const { plainNames, ignoreUnlisted, discovery, signal, whole, keepWhole } = options;
  return scanUses(cluster, {
    candidates,
    plainNames,
    ignoreUnlisted,
    discovery,
    signal,
    ...(whole !== undefined && { whole }),
    ...(keepWhole !== undefined && { keepWhole }),
  });
}

/** The early uses, where they are of exactly these candidates. */
export async function usesReadEarly(
  { early }: JudgeNowOptions,
  ids: readonly ObjectId[],
): Promise<UseScan | undefined> {
  const read = await early;
  if (read === undefined || read.candidates.length !== ids.length) return undefined;
  const keys = new Set(read.candidates.map(keyOf));
  return ids.every((id) => keys.has(keyOf(id))) ? read.scan : undefined;
}
