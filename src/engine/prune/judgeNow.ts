/** Reads the candidates and their uses from the cluster and judges them: before the apply for the plan, and after it. */
import type { Cluster } from '../../cluster/cluster.js';
import { controllerOf, idOf } from '../../objects/object.js';
import type { Judgement } from '../plan/plan.js';
import { projectUses } from '../uses/projection.js';
import { concerns } from '../uses/plannedReads.js';
import type { UseScan } from '../uses/scanUses.js';
import { useKey, usersWords } from '../uses/uses.js';
import type { Unlisted } from './candidate.js';
import { readInsides } from './insides.js';
import { judgeInsides } from './judgeInsides.js';
import { judgeCandidates } from './judge.js';
import { judgeLeaving } from './judgeLeaving.js';
import { unlistedGap } from './refuseUnlisted.js';
import type { JudgeNowOptions } from './judgeNowOptions.js';
import { searchCandidates } from './searchCandidates.js';
import { openAmong } from './openCandidates.js';
import { usesReadEarly, scanFor } from './usesOfCandidates.js';

export interface Judgements {
  readonly judgements: readonly Judgement[];
  /** The server's clock when the search began, ms since the epoch. */
  readonly serverTime: number | undefined;
  readonly warnings: readonly string[];
  /** What could not be listed: an object of it that is not among the judgements need not be gone. */
  readonly unlisted: readonly Unlisted[];
  /** Where uses could not be looked for, of what is kept for this reason alone. */
  readonly unsearched: readonly Unlisted[];
  /** Who uses the candidates now, whatever was projected; by `useKey`. */
  readonly uses: UseScan['uses'];
  /** By UID, what was asked for by `keepWhole`. */
  readonly whole?: UseScan['whole'];
  /** True where something live carries the label, children of controllers aside. */
  readonly anyCandidate: boolean;
}

/** Searches, scans and judges; only reads are sent. */
export async function judgeNow(cluster: Cluster, options: JudgeNowOptions): Promise<Judgements> {
  const { discovery, signal, named = [] } = options;
  const candidates = options.candidates ?? (await searchCandidates(cluster, options));
  const { serverTime } = candidates;
  const { found, judging, naming, open } = openAmong(candidates, options);
  const ids = open.map(({ object }) => idOf(object));
  const insides = await readInsides(cluster, ids, { ...judging, discovery, signal });
  const usable = [...ids, ...[...insides.values()].flatMap(({ own }) => own.map(({ object }) => idOf(object)))];
  const scan: UseScan =
    open.length === 0
      ? { uses: new Map(), gaps: [], warnings: [] }
      : ((await usesReadEarly(options, usable)) ?? (await scanFor(cluster, usable, options)));
  const uses = options.projected ? projectUses(scan.uses, { candidates: usable, after: options.applied }) : scan.uses;
  const judgements = judgeLeaving(
    (usesLeft) => {
      const now = { uses: usesLeft, gaps: scan.gaps };
      const { insides: judged, going } = judgeInsides(insides, { ...naming, ...now });
      return {
        judgements: [
          ...judgeCandidates(named, { ...naming, ...now, insides: judged }),
          ...judgeCandidates(found, { ...judging, ...now, insides: judged }),
        ],
        going,
      };
    },
    uses,
    options.leaving ?? (options.projected ? 'all' : new Set()),
  );
  return {
    judgements: judgements
      .filter((judgement) => judgement.verdict === 'delete' || judgement.why !== 'applied')
      .map((judgement) => (options.projected ? withUser(judgement, scan) : judgement)),
    serverTime,
    warnings: [...candidates.warnings, ...scan.warnings],
    unlisted: candidates.unlisted,
    unsearched: unsearchedFor(judgements, scan),
    uses: scan.uses,
    ...(scan.whole !== undefined && { whole: scan.whole }),
    anyCandidate: [...named, ...found].some(({ object }) => controllerOf(object) === undefined),
  };
}

/** What a projection sees unused may serve until the rollout is done. */
function withUser(judgement: Judgement, { uses }: UseScan): Judgement {
  if (judgement.verdict === 'keep') return judgement;
  const usedNow = usersWords((uses.get(useKey(judgement.id)) ?? []).filter(({ active }) => active));
  return usedNow === undefined ? judgement : { ...judgement, usedNow };
}

function unsearchedFor(judgements: readonly Judgement[], { gaps }: UseScan): Unlisted[] {
  const unknown = judgements.filter((judgement) => judgement.verdict === 'keep' && judgement.why === 'unknown');
  return gaps.filter((gap) => unknown.some(({ id }) => concerns(gap, id))).map(unlistedGap);
}
