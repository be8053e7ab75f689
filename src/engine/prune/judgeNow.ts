/** Reads the candidates and their uses from the cluster and judges them: before the apply for the plan, and after it. */
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { controllerOf, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { familyKey, isConfigKind, isRevision } from '../configs/revisions.js';
import { isContainer } from '../sets/containers.js';
import { setsOf } from '../sets/setName.js';
import { parsePruneSelector } from '../../objects/selector.js';
import type { PruneOptions } from '../run/options.js';
import type { Judgement } from '../plan/plan.js';
import { findCandidates, type Candidate, type Candidates, type Unlisted } from './candidates.js';
import { readInsides } from './insides.js';
import { judgeInsides } from './judgeInsides.js';
import { judgeCandidates, reasonToKeep } from './judge.js';
import type { JudgeOptions, Verb } from './judgeOptions.js';
import { judgeLeaving } from './judgeLeaving.js';
import type { WholeLists } from '../plan/live/wholeLists.js';
import { projectUses } from '../uses/projection.js';
import { concerns } from '../uses/plannedReads.js';
import { unlistedGap } from './refuseUnlisted.js';
import { pruneScope } from './scope.js';
import { scanUses, type UseScan } from '../uses/scanUses.js';
import { useKey, usersWords } from '../uses/uses.js';

export interface JudgeNowOptions extends Pick<
  PruneOptions,
  'pruneKinds' | 'keep' | 'keepRollback' | 'adopt' | 'ignoreUnlisted'
> {
  /** What the search found, where it is over already. */
  readonly candidates?: Candidates;
  /** Lists that are read anyway: they are not asked for again. */
  readonly whole?: WholeLists;
  /** undefined: nothing is searched; only what is named is judged. */
  readonly pruneLabel: string | undefined;
  readonly verb: Verb;
  /** What a delete names one by one, beside what the label finds. */
  readonly named?: readonly Candidate[];
  /** Only these kinds are searched, of those in scope: what a second judgement needs. */
  readonly searchedKinds?: readonly string[];
  /** The set's name; undefined for an operator's prune, and for a deploy without a name. */
  readonly set: string | undefined;
  /** --renamed-from: what belongs to this set is this one's as well. */
  readonly formerSet: string | undefined;
  /** Where to look. */
  readonly namespaces: readonly string[] | 'all';
  /** Of ConfigMaps and Secrets, only those whose names have a content hash are looked at. */
  readonly generatedOnly: boolean;
  /** Any exact occurrence of a name counts as a use, even of a name without a content hash. */
  readonly plainNames: boolean;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
  readonly discovery: Discovery;
  /** Everything that the deploy applies. */
  readonly applied: readonly KubeObject[];
  /** Namespaces that the set was deployed to before: there only what belongs to it is looked at. */
  readonly formerNamespaces: readonly string[];
  /** When the run began by the server's clock; undefined: with this search. */
  readonly runStart: number | undefined;
  /** Younger candidates stay, ms: where no lock keeps other runs away. */
  readonly minimumAgeMs: number;
  /** The newest revision of a family goes as well. */
  readonly includeNewest: boolean;
  /** True for the plan: uses are judged as they will be after the rollout. */
  readonly projected: boolean;
  /** UIDs of what is about to be deleted: what is read whole of it is kept, so that it need not be read once more. */
  readonly keepWhole?: ReadonlySet<string>;
  /** What was read of the uses beside other requests; it counts where it was read for the very candidates that are open now. */
  readonly early?: Promise<EarlyUses | undefined>;
  /** UIDs of what this run may delete: once it is gone it uses nothing. By default, for a plan, whatever is judged so. */
  readonly leaving?: ReadonlySet<string> | 'all';
}

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

/** The uses of some candidates, read before it was certain that these are the ones. */
export interface EarlyUses {
  readonly candidates: readonly ObjectId[];
  readonly scan: UseScan;
}

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

function scanFor(cluster: Cluster, candidates: readonly ObjectId[], options: JudgeNowOptions): Promise<UseScan> {
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
async function usesReadEarly({ early }: JudgeNowOptions, ids: readonly ObjectId[]): Promise<UseScan | undefined> {
  const read = await early;
  if (read === undefined || read.candidates.length !== ids.length) return undefined;
  const keys = new Set(read.candidates.map(keyOf));
  return ids.every((id) => keys.has(keyOf(id))) ? read.scan : undefined;
}

/** What is judged, how, and which of it is not kept already, whoever uses it. */
function openAmong(candidates: Candidates, options: JudgeNowOptions) {
  const { named = [] } = options;
  const serverTime = candidates.serverTime;
  const uids = new Set(named.map(({ object }) => object.metadata.uid));
  const found = candidates.items.filter(
    ({ object }) => !uids.has(object.metadata.uid) && !(options.generatedOnly && isPlainConfig(idOf(object))),
  );
  const judging: JudgeOptions = {
    verb: options.verb,
    requirements: options.pruneLabel === undefined ? [] : parsePruneSelector(options.pruneLabel),
    sets: setsOf(options),
    applied: {
      keys: new Set(options.applied.map((object) => keyOf(idOf(object)))),
      uids: new Set(options.applied.flatMap(({ metadata: { uid } }) => (uid === undefined ? [] : [uid]))),
      families: new Set(options.applied.flatMap((object) => familyKey(idOf(object)) ?? [])),
    },
    runStart: options.runStart ?? serverTime ?? Number.POSITIVE_INFINITY,
    serverNow: serverTime,
    fieldManager: options.fieldManager,
    adopt: options.adopt,
    keep: options.keep,
    keepRollback: options.keepRollback,
    minimumAgeMs: options.minimumAgeMs,
    includeNewest: options.includeNewest,
    pruneKinds: options.pruneKinds,
    insides: new Map(),
    uses: new Map(),
    gaps: [],
  };
  const naming: JudgeOptions = { ...judging, verb: 'delete' };
  const open = [
    ...named.filter((candidate) => reasonToKeep(candidate, naming) === undefined),
    ...found.filter((candidate) => reasonToKeep(candidate, judging) === undefined),
  ];
  return { found, judging, naming, open };
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

export type SearchOptions = Pick<
  JudgeNowOptions,
  | 'pruneLabel'
  | 'discovery'
  | 'pruneKinds'
  | 'searchedKinds'
  | 'namespaces'
  | 'formerNamespaces'
  | 'signal'
  | 'set'
  | 'formerSet'
  | 'whole'
>;

/** What the label finds; nothing where there is none. */
export async function searchCandidates(cluster: Cluster, options: SearchOptions): Promise<Candidates> {
  const { pruneLabel, discovery, pruneKinds, searchedKinds, namespaces, formerNamespaces, signal } = options;
  if (pruneLabel === undefined) return { items: [], serverTime: undefined, unlisted: [], warnings: [] };
  const searched = searchedKinds === undefined ? undefined : new Set(searchedKinds);
  return findCandidates(cluster, {
    selector: pruneLabel,
    resources: pruneScope(discovery, pruneKinds).filter(
      ({ group, kind }) => searched === undefined || searched.has(`${group}/${kind}`),
    ),
    namespaces,
    sets: setsOf(options),
    formerNamespaces,
    signal,
    ...(options.whole !== undefined && { whole: options.whole }),
  });
}

/** A ConfigMap or Secret whose name has no content hash. */
function isPlainConfig(id: ObjectId): boolean {
  return isConfigKind(id.group, id.kind) && !isRevision(id);
}
